"""The score of one lead, summed up in Python: a row of inputs, or an unsaved form."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from odoo.models import BaseModel

from .conditions import matches_record
from .specification import (
    MAXIMUM,
    TOUCHPOINTS,
    Criterion,
    Rule,
    Spec,
    get_day,
    get_decayed,
    get_today,
)

# points, and what a line says about them
Term = tuple[Decimal, dict[str, int]]
# excluded, fit, engagement, score, lines
Sums = tuple[bool, float, float, int, list[dict] | None]


def sum_up_row(spec: Spec, row: Sequence) -> Sums:
    """Return (excluded, fit, engagement, score, lines) of a row of ``compile_inputs``.

    :param row: the columns after the id
    """
    values = iter(row)
    terms = {c.id: [*_read_terms(c, values)] for c in spec.criteria}
    excluding = [rule for rule in spec.exclusions if next(values)]
    return sum_up(spec, lambda criterion: terms[criterion.id], excluding)


def _read_terms(criterion: Criterion, values: Iterator) -> Iterator[Term]:
    """Yield the terms of a criterion, off the columns that it put into the inputs."""
    if criterion.rating_field == TOUCHPOINTS:
        _points, text = next(values), next(values)
        for line in json.loads(f"[{text or ''}]", parse_float=Decimal):
            yield Decimal(line["points"]), {"type": line["type"]}
    elif criterion.rating_field:
        option_id = next(values)
        yield from get_rule_terms(criterion, lambda rule: rule.option_id == option_id)
    else:
        yield from get_rule_terms(criterion, lambda _rule: next(values))


def preview(lead: BaseModel, spec: Spec) -> Sums:
    """Return (excluded, fit, engagement, score, lines) of one unsaved lead."""
    excluding = [rule for rule in spec.exclusions if matches_record(lead, rule)]
    return sum_up(spec, lambda criterion: _preview_terms(lead, criterion), excluding)


def sum_up(
    spec: Spec,
    get_terms: Callable[[Criterion], Iterable[Term]],
    excluding: Sequence[Rule],
) -> Sums:
    """Return (excluded, fit, engagement, score, lines) of known terms.

    :param get_terms: function that returns the terms of a criterion, pairs of points
        (Decimal) and what a line says about them
    :param excluding: exclusions that match, in their order
    """
    lines, dimensions = [], {"fit": Decimal(0), "engagement": Decimal(0)}
    for criterion in spec.criteria:
        terms = [*get_terms(criterion)]
        raw = sum((points for points, _ids in terms), Decimal(0))
        capped = min(max(raw, criterion.minimum), criterion.maximum)
        lines += [_line(points, criterion=criterion.id, **ids) for points, ids in terms]
        if capped != raw:
            lines.append(_line(capped - raw, criterion=criterion.id, kind="cap"))
        dimensions[criterion.dimension] += capped
    exact = sum(dimensions.values())
    rounded = exact.quantize(Decimal(1), ROUND_HALF_UP)
    total = min(max(rounded, 0), MAXIMUM)
    if rounded != exact:
        lines.append(_line(rounded - exact, kind="rounding"))
    if total != rounded:
        lines.append(_line(total - rounded, kind="cap"))
    if excluding:
        lines.append(_line(-total, rule=excluding[0].id, kind="exclusion"))
    return (
        bool(excluding),
        float(dimensions["fit"]),
        float(dimensions["engagement"]),
        0 if excluding else int(total),
        lines or None,
    )


def _preview_terms(lead: BaseModel, criterion: Criterion) -> Iterator[Term]:
    """Yield pairs of points and what a line says about them."""
    if criterion.rating_field == TOUCHPOINTS:
        moments = [
            (touchpoint.type_id._origin.id, get_day(touchpoint.date))
            for touchpoint in lead[TOUCHPOINTS]
            if touchpoint.date
        ]
        yield from get_touch_terms(criterion, moments, get_today())
    elif criterion.rating_field:
        option = lead[criterion.rating_field]
        option_id = option._origin.id or option.id
        yield from get_rule_terms(criterion, lambda rule: rule.option_id == option_id)
    else:
        yield from get_rule_terms(criterion, lambda rule: matches_record(lead, rule))


def get_rule_terms(
    criterion: Criterion, holds: Callable[[Rule], bool]
) -> Iterator[Term]:
    """Yield the terms of the rules for which ``holds`` is true, in their order."""
    for rule in criterion.rules:
        if holds(rule):
            yield Decimal(rule.points), {"rule": rule.id}


def get_touch_terms(
    criterion: Criterion, touchpoints: Iterable[tuple[int, date]], today: date
) -> Iterator[Term]:
    """Yield what touchpoints are worth on a day, by type.

    :param touchpoints: pairs of type id and the day they happened on
    """
    touches = {touch.id: touch for touch in criterion.touches}
    sums = defaultdict(float)
    for type_id, day in touchpoints:
        if touch := touches.get(type_id):
            sums[type_id] += get_decayed(touch, (today - day).days)
    for type_id in sorted(sums):
        points = Decimal(repr(sums[type_id])).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if points:
            yield points, {"type": type_id}


def _line(points: Decimal, **ids: int | str) -> dict:
    points = float(points)
    return {"points": int(points) if points.is_integer() else points, **ids}
