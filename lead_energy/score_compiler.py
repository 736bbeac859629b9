"""The meaning of a score model: one SQL statement, and the same for a draft in a form.

A model is given as plain values (``Spec``), so nothing here depends on records that
may change. Scores are computed by PostgreSQL, on one query that all conditions share:

    criterion  = clamp(sum of its terms, minimum, maximum)
    fit, engagement = sums of their criteria
    score      = 0 if an exclusion matches, else clamp(round(fit + engagement), 0, 100)

``lines`` is a JSON list that adds up to the score. A line has ``points`` and
    - ``criterion`` and ``rule``: what a rule gives or takes;
    - ``criterion`` and ``kind: cap``: what the bounds of a criterion take away or add;
    - ``kind: cap``: the same for the total (0 to 100), ``kind: rounding``;
    - ``kind: exclusion`` and ``rule``: what the first matching exclusion takes away.
"""

from ast import literal_eval
from typing import NamedTuple

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

MAXIMUM = 100


class Rule(NamedTuple):
    """``option_id`` for a rating criterion, else ``domain`` (its text)."""

    id: int
    option_id: int
    domain: str
    points: int


class Criterion(NamedTuple):
    """``rating_field`` names the many2one of crm.lead that its options rate."""

    id: int
    dimension: str
    minimum: int
    maximum: int
    rating_field: str
    rules: tuple


class Spec(NamedTuple):
    """``exclusions`` are rules whose points do not matter."""

    criteria: tuple
    exclusions: tuple


def get_paths(spec):
    """Return the set of dotted field paths that a change of the score depends on."""
    paths = {criterion.rating_field for criterion in spec.criteria}
    rules = [rule for criterion in spec.criteria for rule in criterion.rules]
    for rule in [*rules, *spec.exclusions]:
        if rule.domain:
            paths.update(get_domain_paths(Domain(literal_eval(rule.domain))))
    return {path for path in paths if path and path != "id"}


def get_domain_paths(domain):
    """Yield the dotted field paths of a domain, sub-domains included."""
    for condition in domain.iter_conditions():
        if condition.operator in ("any", "not any", "any!", "not any!"):
            for path in get_domain_paths(Domain(condition.value)):
                yield f"{condition.field_expr}.{path}"
        else:
            yield condition.field_expr


def compile_select(leads, spec, ids=None):
    """Return the SELECT of the scores of crm.lead.

    :param leads: crm.lead in the environment of scoring (superuser, fixed context)
    :param Spec spec: the score model
    :param ids: compute these leads only
    :return: SQL with the columns id, excluded, fit, engagement, score and lines
    """
    query = Query(leads.env, leads._table, leads._table_sql)
    inputs = [SQL("%s AS id", SQL.identifier(leads._table, "id"))]
    for criterion in spec.criteria:
        if criterion.rating_field:
            column = leads._field_to_sql(leads._table, criterion.rating_field, query)
            inputs.append(SQL("%s AS %s", column, _input(criterion)))
        else:
            inputs += [_matches(leads, rule, query) for rule in criterion.rules]
    inputs += [_matches(leads, rule, query) for rule in spec.exclusions]
    if ids is not None:
        query.add_where(
            SQL("%s = ANY(%s)", SQL.identifier(leads._table, "id"), list(ids))
        )
    # OFFSET 0 keeps PostgreSQL from evaluating an input twice, for points and lines
    layer = SQL("%s OFFSET 0", query.select(*inputs))
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
        " ('[' || ltrim(%s, ',') || ']')::jsonb AS lines FROM (%s) scores",
        SQL(" || ").join([*_lines(spec), SQL("''")]),
        layer,
    )


def preview(lead, spec):
    """Return (excluded, fit, engagement, score, lines) of one unsaved lead."""
    lines, dimensions = [], {"fit": 0, "engagement": 0}
    for criterion in spec.criteria:
        raw = 0
        for rule in criterion.rules:
            if _matches_record(lead, criterion, rule):
                raw += rule.points
                lines.append(_line(rule.points, criterion=criterion.id, rule=rule.id))
        capped = min(max(raw, criterion.minimum), criterion.maximum)
        if capped != raw:
            lines.append(_line(capped - raw, criterion=criterion.id, kind="cap"))
        dimensions[criterion.dimension] += capped
    raw = sum(dimensions.values())
    total = min(max(raw, 0), MAXIMUM)
    if total != raw:
        lines.append(_line(total - raw, kind="cap"))
    excluding = [rule for rule in spec.exclusions if _matches_record(lead, None, rule)]
    if excluding:
        lines.append(_line(-total, rule=excluding[0].id, kind="exclusion"))
    score = 0 if excluding else total
    return bool(excluding), dimensions["fit"], dimensions["engagement"], score, lines


def _matches_record(lead, criterion, rule):
    if criterion and criterion.rating_field:
        return lead[criterion.rating_field].id == rule.option_id
    return bool(lead.filtered_domain(Domain(literal_eval(rule.domain))))


def _line(points, **ids):
    return {"points": points, **ids}


# ------------------------------------------------------------------ parts of the SELECT
def _column(prefix, record):
    return SQL.identifier(f"{prefix}{record.id}")


def _input(criterion):
    return _column("value", criterion)


def _and(columns):
    return SQL("").join(SQL(", %s", column) for column in columns)


def _matches(leads, rule, query):
    """Return whether a rule matches, as an input column; unknown counts as no."""
    domain = Domain(literal_eval(rule.domain)).optimize_full(leads)
    condition = domain._to_sql(leads, leads._table, query)
    return SQL("COALESCE(%s, FALSE) AS %s", condition, _column("rule", rule))


def _raw(criterion):
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
    """Yield SQL texts: a JSON object with a leading comma, or nothing, each."""
    for criterion in spec.criteria:
        yield _rule_lines(criterion)
        raw, capped = _column("raw", criterion), _column("c", criterion)
        yield SQL(
            "CASE WHEN %(raw)s <> %(capped)s THEN %(head)s || (%(capped)s - %(raw)s)"
            " || '}' ELSE '' END",
            raw=raw,
            capped=capped,
            head=f',{{"kind":"cap","criterion":{criterion.id},"points":',
        )
    yield SQL(
        "CASE WHEN rounded <> exact THEN %s || (rounded - exact) || '}' ELSE '' END",
        ',{"kind":"rounding","points":',
    )
    yield SQL(
        "CASE WHEN total <> rounded THEN %s || (total - rounded) || '}' ELSE '' END",
        ',{"kind":"cap","points":',
    )
    if spec.exclusions:
        yield SQL(
            "CASE %s ELSE '' END",
            SQL(" ").join(
                SQL(
                    "WHEN %s THEN %s || (-total) || '}'",
                    _column("rule", rule),
                    f',{{"kind":"exclusion","rule":{rule.id},"points":',
                )
                for rule in spec.exclusions
            ),
        )


def _rule_lines(criterion):
    texts = [
        f',{{"criterion":{criterion.id},"rule":{rule.id},"points":{rule.points}}}'
        for rule in criterion.rules
    ]
    if not texts:
        return SQL("''")
    if criterion.rating_field:
        return SQL(
            "CASE %s %s ELSE '' END",
            _input(criterion),
            SQL(" ").join(
                SQL("WHEN %s THEN %s", rule.option_id, text)
                for rule, text in zip(criterion.rules, texts, strict=True)
            ),
        )
    return SQL(" || ").join(
        SQL("CASE WHEN %s THEN %s ELSE '' END", _column("rule", rule), text)
        for rule, text in zip(criterion.rules, texts, strict=True)
    )
