"""What a score must be, in plain Python: knows the configuration, not the compiler.

A lead is a dict of dotted path -> value (sets for x2many), with ``touchpoints`` as a
list of (type id, moment). Moments are UTC without a time zone, as Odoo stores them.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

BERLIN = ZoneInfo("Europe/Berlin")


def to_berlin(moment):
    return moment.replace(tzinfo=UTC).astimezone(BERLIN)


def read_model(model):
    """Return the configuration as plain values."""
    types = model.env["crm.lead.touchpoint.type"].with_context(active_test=False)
    return {
        "criteria": [
            {
                "id": criterion.id,
                "dimension": criterion.dimension,
                "minimum": criterion.minimum,
                "maximum": criterion.maximum,
                "field": criterion.rating_field,
                "rules": [read_rule(rule) for rule in criterion.rule_ids],
            }
            for criterion in model.criterion_ids
        ],
        "exclusions": [read_rule(rule) for rule in model.exclusion_ids],
        "types": {
            type_.id: (type_.points, type_.half_life)
            for type_ in types.search([("id", "!=", 0)])
        },
    }


def read_rule(rule):
    return {
        "id": rule.id,
        "option": rule.option_ref.id if rule.option_ref else None,
        "domain": eval(rule.domain) if rule.domain else None,
        "points": rule.points,
    }


def score(model, lead, now):
    """Return (excluded, fit, engagement, score, set of lines)."""
    lines = []
    totals = {"fit": Decimal(0), "engagement": Decimal(0)}
    for criterion in model["criteria"]:
        terms = list(get_terms(model, criterion, lead, now))
        total = sum(points for points, _subject in terms)
        for points, subject in terms:
            lines.append((("criterion", criterion["id"]), subject, float(points)))
        bounded = Decimal(max(criterion["minimum"], min(criterion["maximum"], total)))
        if bounded != total:
            lines.append(
                (("criterion", criterion["id"]), "cap", float(bounded - total))
            )
        totals[criterion["dimension"]] += bounded
    exact = totals["fit"] + totals["engagement"]
    rounded = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if rounded != exact:
        lines.append(("rounding", float(rounded - exact)))
    bounded = max(Decimal(0), min(Decimal(100), rounded))
    if bounded != rounded:
        lines.append(("cap", float(bounded - rounded)))
    excluded_by = [r for r in model["exclusions"] if matches(r["domain"], lead, now)]
    if excluded_by:
        lines.append(("exclusion", excluded_by[0]["id"], float(-bounded)))
        bounded = Decimal(0)
    fit, engagement = float(totals["fit"]), float(totals["engagement"])
    return bool(excluded_by), fit, engagement, int(bounded), sorted(lines, key=repr)


def get_terms(model, criterion, lead, now):
    if criterion["field"] == "touchpoint_ids":
        return get_touchpoint_terms(model, lead, now)
    if criterion["field"]:
        rules = [
            r for r in criterion["rules"] if lead[criterion["field"]] == r["option"]
        ]
    else:
        rules = [r for r in criterion["rules"] if matches(r["domain"], lead, now)]
    return [(Decimal(rule["points"]), ("rule", rule["id"])) for rule in rules]


def get_touchpoint_terms(model, lead, now):
    sums = {}
    for type_id, moment in lead["touchpoints"]:
        points, half_life = model["types"][type_id]
        age = (to_berlin(now).date() - to_berlin(moment).date()).days
        worth = points * 0.5 ** (max(age, 0) / half_life) if half_life else points
        sums[type_id] = sums.get(type_id, 0.0) + worth
    for type_id, total in sums.items():
        points = Decimal(f"{total:.15g}").quantize(Decimal("0.01"), ROUND_HALF_UP)
        if points:
            yield points, ("type", type_id)


def plain(lines):
    """Return stored lines in the form of ``score``."""
    found = []
    for line in lines or []:
        points = float(line["points"])
        kind = line.get("kind")
        if kind == "exclusion":
            found.append(("exclusion", line["rule"], points))
        elif "criterion" in line:
            subject = kind or next((k, line[k]) for k in ("rule", "type") if k in line)
            found.append((("criterion", line["criterion"]), subject, points))
        else:
            found.append((kind, points))
    return sorted(found, key=repr)


def matches(domain, lead, now):
    """Evaluate a domain in prefix notation on a plain lead."""
    stack = []
    for item in reversed(domain):
        if item == "!":
            stack.append(not stack.pop())
        elif item in ("&", "|"):
            left, right = stack.pop(), stack.pop()
            stack.append((left and right) if item == "&" else (left or right))
        else:
            stack.append(matches_leaf(item, lead, now))
    return all(stack)


def matches_leaf(leaf, lead, now):
    path, operator, wanted = leaf
    value = lead[path]
    if isinstance(value, set):
        return matches_set(value, operator, wanted)
    if value is None and isinstance(wanted, int) and not isinstance(wanted, bool):
        value = 0  # what Odoo shows of an empty number
    if isinstance(value, datetime | date):
        value, wanted = on_one_scale(value, wanted, now)
    if operator in ("=", "in"):
        options = wanted if isinstance(wanted, list) else [wanted]
        return value in options or (
            not value and not isinstance(value, int | float) and False in options
        )
    if operator in ("!=", "not in"):
        return not matches_leaf(
            (path, "in" if operator == "not in" else "=", leaf[2]), lead, now
        )
    if operator in ("ilike", "not ilike"):
        found = wanted.lower() in (value or "").lower()
        return found == (operator == "ilike")
    if value is None or value is False:
        return False
    return {
        "<": lambda: value < wanted,
        "<=": lambda: value <= wanted,
        ">": lambda: value > wanted,
        ">=": lambda: value >= wanted,
    }[operator]()


def matches_set(value, operator, wanted):
    wanted = wanted if isinstance(wanted, list) else [wanted]
    found = bool(value & set(wanted)) or (not value and False in wanted)
    return found == (operator in ("in", "="))


def on_one_scale(value, wanted, now):
    """Return value and bound as days or as moments in Berlin."""
    if isinstance(wanted, str) and wanted.startswith("today"):
        day = to_berlin(now).date()
        for sign, number, unit in re.findall(r"([+-])(\d+)([dm])", wanted):
            amount = int(sign + number)
            day += timedelta(amount) if unit == "d" else relativedelta(months=amount)
        if isinstance(value, datetime):
            return to_berlin(value), datetime.combine(day, time(), BERLIN)
        return value, day
    return value, wanted
