"""A score model as plain values, and what its numbers mean.

Nothing here depends on records that may change. ``statements`` lets PostgreSQL compute
the scores, on one query that all conditions share; ``sums`` does it for one lead:

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

from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

MAXIMUM = 100
TIME_ZONE = "Europe/Berlin"
TOUCHPOINTS = "touchpoint_ids"
# after so many half-lives nothing is left; more would underflow
MAX_HALF_LIVES = 60


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
    rules: tuple[Rule, ...]
    touches: tuple[Touch, ...] = ()


class Spec(NamedTuple):
    """``exclusions`` are rules whose points do not matter."""

    criteria: tuple[Criterion, ...]
    exclusions: tuple[Rule, ...]

    def get_rules(self) -> list[Rule]:
        """Return all rules: those of the criteria, then the exclusions."""
        rules = [rule for criterion in self.criteria for rule in criterion.rules]
        return [*rules, *self.exclusions]


def get_today() -> date:
    """Return the day that touchpoints are aged to."""
    return datetime.now(UTC).astimezone(ZoneInfo(TIME_ZONE)).date()


def get_day(moment: datetime) -> date:
    """Return the day of a moment that Odoo stores (UTC, without a time zone)."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(TIME_ZONE)).date()


def get_decayed(touch: Touch, age: int) -> float:
    """Return what a touchpoint is worth ``age`` days later, not rounded."""
    if not touch.half_life:
        return float(touch.points)
    return touch.points * 0.5 ** min(max(age, 0) / touch.half_life, MAX_HALF_LIVES)
