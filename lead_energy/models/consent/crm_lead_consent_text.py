from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import rights  # noqa: F401 - it comes first
from ..context import tell

# what stands for what differs
COMPANY, CHANNEL = "{company}", "{channel}"


class CrmLeadConsentText(models.Model):
    """A numbered version of the words that a prospect agrees to.

    Once somebody agreed to it, a version stays as it was: other words are a new one.
    """

    _name = "crm.lead.consent.text"
    _inherit = ["crm.lead.system.values"]
    _description = "Text of a Consent"
    _order = "purpose_id, number desc"
    _rec_name = "number"

    purpose_id = fields.Many2one(
        "crm.lead.consent.purpose", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(string="Version", readonly=True, copy=False)
    text = fields.Text(
        required=True,
        translate=True,
        help="{company} stands for the name of your company, {channel} for how the "
        "person is contacted.",
    )
    is_used = fields.Boolean(string="Used", compute="_compute_is_used")

    _number_uniq = models.Constraint(
        "unique (purpose_id, number)", "A purpose has a version of this number already."
    )

    def _compute_is_used(self):
        # sudo: events of leads that the reader may not see use a text, too
        groups = (
            self.env["crm.lead.consent"]
            .sudo()
            ._read_group([("text_id", "in", self.ids)], ["text_id"])
        )
        used = {text.id for (text,) in groups}
        for text in self:
            text.is_used = text.id in used

    @api.model_create_multi
    def create(self, vals_list):
        purposes = [vals.get("purpose_id") for vals in vals_list]
        groups = self._read_group(
            [("purpose_id", "in", purposes)], ["purpose_id"], ["number:max"]
        )
        last = {purpose.id: number for purpose, number in groups}
        numbered = []
        for vals in vals_list:
            number = last.get(vals.get("purpose_id"), 0) + 1
            last[vals.get("purpose_id")] = number
            numbered.append({**vals, "number": number})
        numbering = tell(self, system_values=True)
        return super(CrmLeadConsentText, numbering).create(numbered).with_env(self.env)

    def write(self, vals):
        if not vals.keys().isdisjoint(("text", "purpose_id")):
            self._check_is_unused()
        return super().write(vals)

    def update_field_translations(self, field_name, translations, source_lang=""):
        self._check_is_unused()
        return super().update_field_translations(field_name, translations, source_lang)

    @api.ondelete(at_uninstall=False)
    def _check_is_unused(self):
        """:raise UserError: somebody has agreed to these words"""
        for text in self.filtered("is_used"):
            raise UserError(
                self.env._(
                    "Somebody has agreed to version %(number)s of '%(purpose)s': it "
                    "stays as it is, as the proof. Add a new version instead.",
                    number=text.number,
                    purpose=text.purpose_id.name,
                )
            )

    def _fill(self, channel, company, lang):
        """Return the words as a person reads them.

        :param str channel: code of the channel
        :param company: res.company that asks
        :param str lang: code of the person's language
        """
        text = self.with_context(lang=lang)
        label = text.env["crm.lead.consent"]._get_channel_phrases()[channel]
        words = text.text or ""
        return words.replace(COMPANY, company.name).replace(CHANNEL, label)
