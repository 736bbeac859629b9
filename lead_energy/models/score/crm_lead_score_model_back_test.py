from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ...tools.score import specification, statistics, sums

# the newest decided leads, which is plenty for the figures
LIMIT = 20_000
# of them, oldest first, the weights are fitted on these; the rest tests them
FITTED_SHARE = 0.7


class CrmLeadScoreModel(models.Model):
    """How a model would have scored leads that are decided, and what would do better.

    NO FUTURE: a lead is scored by what was known before it was won or lost: the lines
    of its last history row before tell which options and conditions held, and its
    touchpoints of before are aged to that day. The save that decides it is not asked:
    a condition on the stage would know the answer. A rule that the model of that time
    did not have is not known to have held: it counts 0 and is named as not tested.
    """

    _inherit = "crm.lead.score.model"

    def _get_back_test(self):
        """Return the figures of this model on decided leads.

        :return: dict of won and lost (numbers of leads), and if these are enough:
            auc, lift (a tenth each), thresholds ({mql, sql: (from, precision,
            recall)}) and untested (names of rules)
        """
        self.ensure_one()
        decided = self._get_decided_leads()
        won = sum(lead["is_won"] for lead in decided)
        result = {"won": won, "lost": len(decided) - won, "is_enough": False}
        if not statistics.is_enough([lead["is_won"] for lead in decided]):
            return result
        spec = self._get_spec()
        sample = [(self._score_at(spec, lead), lead["is_won"]) for lead in decided]
        known = set().union(*(lead["known"] for lead in decided))
        return result | {
            "is_enough": True,
            "auc": statistics.get_auc(sample),
            "lift": statistics.get_lift(sample),
            "thresholds": {
                name: (from_, *statistics.get_precision_recall(sample, from_))
                for name, from_ in (("MQL", self.mql_from), ("SQL", self.sql_from))
            },
            "untested": [
                rule.display_name
                for rule in self._get_rules()
                if rule.active and rule._get_fact() not in known
            ],
        }

    def _get_suggestions(self):
        """Return what a logistic fit would give, beside today's points.

        A suggestion stays within the bounds of its criterion, and the areas mind them.

        :return: empty dict when there is too little history; else auc_today,
            auc_suggested and auc_unbounded (what it were without the bounds) on the
            newer part, and rules: dicts of rule, points, suggested, leads, share_with
            and share_without
        """
        self.ensure_one()
        decided = self._get_decided_leads()
        if not statistics.is_enough([lead["is_won"] for lead in decided]):
            return {}
        rules = self.criterion_ids.rule_ids.filtered("active")
        numbers = {rule._get_fact(): number for number, rule in enumerate(rules)}
        for lead in decided:
            lead["row"] = {numbers[f] for f in lead["facts"] if f in numbers}
        decided.sort(key=lambda lead: lead["date"])
        middle = int(len(decided) * FITTED_SHARE)
        older, newer = decided[:middle], decided[middle:]
        weights = statistics.fit_logistic(
            [lead["row"] for lead in older],
            [lead["is_won"] for lead in older],
            len(rules),
        )
        # weights have no unit: as many points in all as the model gives today
        total = sum(abs(weight) for weight in weights)
        scale = sum(abs(rule.points) for rule in rules) / total if total else 0
        wanted = [round(weight * scale) for weight in weights]
        points = [
            min(max(number, rule.criterion_id.minimum), rule.criterion_id.maximum)
            for rule, number in zip(rules, wanted, strict=True)
        ]
        today = [rule.points for rule in rules]
        return {
            "auc_today": self._get_bounded_auc(newer, rules, today),
            "auc_suggested": self._get_bounded_auc(newer, rules, points),
            "auc_unbounded": self._get_plain_auc(newer, wanted),
            "rules": [
                self._get_separation(rule, number, points[number], decided)
                for number, rule in enumerate(rules)
            ],
        }

    def _get_plain_auc(self, decided, points):
        return statistics.get_auc(
            [(sum(points[n] for n in lead["row"]), lead["is_won"]) for lead in decided]
        )

    def _get_bounded_auc(self, decided, rules, points):
        """Return the area of scores whose criteria stay within their bounds."""
        criteria = [rule.criterion_id for rule in rules]
        bounds = {c: (c.minimum, c.maximum) for c in set(criteria)}

        def get_score(row):
            sums = defaultdict(int)
            for number in row:
                sums[criteria[number]] += points[number]
            return sum(
                min(max(value, bounds[c][0]), bounds[c][1]) for c, value in sums.items()
            )

        return statistics.get_auc(
            [(get_score(lead["row"]), lead["is_won"]) for lead in decided]
        )

    def _get_separation(self, rule, number, suggested, decided):
        having = [lead["is_won"] for lead in decided if number in lead["row"]]
        others = [lead["is_won"] for lead in decided if number not in lead["row"]]
        return {
            "rule": rule,
            "points": rule.points,
            "suggested": suggested,
            "leads": len(having),
            "share_with": sum(having) / len(having) if having else None,
            "share_without": sum(others) / len(others) if others else None,
        }

    def _score_at(self, spec, lead):
        """Return the score that ``spec`` gives a lead on the day of its decision."""
        facts = lead["facts"]
        records = {rule.id: rule for rule in self._get_rules()}

        def holds(rule):
            return records[rule.id]._get_fact() in facts

        def get_terms(criterion):
            if criterion.rating_field == specification.TOUCHPOINTS:
                return sums.get_touch_terms(
                    criterion, lead["touchpoints"], specification.get_day(lead["date"])
                )
            return sums.get_rule_terms(criterion, holds)

        excluding = [rule for rule in spec.exclusions if holds(rule)]
        return sums.sum_up(spec, get_terms, excluding)[3]

    def _get_decided_leads(self):
        """Return dicts of what was known of won and lost leads when they were decided.

        Leads without any history before are left out: nothing is known of them. So are
        those that the user may not read.
        """
        readable = self.env["crm.lead.score.rule"]._get_readable_leads()._search([])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lead.id, lead.won_status = 'won', lead.date_closed, log.lines
                  FROM crm_lead lead
                  JOIN LATERAL (
                       SELECT lines FROM crm_lead_score_log
                        WHERE lead_id = lead.id AND date < lead.date_closed
                     ORDER BY date DESC, id DESC LIMIT 1
                       ) log ON TRUE
                 WHERE lead.won_status IN ('won', 'lost')
                   AND lead.date_closed IS NOT NULL
                   AND lead.id IN %s
              ORDER BY lead.date_closed DESC
                 LIMIT %s
                """,
                readable.subselect(),
                LIMIT,
            )
        )
        touchpoints = self._get_touchpoints_until([row[:3] for row in rows])
        fact_by_rule, known_by_model = self._get_known_facts()
        decided = []
        for lead_id, is_won, date, lines in rows:
            facts = [
                fact_by_rule[line["rule"]]
                for line in lines or []
                if line.get("rule") in fact_by_rule
            ]
            decided.append(
                {
                    "is_won": is_won,
                    "date": date,
                    "facts": {fact for fact, _model in facts},
                    "known": set().union(
                        *(known_by_model[model] for _fact, model in facts)
                    ),
                    "touchpoints": touchpoints[lead_id],
                }
            )
        return decided

    def _get_known_facts(self):
        """Return {rule id: (fact, model id)} and {model id: facts that it asks for}."""
        fact_by_rule, known_by_model = {}, defaultdict(set)
        models_ = self.search([("state", "!=", "draft")]) | self
        for model in models_:
            for rule in model.with_context(active_test=False)._get_rules():
                fact = rule._get_fact()
                fact_by_rule[rule.id] = fact, model.id
                known_by_model[model.id].add(fact)
        return fact_by_rule, known_by_model

    def _get_touchpoints_until(self, decided):
        """Return {lead id: [(type id, day)]} that were recorded before the decision."""
        found = defaultdict(list)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT touchpoint.lead_id, touchpoint.type_id, touchpoint.date
                  FROM crm_lead_touchpoint touchpoint
                  JOIN crm_lead lead ON lead.id = touchpoint.lead_id
                 WHERE lead.id = ANY(%s)
                   AND touchpoint.date < lead.date_closed
                   AND date_trunc('second', touchpoint.create_date) < lead.date_closed
                """,
                [lead_id for lead_id, _is_won, _date in decided],
            )
        )
        for lead_id, type_id, date in rows:
            found[lead_id].append((type_id, specification.get_day(date)))
        return found
