import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

MALO = re.compile(r"[1-9]\d{10}", re.ASCII)
MELO = re.compile(r"[A-Z]{2}[A-Z0-9]{31}", re.ASCII)
MASTR = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)
IDENTIFIERS = ("malo_id", "melo_id", "mastr_id")


def normalize_identifier(value):
    """Return an identifier of the market without blanks and dots, in capitals."""
    # clients by RPC may send a number
    return re.sub(r"[\s.]", "", str(value)).upper() if value else value


def is_malo(value):
    """Return whether a MaLo-ID is well formed and its check digit right.

    Doubled digits are not cross-summed: this is not Luhn's check digit.
    """
    if not MALO.fullmatch(value):
        return False
    *digits, check = (int(digit) for digit in value)
    return check == -(sum(digits[::2]) + 2 * sum(digits[1::2])) % 10


class CrmLead(models.Model):
    """The energy profile: what an energy company asks before it makes an offer."""

    _inherit = "crm.lead"

    customer_segment = fields.Selection(
        [
            ("household", "Household"),
            ("business", "Business"),
            ("industry", "Industry"),
            ("housing", "Housing"),
            ("municipality", "Municipality"),
            ("agriculture", "Agriculture"),
        ]
    )
    annual_consumption_kwh = fields.Float(
        string="Annual Consumption (kWh)", digits=(16, 0), aggregator="sum"
    )
    contract_end_date = fields.Date(
        string="Contract End", help="When the contract with today's supplier ends."
    )
    malo_id = fields.Char(
        string="MaLo-ID",
        help="Market location: 11 digits, the last of them a check digit.",
    )
    melo_id = fields.Char(
        string="MeLo-ID",
        help="Metering location: 33 characters, the first two name the country.",
    )
    mastr_id = fields.Char(
        string="MaStR Number",
        help="Number in the register of market data: 3 letters and 12 digits.",
    )
    mastr_warning = fields.Boolean(compute="_compute_mastr_warning")
    planned_power_kwp = fields.Float(string="Planned PV (kWp)", digits=(16, 2))
    planned_storage_kwh = fields.Float(string="Planned Storage (kWh)", digits=(16, 2))

    _energy_amounts = models.Constraint(
        "CHECK (annual_consumption_kwh >= 0 AND planned_power_kwp >= 0"
        " AND planned_storage_kwh >= 0)",
        "Consumption, planned PV and planned storage cannot be negative.",
    )

    @api.depends("mastr_id")
    def _compute_mastr_warning(self):
        for lead in self:
            number = normalize_identifier(lead.mastr_id)
            lead.mastr_warning = bool(number and not MASTR.fullmatch(number))

    @api.constrains("malo_id")
    def _check_malo_id(self):
        for lead in self:
            if lead.malo_id and not is_malo(lead.malo_id):
                raise ValidationError(
                    self.env._(
                        "%(lead)s: %(number)s is no MaLo-ID. It has 11 digits, does "
                        "not begin with 0, and its last digit is a check digit: "
                        "compare it with the bill.",
                        lead=lead.display_name,
                        number=lead.malo_id,
                    )
                )

    @api.constrains("melo_id")
    def _check_melo_id(self):
        for lead in self:
            if lead.melo_id and not MELO.fullmatch(lead.melo_id):
                raise ValidationError(
                    self.env._(
                        "%(lead)s: %(number)s is no MeLo-ID. It has 33 characters, "
                        "two letters for the country, then letters and digits: "
                        "compare it with the bill.",
                        lead=lead.display_name,
                        number=lead.melo_id,
                    )
                )

    @api.onchange("malo_id", "melo_id", "mastr_id")
    def _onchange_identifiers(self):
        for name in IDENTIFIERS:
            self[name] = normalize_identifier(self[name])

    @api.model
    def _normalize_identifiers(self, vals):
        """Change values to how identifiers of the market are stored."""
        for name in IDENTIFIERS:
            if name in vals:
                vals[name] = normalize_identifier(vals[name])

    def _merge_get_fields(self):
        return [
            *super()._merge_get_fields(),
            "customer_segment",
            "annual_consumption_kwh",
            "contract_end_date",
            *IDENTIFIERS,
            "planned_power_kwp",
            "planned_storage_kwh",
        ]
