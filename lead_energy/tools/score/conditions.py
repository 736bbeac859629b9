"""What the conditions of score rules ask for, and when their answer can change."""

from ast import literal_eval
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from odoo.fields import Domain, Field
from odoo.models import BaseModel

from .specification import TOUCHPOINTS, Rule, Spec

# the parameter that lists the paths that rescore a lead when they change
WATCHED_PATHS = "lead_energy.score_watched_paths"
# what `search` and `filtered_domain` answer alike
OPERATORS = {
    *("=", "!=", "in", "not in", "<", ">", "<=", ">=", "any", "not any"),
    *("like", "not like", "ilike", "not ilike"),
    *("=like", "not =like", "=ilike", "not =ilike"),
}
# Odoo's cron writes them without the ORM, which would tell of it
WRITTEN_BY_SQL = {"crm.lead.probability", "crm.lead.automated_probability"}
SUBDOMAIN_OPERATORS = {"any", "not any", "any!", "not any!"}


def parse(text: str | None) -> Domain:
    """Return the domain that ``text`` spells.

    :raise ValueError: what is wrong with it
    """
    try:
        return Domain(literal_eval(text or ""))
    except (SyntaxError, TypeError) as error:
        raise ValueError(str(error)) from error


def get_paths(spec: Spec) -> set[str]:
    """Return the set of dotted field paths that a change of the score depends on."""
    paths = {criterion.rating_field for criterion in spec.criteria}
    if TOUCHPOINTS in paths:
        paths |= {f"{TOUCHPOINTS}.date", f"{TOUCHPOINTS}.type_id"}
    for rule in spec.get_rules():
        if rule.domain:
            paths.update(get_domain_paths(parse(rule.domain)))
    return {path for path in paths if path and path != "id"}


def get_domain_paths(domain: Domain) -> Iterator[str]:
    """Yield the dotted field paths of a domain, sub-domains included."""
    for prefix, condition in iter_conditions(domain):
        yield ".".join([*prefix, condition.field_expr])


def get_readers(spec: Spec) -> dict[str, dict[Rule, set[int]]]:
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


def iter_conditions(
    domain: Domain, prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Domain]]:
    """Yield (names of the fields that lead to it, condition), sub-domains included."""
    for condition in domain.iter_conditions():
        # a relation counts itself, too: it decides which records are asked
        yield prefix, condition
        if condition.operator in SUBDOMAIN_OPERATORS:
            path = (*prefix, condition.field_expr)
            yield from iter_conditions(Domain(condition.value), path)


def get_fields(leads: BaseModel, path: str) -> list[Field]:
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


def is_moved_by_time(leads: BaseModel, rule: Rule) -> bool:
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


def is_stable(leads: BaseModel, rule: Rule) -> bool:
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


def _is_relative(fields: Sequence[Field], condition: Domain) -> bool:
    """A date such as 'today -60d', not one of the calendar ('2026-01-01')."""
    value = condition.value
    return (
        fields[-1].type in ("date", "datetime")
        and isinstance(value, str)
        and not value[:4].isdigit()
    )


def is_contradiction(domain: Domain) -> bool:
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


def matches_record(lead: BaseModel, rule: Rule) -> bool:
    return bool(lead.filtered_domain(parse(rule.domain)))
