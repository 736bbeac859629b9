from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..rights import (
    get_system_names,
    without_system_defaults,
    without_system_values,
)
from .crm_lead_rating import FIELDS_BY_KIND

# of Odoo's fields those in which blanks around say nothing
NAMES_OF_PEOPLE = frozenset({"partner_name", "contact_name"})
# what a lead without a subject is named after, the first that is known
NAMED_AFTER = ("partner_name", "contact_name", "email_from")


class CrmLead(models.Model):
    """The lead number, the ratings and the interests of an energy company's lead.

    SAVE: of all our classes of crm.lead only this one extends ``create`` and ``write``.
    They call named steps, which stand in the rooms that they belong to, in the order
    that is written here.
    """

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

    @api.depends(*NAMED_AFTER)
    def _compute_name(self):
        """A lead typed in a hurry is named after its company, contact or mail."""
        result = super()._compute_name()
        for lead in self:
            if lead.type == "lead" and not lead.name:
                lead.name = next(filter(None, (lead[name] for name in NAMED_AFTER)), "")
        return result

    @api.model
    def _prepare_lead_names(self, vals_list):
        """Name values without a subject as the form does, for all in one query.

        The database refuses a lead without a name before a compute could give it one.
        Values that tell nobody stay without, and are refused.
        """
        unnamed = [
            vals for vals in vals_list if not str(vals.get("name") or "").strip()
        ]
        if not unnamed or self.default_get(["name"]).get("name"):
            return
        # what else a client may send there is no id, and may be no key of a dict
        given = [vals.get("partner_id") for vals in unnamed]
        ids = [value if type(value) is int else None for value in given]
        partners = self.env["res.partner"].browse(set(filter(None, ids)))
        names = {partner.id: partner.name for partner in partners}
        for vals, partner_id in zip(unnamed, ids, strict=True):
            known = [vals.get(field_name) for field_name in NAMED_AFTER]
            known.append(names.get(partner_id))
            if name := next(filter(None, known), None):
                vals["name"] = name

    @api.model
    def get_import_templates(self):
        language = "de" if (self.env.lang or "").startswith("de") else "en"
        path = f"/lead_energy/static/xls/leads_{language}"
        return [
            {
                "label": self.env._("Sample File for Leads (Excel)"),
                "template": f"{path}.xlsx",
            },
            {
                "label": self.env._("Sample File for Leads (CSV)"),
                "template": f"{path}.csv",
            },
            *super().get_import_templates(),
        ]

    # ------------------------------------------------------------- the life of a lead
    @api.model_create_multi
    def create(self, vals_list):
        """Create leads. The steps are those of the rooms, in this order.

        No step changes what the caller gave: ``_tidy_values`` copies it, once.
        """
        vals_list = [self._tidy_values(vals) for vals in vals_list]
        self._add_first_status(vals_list)
        self._prepare_lead_names(vals_list)
        self._prepare_lead_numbers(vals_list)
        plans = self._take_follow_up(vals_list)
        leads = super(CrmLead, self._without_given_defaults()).create(vals_list)
        leads = leads.with_env(self.env)
        leads._start_follow_up(plans)
        leads._log_first_status()
        leads._after_status_change()
        leads._plan_rework()
        leads._automate_opportunity()
        leads._automate_given_qualification(vals_list)
        leads._filter_on_boards()._tell_boards()
        return leads

    def write(self, vals):
        """Save leads. The steps are those of the rooms, in this order.

        What touches nothing of ours costs nothing. Each ``with`` says what was before,
        and lets follow what follows from it.
        """
        if vals.keys().isdisjoint(self._get_own_names()):
            return super().write(vals)
        vals = self._tidy_values(vals)
        with self._converted_by(vals) as leads:
            with leads._replanning_rework(vals):
                for group, group_vals in leads._split_by_status(vals):
                    with group._logging_status(group_vals) as dated_vals:
                        super(CrmLead, group).write(dated_vals)
            leads._automate_written(vals)
        return True

    @api.model
    @ormcache()
    def _get_own_names(self):
        """Return the names of our fields, and of those of Odoo that we react to."""
        own = {n for n, f in self._fields.items() if "lead_energy" in f._modules}
        return frozenset(own | {"type", "partner_id", *NAMES_OF_PEOPLE})

    @api.model
    def _tidy_values(self, vals):
        """Return a copy of what people, files or clients gave, as it is stored."""
        vals = dict(without_system_values(self, vals, self._get_system_names()))
        self._keep_number(vals)
        self._check_given_status(vals)
        self._keep_rework_date(vals)
        self._strip_names(vals)
        self._normalize_identifiers(vals)
        self._shrink_business_card(vals)
        self._note_manual_qualification(vals)
        return vals

    @api.model
    def _strip_names(self, vals):
        """A name of blanks is none."""
        for name in NAMES_OF_PEOPLE & vals.keys():
            if isinstance(vals[name], str):
                vals[name] = vals[name].strip() or False

    @api.model
    @ormcache()
    def _get_system_names(self):
        return get_system_names(self)

    def _without_given_defaults(self):
        """Let no default of the context say what is planned, or the system's."""
        leads = without_system_defaults(self, self._get_system_names())
        return leads._without_follow_up()

    # -------------------------------------------------------------------- lead number
    @api.model
    def _keep_number(self, vals):
        """A lead has a number, and an empty cell or field does not take it away."""
        if not str(vals.get("lead_number") or "").strip():
            vals.pop("lead_number", None)

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
            *FIELDS_BY_KIND.values(),
            "industry_id",
        ]

    def _merge_get_fields_specific(self):
        return {
            **super()._merge_get_fields_specific(),
            "interest_ids": lambda fname, leads: leads.interest_ids.ids,
        }
