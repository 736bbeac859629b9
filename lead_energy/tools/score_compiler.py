"""The meaning of a score model: one SQL statement, and the same for an unsaved form.

A model is given as plain values (``Spec``), so nothing here depends on records that
may change. Scores are computed by PostgreSQL, on one query that all conditions share:

    criterion  = clamp(sum of its terms, minimum, maximum)
      option      points of the rule for the chosen option, 0 if none
      condition   points if the domain matches
      touchpoints for each type sum(points * 0.5 ** (age in days / half-life)), to
                  two decimals; half-life 0 = no decay
    fit, engagement = sums of their criteria
    score      = 0 if an exclusion matches, else clamp(round(fit + engagement), 0, 100)

``lines`` is a JSON list that adds up to the score; NULL when there is none. A line has
``points`` and
    - ``criterion`` and ``rule``: what a rule gives or takes;
    - ``criterion`` and ``type``: what the touchpoints of a type give or take;
    - ``criterion`` and ``kind: cap``: what the bounds of a criterion take away or add;
    - ``kind: cap``: the same for the total (0 to 100), ``kind: rounding``;
    - ``kind: exclusion`` and ``rule``: what the first matching exclusion takes away.

AGE of a touchpoint is in whole calendar days, in the time zone of scoring, so that a
score is the same all day long.
"""

import json
from ast import literal_eval
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

MAXIMUM = 100
TIME_ZONE = "Europe/Berlin"
TOUCHPOINTS = "touchpoint_ids"
# after so many half-lives nothing is left; more would underflow
MAX_HALF_LIVES = 60
# what `search` and `filtered_domain` answer alike
OPERATORS = {
    *("=", "!=", "in", "not in", "<", ">", "<=", ">=", "any", "not any"),
    *("like", "not like", "ilike", "not ilike"),
    *("=like", "not =like", "=ilike", "not =ilike"),
}
# Odoo's cron writes them without the ORM, which would tell of it
WRITTEN_BY_SQL = {"crm.lead.probability", "crm.lead.automated_probability"}
SUBDOMAIN_OPERATORS = {"any", "not any", "any!", "not any!"}

# what is stored of a lead, and its name in a SELECT
STORED = {
    "lead_score": "was_score",
    "lead_score_excluded": "was_excluded",
    "lead_score_lines": "was_lines",
}
# stands for the ids of the leads in a compiled statement
IDS = "lead_energy: ids of leads"


class Rule(NamedTuple):
    """``option_id`` for a rating criterion, else ``domain`` (its text)."""

    id: int
    option_id: int
    domain: str
    points: int


class Touch(NamedTuple):
    """A type of touchpoints; ``half_life`` in days, 0 for no decay."""

    id: int
    points: int
    half_life: int


class Criterion(NamedTuple):
    """``rating_field`` names the many2one of crm.lead that its options rate.

    It is ``TOUCHPOINTS`` for a criterion that sums up touchpoints.
    """

    id: int
    dimension: str
    minimum: int
    maximum: int
    rating_field: str
    rules: tuple
    touches: tuple = ()


class Spec(NamedTuple):
    """``exclusions`` are rules whose points do not matter."""

    criteria: tuple
    exclusions: tuple

    def get_rules(self):
        """Return all rules: those of the criteria, then the exclusions."""
        rules = [rule for criterion in self.criteria for rule in criterion.rules]
        return [*rules, *self.exclusions]


def parse(text):
    """Return the domain that ``text`` spells.

    :raise ValueError: what is wrong with it
    """
    try:
        return Domain(literal_eval(text or ""))
    except (SyntaxError, TypeError) as error:
        raise ValueError(str(error)) from error


def get_today():
    """Return the day that touchpoints are aged to."""
    return datetime.now(UTC).astimezone(ZoneInfo(TIME_ZONE)).date()


def get_day(moment):
    """Return the day of a moment that Odoo stores (UTC, without a time zone)."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(TIME_ZONE)).date()


# ----------------------------------------------------------------------- what is read
def get_paths(spec):
    """Return the set of dotted field paths that a change of the score depends on."""
    paths = {criterion.rating_field for criterion in spec.criteria}
    if TOUCHPOINTS in paths:
        paths |= {f"{TOUCHPOINTS}.date", f"{TOUCHPOINTS}.type_id"}
    for rule in spec.get_rules():
        if rule.domain:
            paths.update(get_domain_paths(parse(rule.domain)))
    return {path for path in paths if path and path != "id"}


def get_domain_paths(domain):
    """Yield the dotted field paths of a domain, sub-domains included."""
    for prefix, condition in iter_conditions(domain):
        yield ".".join([*prefix, condition.field_expr])


def get_readers(spec):
    """Return {name of a field of crm.lead: {rule that asks for it: ids it names}}."""
    readers = defaultdict(dict)
    for rule in spec.get_rules():
        for prefix, condition in iter_conditions(parse(rule.domain or "[]")):
            first, *rest = [*prefix, *condition.field_expr.split(".")]
            ids = readers[first].setdefault(rule, set())
            if not rest and condition.operator in ("=", "!=", "in", "not in"):
                values = condition.value
                values = values if isinstance(values, Collection) else [values]
                ids.update(v for v in values if type(v) is int)
    return readers


def iter_conditions(domain, prefix=()):
    """Yield (names of the fields that lead to it, condition), sub-domains included."""
    for condition in domain.iter_conditions():
        # a relation counts itself, too: it decides which records are asked
        yield prefix, condition
        if condition.operator in SUBDOMAIN_OPERATORS:
            path = (*prefix, condition.field_expr)
            yield from iter_conditions(Domain(condition.value), path)


def get_fields(leads, path):
    """Return the fields along a dotted path, up to the first that is no relation.

    :raise ValueError: a name that is no field
    """
    model, found = leads, []
    for name in path.split("."):
        field = model._fields.get(name)
        if field is None:
            raise ValueError(f"there is no field {name} in {model._description}")
        found.append(field)
        if not field.relational:
            break
        model = leads.env[field.comodel_name]
    return found


def is_moved_by_time(leads, rule):
    """Return whether a condition can change its answer without a watched write."""
    if not rule.domain:
        return False
    for prefix, condition in iter_conditions(parse(rule.domain)):
        fields = get_fields(leads, ".".join([*prefix, condition.field_expr]))
        if not all(field.store for field in fields) or _is_relative(fields, condition):
            return True
        if not WRITTEN_BY_SQL.isdisjoint(map(str, fields)):
            return True
    return False


def is_stable(leads, rule):
    """Return whether the SQL of a condition is the same all day long."""
    if not rule.domain:
        return True
    for prefix, condition in iter_conditions(parse(rule.domain)):
        fields = get_fields(leads, ".".join([*prefix, condition.field_expr]))
        values = condition.value
        if not all(field.store for field in fields):
            return False
        if fields[-1].relational and isinstance(values, str):
            return False  # looked up by name
        if _is_relative(fields, condition) and not str(values).startswith("today"):
            return False
    return True


def _is_relative(fields, condition):
    """A date such as 'today -60d', not one of the calendar ('2026-01-01')."""
    value = condition.value
    return (
        fields[-1].type in ("date", "datetime")
        and isinstance(value, str)
        and not value[:4].isdigit()
    )


def is_contradiction(domain):
    """Return whether bounds that must all hold exclude each other (a > 5 and a < 3)."""
    conditions = [domain] if hasattr(domain, "operator") else []
    if getattr(domain, "OPERATOR", "") == "&":
        if any(is_contradiction(child) for child in domain.children):
            return True
        conditions = [child for child in domain.children if hasattr(child, "operator")]
    if getattr(domain, "OPERATOR", "") == "|":
        return all(is_contradiction(child) for child in domain.children)
    lower, upper = {}, {}
    for condition in conditions:
        bounds = {"<": upper, "<=": upper, ">": lower, ">=": lower}
        if (found := bounds.get(condition.operator)) is not None:
            found.setdefault(condition.field_expr, []).append(condition)
    return any(
        low.value > high.value
        or (low.value == high.value and {low.operator, high.operator} != {">=", "<="})
        for name in lower.keys() & upper.keys()
        for low in lower[name]
        for high in upper[name]
        if type(low.value) is type(high.value)
    )


# ------------------------------------------------------------------------ the statement
def compile_select(leads, spec, by_ids=False, with_stored=False):
    """Return the SELECT of the scores of crm.lead.

    :param leads: crm.lead in the environment of scoring (superuser, fixed context)
    :param Spec spec: the score model
    :param bool by_ids: of the leads that ``bind`` names, else of all
    :param bool with_stored: add what is stored of the leads now
    :return: SQL with the columns id, excluded, fit, engagement, score and lines, and
        was_score, was_excluded and was_lines
    """
    # OFFSET 0 keeps PostgreSQL from evaluating an input twice, for points and lines
    layer = SQL("%s OFFSET 0", compile_inputs(leads, spec, by_ids, with_stored))
    sums = [SQL("%s AS %s", _raw(c), _column("raw", c)) for c in spec.criteria]
    layer = SQL("SELECT *%s FROM (%s) inputs OFFSET 0", _and(sums), layer)
    caps = [SQL("%s AS %s", _capped(c), _column("c", c)) for c in spec.criteria]
    layer = SQL("SELECT *%s FROM (%s) sums OFFSET 0", _and(caps), layer)
    layer = SQL(
        "SELECT *, %s AS fit, %s AS engagement, %s AS excluded FROM (%s) capped",
        _total(spec, "fit"),
        _total(spec, "engagement"),
        _excluded(spec),
        layer,
    )
    layer = SQL(
        "SELECT *, fit + engagement AS exact, round(fit + engagement) AS rounded,"
        " LEAST(GREATEST(round(fit + engagement), 0), %s) AS total"
        " FROM (%s) totals OFFSET 0",
        MAXIMUM,
        layer,
    )
    return SQL(
        "SELECT id, excluded, fit::float8 AS fit, engagement::float8 AS engagement,"
        " CASE WHEN excluded THEN 0 ELSE total::int END AS score,"
        # quicker than a chain of concatenations, and what is NULL leaves no comma
        " ('[' || NULLIF(array_to_string(ARRAY[%s]::text[], ','), '') || ']')::jsonb"
        " AS lines%s FROM (%s) scores",
        SQL(", ").join(_lines(spec)),
        _and(SQL.identifier(name) for name in STORED.values() if with_stored),
        layer,
    )


def compile_update(leads, spec, by_ids=True):
    """Return ``compile_select`` with what is stored, to find what differs."""
    return compile_select(leads, spec, by_ids, with_stored=True)


def compile_inputs(leads, spec, by_ids=True, with_stored=False):
    """Return the SELECT of what the scores are made of, for ``sum_up_row``.

    For a few leads it is much quicker than ``compile_select``: most of the time of that
    is spent on planning the sums and the lines.
    """
    query = Query(leads.env, leads._table, leads._table_sql)
    inputs = [SQL("%s AS id", SQL.identifier(leads._table, "id"))]
    for criterion in spec.criteria:
        inputs += _criterion_inputs(leads, criterion, query, by_ids)
    inputs += [_matches(leads, rule, query) for rule in spec.exclusions]
    if with_stored:
        inputs += [
            SQL("%s AS %s", SQL.identifier(leads._table, name), SQL.identifier(alias))
            for name, alias in STORED.items()
        ]
    if by_ids:
        query.add_where(SQL("%s = ANY(%s)", SQL.identifier(leads._table, "id"), IDS))
    return query.select(*inputs)


def compile_moved(leads, spec):
    """Return the SELECT of the ids of leads whose score time may have moved.

    Asked are the conditions that time moves and the touchpoints alone, and compared
    with the lines that each lead has: far less than computing all scores.
    """
    query = Query(leads.env, leads._table, leads._table_sql)
    table = leads._table
    stored = SQL.identifier(
        table, "lead_score_lines", to_flush=leads._fields["lead_score_lines"]
    )
    moved = []
    for criterion in spec.criteria:
        if criterion.rating_field == TOUCHPOINTS:
            _join_touches(leads, criterion, query, by_ids=False)
            alias = _column("touch", criterion)
            moved += [
                SQL(
                    "NOT COALESCE(%s, '[]') @> ('[' || %s.lines || ']')::jsonb",
                    stored,
                    alias,
                ),
                SQL(
                    "jsonb_array_length(jsonb_path_query_array(%s, '$[*].type'))"
                    " <> COALESCE(%s.types, 0)",
                    stored,
                    alias,
                ),
            ]
        for rule in criterion.rules:
            if is_moved_by_time(leads, rule):
                moved.append(
                    SQL(
                        "%s <> COALESCE(%s @> %s::jsonb, FALSE)",
                        get_condition(leads, rule, query),
                        stored,
                        f'[{{"rule":{rule.id}}}]',
                    )
                )
    if any(is_moved_by_time(leads, rule) for rule in spec.exclusions):
        for rule in spec.exclusions:
            # a line names the first exclusion that matches only
            moved.append(
                SQL(
                    "%s <> COALESCE(%s @> %s::jsonb, FALSE)",
                    get_condition(leads, rule, query),
                    stored,
                    f'[{{"kind":"exclusion","rule":{rule.id}}}]',
                )
            )
    query.add_where(SQL("(%s)", SQL(" OR ").join([*moved, SQL("FALSE")])))
    return query.select(SQL.identifier(table, "id"))


def compile_matches(leads, rules):
    """Return the SELECT of the number of leads that match each rule, in one row.

    :param rules: triples of field name ('' for a condition), option id and domain
    """
    query = Query(leads.env, leads._table, leads._table_sql)
    counts = []
    for rating_field, option_id, domain in rules:
        if rating_field:
            column = leads._field_to_sql(leads._table, rating_field, query)
            condition = SQL("%s = %s", column, option_id)
        else:
            condition = get_condition(leads, Rule(0, 0, domain, 0), query)
        counts.append(SQL("COUNT(*) FILTER (WHERE %s)", condition))
    return query.select(*counts)


def bind(statement, ids):
    """Return a statement compiled ``by_ids`` for the leads ``ids``."""
    ids = list(ids)
    params = [ids if param is IDS else param for param in statement.params]
    return SQL(statement.code, *params, to_flush=statement.to_flush)


# ------------------------------------------------------------------- one by one
def sum_up_row(spec, row):
    """Return (excluded, fit, engagement, score, lines) of a row of ``compile_inputs``.

    :param row: the columns after the id
    """
    values = iter(row)
    terms = {c.id: [*_read_terms(c, values)] for c in spec.criteria}
    excluding = [rule for rule in spec.exclusions if next(values)]
    return sum_up(spec, lambda criterion: terms[criterion.id], excluding)


def _read_terms(criterion, values):
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


def preview(lead, spec):
    """Return (excluded, fit, engagement, score, lines) of one unsaved lead."""
    excluding = [rule for rule in spec.exclusions if matches_record(lead, rule)]
    return sum_up(spec, lambda criterion: _preview_terms(lead, criterion), excluding)


def sum_up(spec, get_terms, excluding):
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


def _preview_terms(lead, criterion):
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


def get_rule_terms(criterion, holds):
    """Yield the terms of the rules for which ``holds`` is true, in their order."""
    for rule in criterion.rules:
        if holds(rule):
            yield Decimal(rule.points), {"rule": rule.id}


def get_touch_terms(criterion, touchpoints, today):
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


def get_decayed(touch, age):
    """Return what a touchpoint is worth ``age`` days later, not rounded."""
    if not touch.half_life:
        return float(touch.points)
    return touch.points * 0.5 ** min(max(age, 0) / touch.half_life, MAX_HALF_LIVES)


def matches_record(lead, rule):
    return bool(lead.filtered_domain(parse(rule.domain)))


def _line(points, **ids):
    points = float(points)
    return {"points": int(points) if points.is_integer() else points, **ids}


# ------------------------------------------------------------------ parts of the SELECT
def _column(prefix, record):
    return SQL.identifier(f"{prefix}{record.id}")


def _input(criterion):
    return _column("value", criterion)


def _text(criterion):
    return _column("text", criterion)


def _and(columns):
    return SQL("").join(SQL(", %s", column) for column in columns)


def _criterion_inputs(leads, criterion, query, by_ids):
    if criterion.rating_field == TOUCHPOINTS:
        _join_touches(leads, criterion, query, by_ids)
        alias = _column("touch", criterion)
        return [
            SQL("COALESCE(%s.points, 0) AS %s", alias, _input(criterion)),
            SQL("%s.lines AS %s", alias, _text(criterion)),
        ]
    if criterion.rating_field:
        column = leads._field_to_sql(leads._table, criterion.rating_field, query)
        return [SQL("%s AS %s", column, _input(criterion))]
    return [_matches(leads, rule, query) for rule in criterion.rules]


def _join_touches(leads, criterion, query, by_ids):
    """Join what the touchpoints of each lead sum up to, in one pass over them."""
    touchpoints = leads.env["crm.lead.touchpoint"]
    fields = [touchpoints._fields[name] for name in ("lead_id", "type_id", "date")]
    types = [
        SQL("(%s, %s, %s)", touch.id, float(touch.points), touch.half_life)
        for touch in criterion.touches
    ] or [SQL("(0, 0::float8, 0)")]
    summed = SQL(
        """(
        SELECT lead_id, sum(points) AS points, count(*) AS types,
               string_agg(%(head)s || type_id || ',"points":' || points || '}', ','
                          ORDER BY type_id) AS lines
          FROM (
            SELECT touchpoint.lead_id, touchpoint.type_id,
                   round(sum(CASE WHEN type.half_life = 0 THEN type.points
                       ELSE type.points * power(0.5::float8, LEAST(
                           GREATEST(%(today)s::date - (touchpoint.date
                               AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date, 0)
                           / type.half_life::float8, %(most)s))
                       END)::numeric, 2) AS points
              FROM crm_lead_touchpoint touchpoint
              JOIN (VALUES %(types)s) type (id, points, half_life)
                ON type.id = touchpoint.type_id
             WHERE %(some)s
          GROUP BY touchpoint.lead_id, touchpoint.type_id
          ) types
         WHERE points <> 0
      GROUP BY lead_id)""",
        head=f'{{"criterion":{criterion.id},"type":',
        today=get_today(),
        zone=TIME_ZONE,
        most=MAX_HALF_LIVES,
        types=SQL(", ").join(types),
        some=SQL("touchpoint.lead_id = ANY(%s)", IDS) if by_ids else SQL("TRUE"),
    )
    alias = f"touch{criterion.id}"
    condition = SQL(
        "%s = %s",
        SQL.identifier(leads._table, "id"),
        SQL.identifier(alias, "lead_id", to_flush=fields[0]),
    )
    query.add_join("LEFT JOIN", alias, SQL("%s", summed, to_flush=fields), condition)


def get_condition(leads, rule, query):
    """Return whether a rule matches; unknown counts as no."""
    domain = parse(rule.domain).optimize_full(leads)
    return SQL("COALESCE(%s, FALSE)", domain._to_sql(leads, leads._table, query))


def _matches(leads, rule, query):
    """Return ``get_condition`` as an input column."""
    return SQL("%s AS %s", get_condition(leads, rule, query), _column("rule", rule))


def _raw(criterion):
    if criterion.rating_field == TOUCHPOINTS:
        return SQL("%s::numeric", _input(criterion))
    if not criterion.rules:
        return SQL("0::numeric")
    if criterion.rating_field:
        return SQL(
            "(CASE %s %s ELSE 0 END)::numeric",
            _input(criterion),
            SQL(" ").join(
                SQL("WHEN %s THEN %s", rule.option_id, rule.points)
                for rule in criterion.rules
            ),
        )
    return SQL(
        "(%s)::numeric",
        SQL(" + ").join(
            SQL("CASE WHEN %s THEN %s ELSE 0 END", _column("rule", rule), rule.points)
            for rule in criterion.rules
        ),
    )


def _capped(criterion):
    return SQL(
        "LEAST(GREATEST(%s, %s), %s)",
        _column("raw", criterion),
        criterion.minimum,
        criterion.maximum,
    )


def _total(spec, dimension):
    columns = [_column("c", c) for c in spec.criteria if c.dimension == dimension]
    return SQL(" + ").join([*columns, SQL("0::numeric")])


def _excluded(spec):
    columns = [_column("rule", rule) for rule in spec.exclusions]
    return SQL("(%s)", SQL(" OR ").join([*columns, SQL("FALSE")]))


def _lines(spec):
    """Yield SQL texts: a JSON object, or NULL, each."""
    for criterion in spec.criteria:
        yield from _term_lines(criterion)
        raw, capped = _column("raw", criterion), _column("c", criterion)
        yield SQL(
            "CASE WHEN %(raw)s <> %(capped)s THEN %(head)s || (%(capped)s - %(raw)s)"
            " || '}' END",
            raw=raw,
            capped=capped,
            head=f'{{"kind":"cap","criterion":{criterion.id},"points":',
        )
    yield SQL(
        "CASE WHEN rounded <> exact THEN %s || (rounded - exact) || '}' END",
        '{"kind":"rounding","points":',
    )
    yield SQL(
        "CASE WHEN total <> rounded THEN %s || (total - rounded) || '}' END",
        '{"kind":"cap","points":',
    )
    if spec.exclusions:
        yield SQL(
            "CASE %s END",
            SQL(" ").join(
                SQL(
                    "WHEN %s THEN %s || (-total) || '}'",
                    _column("rule", rule),
                    f'{{"kind":"exclusion","rule":{rule.id},"points":',
                )
                for rule in spec.exclusions
            ),
        )


def _term_lines(criterion):
    if criterion.rating_field == TOUCHPOINTS:
        yield _text(criterion)
        return
    texts = [
        f'{{"criterion":{criterion.id},"rule":{rule.id},"points":{rule.points}}}'
        for rule in criterion.rules
    ]
    if criterion.rating_field and texts:
        yield SQL(
            "CASE %s %s END",
            _input(criterion),
            SQL(" ").join(
                SQL("WHEN %s THEN %s", rule.option_id, text)
                for rule, text in zip(criterion.rules, texts, strict=True)
            ),
        )
        return
    for rule, text in zip(criterion.rules, texts, strict=True):
        yield SQL("CASE WHEN %s THEN %s END", _column("rule", rule), text)
