from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from ...tools.score import conditions
from ...tools.score.specification import MAXIMUM, TOUCHPOINTS


class CrmLead(models.Model):
    """What the score of a lead can still reach while ratings are missing.

    Each missing rating is tried with each of its options. What rules with conditions
    say to an option counts, too; ratings are taken to not affect each other.
    """

    _inherit = "crm.lead"

    def _get_score_range(self):
        """Return what the score can still reach while ratings are missing.

        :return: dict of minimum, maximum, and next: the label of the rating that
            would move it most, and by how much; empty when nothing is missing
        """
        spec = self.env["crm.lead.score.model"]._get_published().spec
        missing = [
            criterion
            for criterion in spec.criteria
            if criterion.rating_field
            and criterion.rating_field != TOUCHPOINTS
            and not self[criterion.rating_field]
            and criterion.rules
        ]
        if not missing or self.lead_score_excluded:
            return {}
        readers = conditions.get_readers(spec)
        reach = {
            criterion: self._get_reach(
                spec, criterion, readers.get(criterion.rating_field, {})
            )
            for criterion in missing
        }
        # the value of a missing rating is 0, which every criterion allows
        now = self.lead_fit_score + self.lead_engagement_score

        def clamp(points):
            return min(max(int(points + 0.5) if points > 0 else 0, 0), MAXIMUM)

        spans = {
            criterion: clamp(now + high) - clamp(now + low)
            for criterion, (low, high) in reach.items()
        }
        strongest = max(
            missing, key=lambda c: (spans[c], reach[c][1] - reach[c][0], -c.id)
        )
        field = self._fields[strongest.rating_field]
        return {
            "minimum": clamp(now + sum(low for low, _high in reach.values())),
            "maximum": clamp(now + sum(high for _low, high in reach.values())),
            "next": field._description_string(self.env),
            "span": spans[strongest],
        }

    def _get_reach(self, spec, criterion, dependent):
        """Return what a missing rating takes at most, and gives at most.

        It gives nothing as long as it is missing, or with an option without points.

        :param dependent: {rule with a condition on the rating: ids that it names}
        """
        options = dict.fromkeys(set().union(*dependent.values()), 0)
        options |= {rule.option_id: rule.points for rule in criterion.rules}
        changes = [0]
        for option_id, points in options.items():
            change = min(max(points, criterion.minimum), criterion.maximum)
            if dependent:
                matching = self._get_matching(dependent, criterion, option_id)
                if any(rule in matching for rule in spec.exclusions):
                    # whatever the rest says, nothing is left
                    changes.append(
                        -abs(self.lead_fit_score + self.lead_engagement_score)
                    )
                    continue
                change += self._get_change(spec, dependent, matching)
            changes.append(change)
        return min(changes), max(changes)

    def _get_matching(self, rules, criterion, option_id):
        """Return those of the rules that match the lead with an option.

        The option is on a record of its own, without origin: one with the origin of
        the lead shares the cache of the form that is open, and would write into it.
        """
        leads = self.env["crm.lead.score.model"]._get_leads()
        typed = self.with_env(leads.env)
        tried = leads.new({criterion.rating_field: option_id})

        def answer(condition):
            is_tried = condition.field_expr.split(".")[0] == criterion.rating_field
            lead = tried if is_tried else typed
            return Domain.TRUE if lead.filtered_domain(condition) else Domain.FALSE

        return {
            rule
            for rule in rules
            if conditions.parse(rule.domain).map_conditions(answer).is_true()
        }

    def _get_change(self, spec, dependent, matching):
        """Return by how much criteria change when only ``matching`` of rules match."""
        lines = self.lead_score_lines or []
        matched = {line["rule"] for line in lines if "rule" in line}
        matching_ids = {rule.id for rule in matching}
        change = Decimal(0)
        for criterion in spec.criteria:
            if set(dependent).isdisjoint(criterion.rules):
                continue
            sums = []
            for ids in (matched, matching_ids):
                points = sum(
                    rule.points
                    for rule in criterion.rules
                    if rule.id in (ids if rule in dependent else matched)
                )
                sums.append(min(max(points, criterion.minimum), criterion.maximum))
            change += sums[1] - sums[0]
        return float(change)
