"""The meaning of a score model as SQL, for many leads at once."""

from collections.abc import Iterable, Iterator

from odoo.models import BaseModel
from odoo.tools import SQL
from odoo.tools.query import Query

from .conditions import is_moved_by_time, parse
from .specification import (
    MAX_HALF_LIVES,
    MAXIMUM,
    TIME_ZONE,
    TOUCHPOINTS,
    Criterion,
    Rule,
    Spec,
    get_today,
)

# what is stored of a lead, and its name in a SELECT
STORED = {
    "lead_score": "was_score",
    "lead_score_excluded": "was_excluded",
    "lead_score_lines": "was_lines",
}
# stands for the ids of the leads in a compiled statement
IDS = "lead_energy: ids of leads"


def compile_select(
    leads: BaseModel, spec: Spec, by_ids: bool = False, with_stored: bool = False
) -> SQL:
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


def compile_update(leads: BaseModel, spec: Spec, by_ids: bool = True) -> SQL:
    """Return ``compile_select`` with what is stored, to find what differs."""
    return compile_select(leads, spec, by_ids, with_stored=True)


def compile_inputs(
    leads: BaseModel, spec: Spec, by_ids: bool = True, with_stored: bool = False
) -> SQL:
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


def compile_moved(leads: BaseModel, spec: Spec) -> SQL:
    """Return the SELECT of the ids of leads whose score time may have moved.

    Asked are the conditions that time moves and the touchpoints alone, and compared
    with the lines that each lead has: far less than computing all scores.
    """
    query = Query(leads.env, leads._table, leads._table_sql)
    moved = [SQL("FALSE")]
    for criterion in spec.criteria:
        if criterion.rating_field == TOUCHPOINTS:
            _join_touches(leads, criterion, query, by_ids=False)
            moved += _moved_touches(leads, criterion)
        moved += [
            _is_news(leads, rule, query, f'[{{"rule":{rule.id}}}]')
            for rule in criterion.rules
            if is_moved_by_time(leads, rule)
        ]
    if any(is_moved_by_time(leads, rule) for rule in spec.exclusions):
        # a line names the first exclusion that matches only
        moved += [
            _is_news(leads, rule, query, f'[{{"kind":"exclusion","rule":{rule.id}}}]')
            for rule in spec.exclusions
        ]
    query.add_where(SQL("(%s)", SQL(" OR ").join(moved)))
    return query.select(SQL.identifier(leads._table, "id"))


def compile_matches(leads: BaseModel, rules: Iterable[tuple[str, int, str]]) -> SQL:
    """Return the SELECT of the number of leads that match each rule, in one row.

    Only what the user of ``leads`` may read is counted, and asked for.

    :param rules: triples of field name ('' for a condition), option id and domain
    """
    query = leads._search([])
    counts = []
    for rating_field, option_id, domain in rules:
        if rating_field:
            column = leads._field_to_sql(leads._table, rating_field, query)
            condition = SQL("%s = %s", column, option_id)
        else:
            condition = get_condition(leads, domain, query)
        counts.append(SQL("COUNT(*) FILTER (WHERE %s)", condition))
    return query.select(*counts)


def bind(statement: SQL, ids: Iterable[int]) -> SQL:
    """Return a statement compiled ``by_ids`` for the leads ``ids``."""
    ids = list(ids)
    params = [ids if param is IDS else param for param in statement.params]
    return SQL(statement.code, *params, to_flush=statement.to_flush)


def _column(prefix: str, record: Rule | Criterion) -> SQL:
    return SQL.identifier(f"{prefix}{record.id}")


def _input(criterion: Criterion) -> SQL:
    return _column("value", criterion)


def _text(criterion: Criterion) -> SQL:
    return _column("text", criterion)


def _and(columns: Iterable[SQL]) -> SQL:
    return SQL("").join(SQL(", %s", column) for column in columns)


def _criterion_inputs(
    leads: BaseModel, criterion: Criterion, query: Query, by_ids: bool
) -> list[SQL]:
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


def _join_touches(
    leads: BaseModel, criterion: Criterion, query: Query, by_ids: bool
) -> None:
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


def _stored_lines(leads: BaseModel) -> SQL:
    field = leads._fields["lead_score_lines"]
    return SQL.identifier(leads._table, field.name, to_flush=field)


def _moved_touches(leads: BaseModel, criterion: Criterion) -> list[SQL]:
    """Return whether touchpoints are worth something else than the lines say.

    One condition finds a line that is new or different, the other one that is gone.
    """
    stored, alias = _stored_lines(leads), _column("touch", criterion)
    return [
        SQL("NOT COALESCE(%s, '[]') @> ('[' || %s.lines || ']')::jsonb", stored, alias),
        SQL(
            "jsonb_array_length(jsonb_path_query_array(%s, '$[*].type'))"
            " <> COALESCE(%s.types, 0)",
            stored,
            alias,
        ),
    ]


def _is_news(leads: BaseModel, rule: Rule, query: Query, line: str) -> SQL:
    """Return whether a rule holds and its line is missing, or the other way."""
    return SQL(
        "%s <> COALESCE(%s @> %s::jsonb, FALSE)",
        get_condition(leads, rule.domain, query),
        _stored_lines(leads),
        line,
    )


def get_condition(leads: BaseModel, domain: str, query: Query) -> SQL:
    """Return whether a domain, given as text, matches; unknown counts as no."""
    domain = parse(domain).optimize_full(leads)
    return SQL("COALESCE(%s, FALSE)", domain._to_sql(leads, leads._table, query))


def _matches(leads: BaseModel, rule: Rule, query: Query) -> SQL:
    """Return ``get_condition`` as an input column."""
    return SQL(
        "%s AS %s", get_condition(leads, rule.domain, query), _column("rule", rule)
    )


def _raw(criterion: Criterion) -> SQL:
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


def _capped(criterion: Criterion) -> SQL:
    return SQL(
        "LEAST(GREATEST(%s, %s), %s)",
        _column("raw", criterion),
        criterion.minimum,
        criterion.maximum,
    )


def _total(spec: Spec, dimension: str) -> SQL:
    columns = [_column("c", c) for c in spec.criteria if c.dimension == dimension]
    return SQL(" + ").join([*columns, SQL("0::numeric")])


def _excluded(spec: Spec) -> SQL:
    columns = [_column("rule", rule) for rule in spec.exclusions]
    return SQL("(%s)", SQL(" OR ").join([*columns, SQL("FALSE")]))


def _lines(spec: Spec) -> Iterator[SQL]:
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


def _term_lines(criterion: Criterion) -> Iterator[SQL]:
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
