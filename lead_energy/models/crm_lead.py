from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmLead(models.Model):
    """The lead number, the ratings and the interests of an energy company's lead."""

    _inherit = "crm.lead"

    # General
    lead_number = fields.Char(
        copy=False,
        readonly=False,
        index="trigram",
        help="Given automatically, unique and never used again. An import may bring "
        "the number that the lead has in another system.",
    )
    # Rating of the potential
    influence_id = fields.Many2one(
        "crm.lead.rating", domain=[("kind", "=", "influence")], ondelete="restrict"
    )
    company_size_id = fields.Many2one(
        "crm.lead.rating",
        string="Size",
        domain=[("kind", "=", "company_size")],
        ondelete="restrict",
    )
    industry_id = fields.Many2one("res.partner.industry", ondelete="set null")
    need_id = fields.Many2one(
        "crm.lead.rating", domain=[("kind", "=", "need")], ondelete="restrict"
    )
    volume_id = fields.Many2one(
        "crm.lead.rating",
        domain=[("kind", "=", "volume")],
        ondelete="restrict",
        help="Expected value of the order.",
    )
    # Interests
    interest_ids = fields.Many2many(
        "crm.lead.interest",
        string="Interests",
        context={"active_test": False},
    )
    _lead_number_uniq = models.UniqueIndex(
        "(lead_number)", "This lead number is already used by another lead."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._prepare_lead_numbers(vals_list)
        return super().create(vals_list)

    @api.model
    def _prepare_lead_numbers(self, vals_list):
        """Give a number to the values that have none, for all in one query.

        :raise ValidationError: a number that the values bring is used already
        """
        # sudo: numbers are unique over all leads, whoever may read them
        leads = self.sudo().with_context(active_test=False)
        brought = [vals["lead_number"] for vals in vals_list if vals.get("lead_number")]
        # an import that fails is tried again row by row, and would blame its first row
        # for a message about many: there, the index of the database refuses them
        if brought and (len(vals_list) == 1 or not self.env.context.get("import_file")):
            leads._check_numbers_are_free(brought)
        missing = [vals for vals in vals_list if not vals.get("lead_number")]
        numbers = []
        while len(numbers) < len(missing):
            drawn = self._draw_lead_numbers(len(missing) - len(numbers))
            taken = set(brought)
            taken.update(
                number
                for (number,) in leads._read_group(
                    [("lead_number", "in", drawn)], ["lead_number"]
                )
            )
            numbers += [number for number in drawn if number not in taken]
        for vals, number in zip(missing, numbers, strict=True):
            vals["lead_number"] = number

    def _check_numbers_are_free(self, numbers):
        used = self.search([("lead_number", "in", numbers)], limit=1).lead_number
        twice = [number for number in numbers if numbers.count(number) > 1]
        if used or twice:
            raise ValidationError(
                self.env._(
                    "The lead number %(number)s is already used by another lead. "
                    "Leave it empty to get a new one.",
                    number=used or twice[0],
                )
            )

    @api.model
    def _draw_lead_numbers(self, count):
        # sudo: reps may not read sequences
        sequence = self.env.ref("lead_energy.sequence_lead_number").sudo()
        return sequence._next_many(count)

    def _merge_get_fields(self):
        return [
            *super()._merge_get_fields(),
            "influence_id",
            "company_size_id",
            "industry_id",
            "need_id",
            "volume_id",
        ]

    def _merge_get_fields_specific(self):
        return {
            **super()._merge_get_fields_specific(),
            "interest_ids": lambda fname, leads: leads.interest_ids.ids,
        }
