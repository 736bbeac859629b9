from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError
from odoo.fields import Domain
from odoo.tools import format_list

from ..models.conversion.conversion_under_way import to_json
from ..models.conversion.crm_lead_conversion import RESULTS

STEPS = [("company", "Company"), ("contact", "Contact"), ("result", "Result")]
# what the lead may know of a company and of a contact: {field of partner: of the lead}
ADDRESS = {name: name for name in ("street", "street2", "zip", "city")}
ADDRESS |= {"state_id": "state_id", "country_id": "country_id"}
COMPANY_FIELDS = {"vat": "vat", "website": "website", "industry_id": "industry_id"}
CONTACT_FIELDS = {"email": "email_from", "phone": "phone", "function": "function"}


class CrmLead2opportunityPartner(models.TransientModel):
    """The conversion of one lead in steps: company, contact, result.

    NOTHING is created, linked or filled before the last click, ``action_convert``.
    The steps are for people; Odoo's own ``action_apply`` works as ever, and goes
    through the same test for duplicates.
    SECOND STAGE: a lead that is a business partner already begins at the last step.
    """

    _inherit = "crm.lead2opportunity.partner"

    step = fields.Selection(STEPS, default="company", required=True)
    move = fields.Selection(
        [("next", "Next"), ("back", "Back")],
        store=False,
        help="Written with what was typed in a step: where to go from it.",
    )
    is_guided = fields.Boolean(help="Opened as the dialog in steps.")
    is_second_stage = fields.Boolean(
        help="Opened for a lead that was a business partner already."
    )
    # Company
    company_choice = fields.Selection(
        [
            ("exist", "Link an existing company"),
            ("create", "Create a new company"),
            ("none", "No company"),
        ],
        string="Business Partner",
        default="none",
    )
    company_candidate_ids = fields.One2many(
        "crm.lead.conversion.candidate", "wizard_id", domain=[("kind", "=", "company")]
    )
    hidden_count = fields.Integer(
        help="Companies that fit as well, and that the user may not see."
    )
    company_name = fields.Char(string="New Company")
    company_vat = fields.Char(string="Tax ID")
    company_website = fields.Char(string="Website")
    company_street = fields.Char(string="Street")
    company_zip = fields.Char(string="Postcode")
    company_city = fields.Char(string="City")
    company_country_id = fields.Many2one("res.country", string="Country")
    # Contact
    contact_choice = fields.Selection(
        [
            ("exist", "Link an existing contact"),
            ("create", "Create a new contact"),
            ("none", "No contact"),
        ],
        string="Contact Person",
        default="none",
    )
    contact_candidate_ids = fields.One2many(
        "crm.lead.conversion.candidate", "wizard_id", domain=[("kind", "=", "contact")]
    )
    contact_name = fields.Char(string="New Contact")
    contact_email = fields.Char(string="E-mail")
    contact_phone = fields.Char(string="Phone")
    contact_function = fields.Char(string="Function")
    # Result
    result = fields.Selection(RESULTS, default="inquiry", required=True)
    quotation_template_id = fields.Many2one("sale.order.template")
    opportunity_ids = fields.Many2many(
        "crm.lead", string="Open Inquiries", compute="_compute_opportunity_ids"
    )
    opportunity_id = fields.Many2one(
        "crm.lead", string="Into the Inquiry", domain="[('id', 'in', opportunity_ids)]"
    )
    colleagues = fields.Char(
        compute="_compute_opportunity_ids",
        help="Who else has an open inquiry with this customer.",
    )
    change_ids = fields.One2many("crm.lead.conversion.change", "wizard_id")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("partner_id")
    def _compute_commercial_partner_id(self):
        """In steps the company is chosen before the contact, and stays."""
        guided = self.filtered("is_guided")
        for wizard in guided:
            wizard.commercial_partner_id = wizard.commercial_partner_id
        return super(
            CrmLead2opportunityPartner, self - guided
        )._compute_commercial_partner_id()

    @api.depends(
        "commercial_partner_id",
        "partner_id",
        "company_choice",
        "contact_choice",
        "step",
    )
    def _compute_opportunity_ids(self):
        companies = [False, *self.env.user.company_ids.ids]
        for wizard in self:
            # sudo: that there is an inquiry, and whose, is told also to who may not
            # read it, or two would court one customer; of all else they learn nothing
            inquiries = self.env["crm.lead"].sudo().search(wizard._get_inquiry_domain())
            wizard.opportunity_ids = inquiries.with_env(self.env)._filtered_access(
                "read"
            )
            users = inquiries.filtered(
                lambda inquiry: inquiry.company_id.id in companies
            ).user_id
            names = (users - self.env.user.sudo()).mapped("name")
            wizard.colleagues = format_list(self.env, sorted(names)) if names else ""

    def _get_inquiry_domain(self):
        """Return the domain of the open inquiries of the customer that was chosen."""
        company = self._get_company() or self._get_contact().commercial_partner_id
        if not company:
            return Domain.FALSE
        return (
            Domain("type", "=", "opportunity")
            & Domain("won_status", "=", "pending")
            & Domain("partner_id", "child_of", company.ids)
            & Domain("id", "!=", self.lead_id.id)
        )

    @api.depends("is_guided")
    def _compute_duplicated_lead_ids(self):
        """In steps no duplicates are merged, so none are looked for."""
        guided = self.filtered("is_guided")
        guided.duplicated_lead_ids = False
        return super(
            CrmLead2opportunityPartner, self - guided
        )._compute_duplicated_lead_ids()

    # -------------------------------------------------------------------------- steps
    def _start(self):
        """Propose the company, and go to the first step."""
        lead = self.lead_id
        self.write(
            {"is_second_stage": lead._is_partner_only(), **self._prepare_forms()}
        )
        if self.is_second_stage and lead.partner_id:
            return self._start_second_stage()
        shown = self._show_companies()
        found = lead._find_customers()
        company = found.companies.get(lead, lead.partner_id.browse())
        if lead in found.doubts and shown and shown[0].is_certain:
            company = company.browse(shown[0].partner.id)
        default = "create" if lead.partner_name else "none"
        self.company_choice = "exist" if company else default
        self.commercial_partner_id = company
        return self._reopen()

    def _start_second_stage(self):
        """Take the customer that the lead has, and ask only what comes next."""
        partner = self.lead_id.partner_id
        company = partner.commercial_partner_id.filtered("is_company")
        contact = partner - company
        self.write(
            {
                "step": "result",
                "company_choice": "exist" if company else "none",
                "commercial_partner_id": company.id,
                "contact_choice": "exist" if contact else "none",
                "partner_id": contact.id,
            }
        )
        self._prepare_result_step()
        return self._reopen()

    def _show_companies(self):
        """Put the companies that the user may choose into the first step.

        :return: list of CompanyCandidate, best first
        """
        lead = self.lead_id
        candidates = lead._find_company_candidates()[lead]
        partners = self.env["res.partner"].browse(c.partner.id for c in candidates)
        readable = set(partners._filtered_access("read").ids)
        shown = [
            candidate
            for candidate in candidates
            if candidate.partner.id in readable and lead._is_usable(candidate.partner)
        ]
        self.hidden_count = len(candidates) - len(shown)
        self.company_candidate_ids = [
            *(fields.Command.delete(line.id) for line in self.company_candidate_ids),
            *(
                fields.Command.create(
                    {
                        "kind": "company",
                        "partner_id": candidate.partner.id,
                        "reasons": ", ".join(
                            lead._get_reason_labels(candidate.reasons)
                        ),
                        "is_archived": not candidate.partner.active,
                    }
                )
                for candidate in shown[:8]
            ),
        ]
        return shown

    def _prepare_forms(self):
        """Return what the forms of a new company and contact start with."""
        lead = self.lead_id
        return {
            "company_name": lead.partner_name,
            "company_vat": lead.vat,
            "company_website": lead.website,
            "company_street": lead.street,
            "company_zip": lead.zip,
            "company_city": lead.city,
            "company_country_id": lead.country_id.id,
            "contact_name": lead._get_contact_name(),
            "contact_email": lead.email_normalized or lead.email_from,
            "contact_phone": lead.phone,
            "contact_function": lead.function,
            "quotation_template_id": lead._get_quotation_template().id,
        }

    def _choose(self, candidate):
        """Take a candidate of the step that is shown, and go on."""
        if candidate.kind == "company":
            self.write(
                {
                    "company_choice": "exist",
                    "commercial_partner_id": candidate.partner_id.id,
                }
            )
        else:
            self.write(
                {"contact_choice": "exist", "partner_id": candidate.partner_id.id}
            )
        return self.action_next()

    @api.model
    def default_get(self, fields):
        try:
            return super().default_get(fields)
        except MissingError:
            lead_id = self.env.context.get("active_id")
            self.env["crm.lead"].browse(lead_id)._raise_merged()
            raise

    def _check_lead(self):
        """Refuse to go on with a lead that others converted or merged."""
        self.ensure_one()
        if not self.exists():
            lead_id = self.env.context.get("active_id")
            self.env["crm.lead"].browse(lead_id)._raise_merged()
        self.lead_id._check_is_convertible(self.is_second_stage)

    def action_next(self):
        """Check the step that is shown, and go to the next one."""
        self._check_lead()
        if self.step == "company":
            self._check_company_is_chosen()
            self._prepare_contact_step()
            self.step = "contact"
        elif self.step == "contact":
            self._check_contact()
            self._prepare_result_step()
            self.step = "result"
        return self._reopen()

    def action_back(self):
        self._check_lead()
        steps = [step for step, _label in STEPS]
        self.step = steps[max(steps.index(self.step) - 1, 0)]
        if self.step == "company":
            self._show_companies()
        elif self.step == "contact":
            self._show_contacts(self._find_people())
        return self._reopen()

    def write(self, vals):
        """Write what was typed, then make the move that came with it."""
        if "move" not in vals:
            return super().write(vals)
        vals = dict(vals)
        move = vals.pop("move")
        result = super().write(vals)
        if move == "next":
            self.action_next()
        elif move == "back":
            self.action_back()
        return result

    def _check_company_is_chosen(self):
        if self.company_choice == "exist" and not self.commercial_partner_id:
            raise UserError(self.env._("Choose the company, or create a new one."))
        if self.company_choice == "create" and not self.company_name:
            raise UserError(self.env._("Give the new company a name."))

    def _check_contact(self):
        if self.contact_choice == "exist" and not self.partner_id:
            raise UserError(self.env._("Choose the contact, or create a new one."))
        if self.contact_choice == "create" and not self.contact_name:
            raise UserError(self.env._("Give the new contact a name."))

    def _prepare_contact_step(self):
        """Propose the contact that fits the company."""
        certain = self.lead_id._find_contact(self._get_company())
        if self.company_choice == "create":
            certain = certain.filtered(lambda person: person._is_without_company())
        default = "create" if self.contact_name else "none"
        self.write(
            {
                "contact_choice": "exist" if certain else default,
                "partner_id": certain.id,
            }
        )
        self._show_contacts(certain | self._find_people())

    def _find_people(self):
        """Return the people who may be the contact at the company that was chosen."""
        people = self.env["res.partner"].with_context(active_test=False)
        return people.search(
            self.lead_id._get_contact_domain(self._get_company()), limit=8
        )

    def _show_contacts(self, people):
        """Put the contacts that the user may choose into the second step."""
        lead, company = self.lead_id, self._get_company()
        self.contact_candidate_ids = [
            *(fields.Command.delete(line.id) for line in self.contact_candidate_ids),
            *(
                fields.Command.create(
                    {
                        "kind": "contact",
                        "partner_id": person.id,
                        "reasons": self._get_contact_reasons(person, company),
                        "is_archived": not person.active,
                    }
                )
                for person in people
                if lead._is_usable(person)
            ),
        ]

    def _get_contact_reasons(self, person, company):
        lead, reasons = self.lead_id, []
        if lead.email_normalized and person.email_normalized == lead.email_normalized:
            reasons.append(self.env._("same e-mail"))
        if (lead.contact_name or "").casefold() == (person.name or "").casefold():
            reasons.append(self.env._("same name"))
        if company and person.commercial_partner_id != company:
            reasons.append(self.env._("at another company"))
        return ", ".join(reasons)

    def _prepare_result_step(self):
        if len(self.opportunity_ids) == 1:
            self.opportunity_id = self.opportunity_ids
        self.change_ids.unlink()
        self.change_ids = [
            fields.Command.create(values) for values in self._prepare_changes()
        ]

    def _reopen(self):
        view = self.env.ref("lead_energy.crm_lead2opportunity_partner_view_form")
        lead = self.lead_id.display_name
        name = self.env._("Convert %(lead)s", lead=lead)
        if self.is_second_stage:
            name = self.env._("Inquiry or quotation: %(lead)s", lead=lead)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": self.env.context,
        }

    # ------------------------------------------------------------------------ preview
    def _get_company(self):
        """Return the existing company that was chosen, if one was and can be linked."""
        if self.company_choice == "exist" and not self._is_company_left_out():
            return self.commercial_partner_id
        return self.env["res.partner"]

    def _is_new_company(self):
        return self.company_choice == "create" and not self._is_company_left_out()

    def _is_company_left_out(self):
        """Whether the contact has a company already, so that none hangs on the lead."""
        if self.company_choice == "none" or self.step == "company":
            return False
        contact = self._get_contact()
        if not contact or contact._is_without_company():
            return False
        chosen = self.company_choice == "exist" and self.commercial_partner_id
        return contact.commercial_partner_id != chosen

    def _get_contact(self):
        if self.contact_choice == "exist":
            return self.partner_id
        return self.env["res.partner"]

    def _get_compared(self):
        """Yield an existing partner and {its field: the value of the lead} each."""
        company, contact = self._get_company(), self._get_contact()
        names = COMPANY_FIELDS | ADDRESS
        if company:
            if self.contact_choice == "none":
                names |= {"email": "email_from", "phone": "phone"}
            yield company, names
        if contact and contact != company:
            yield contact, dict(CONTACT_FIELDS)

    def _prepare_changes(self):
        """Return the values of the lines that compare lead and partners."""
        lines = []
        for partner, names in self._get_compared():
            for name, lead_name in names.items():
                new, old = self.lead_id[lead_name], partner[name]
                if not new or self._is_equal(partner, name, old, new):
                    continue
                lines.append(
                    {
                        "partner_id": partner.id,
                        "field_name": name,
                        "kind": "differ" if old else "fill",
                        "old_value": self._get_text(old),
                        "new_value": self._get_text(new),
                        "take": not old and not self._would_mix(partner, name),
                    }
                )
        return lines

    def _would_mix(self, partner, name):
        """Whether the field is part of an address, and the partner's is another.

        An address is taken as a whole, or it would be nobody's.
        """
        if name not in ADDRESS:
            return False
        lead = self.lead_id
        if partner.country_id and partner.country_id != lead.country_id:
            return True
        has_address = any(
            partner[part] for part in ("street", "street2", "zip", "city")
        )
        return has_address and partner.zip != lead.zip

    def _is_equal(self, partner, name, old, new):
        lead = self.lead_id
        if name == "email":
            return partner.email_normalized == lead.email_normalized
        if name == "phone":
            return bool(old) and partner.phone_sanitized == lead.phone_sanitized
        return old == new

    @api.model
    def _get_text(self, value):
        return value.display_name if isinstance(value, models.BaseModel) else value

    # not on the names: they are typed where no preview is seen, and each would be a
    # request
    @api.depends(
        "company_choice",
        "commercial_partner_id",
        "contact_choice",
        "partner_id",
        "result",
        "quotation_template_id",
        "opportunity_id",
        "step",
    )
    def _compute_preview(self):
        for wizard in self:
            items = Markup().join(
                Markup("<li>%s</li>") % text for text in wizard._get_preview_texts()
            )
            wizard.preview = Markup("<ul class='mb-0'>%s</ul>") % items

    def _get_preview_texts(self):
        """Return what the last click will do, a sentence each."""
        partners = self._get_company() | self._get_contact()
        archived = [
            self.env._(
                "%(name)s is archived, and becomes active again.", name=partner.name
            )
            for partner in partners
            if not partner.active
        ]
        return [
            *self._get_company_texts(),
            *self._get_contact_texts(),
            *archived,
            *self._get_result_texts(),
        ]

    def _get_company_texts(self):
        if company := self._get_company():
            yield self.env._("Company %(name)s is linked.", name=company.name)
        elif self._is_new_company():
            yield self.env._(
                "Company %(name)s is created.", name=self.company_name or ""
            )
        elif self._is_company_left_out():
            yield self.env._(
                "The customer is %(customer)s: no other company is linked or created.",
                customer=self._get_contact().display_name,
            )

    def _get_contact_texts(self):
        if contact := self._get_contact():
            yield self.env._("Contact %(name)s is linked.", name=contact.name)
        elif self.contact_choice == "create":
            yield self.env._(
                "Contact %(name)s is created.", name=self.contact_name or ""
            )
        if company_name := self._get_company_joined():
            yield self.env._(
                "%(contact)s becomes a contact of %(company)s.",
                contact=contact.name,
                company=company_name,
            )

    def _get_company_joined(self):
        """Return the name of the company that the existing contact is put below."""
        contact = self._get_contact()
        if not contact or not contact._is_without_company():
            return ""
        return self.company_name if self._is_new_company() else self._get_company().name

    def _get_result_texts(self):
        env, lead = self.env, self.lead_id
        undo = env._(
            "It can be undone until something is built on it: a message to the "
            "customer, a confirmed order, a change by somebody else."
        )
        if self.result == "partner":
            return [env._("The lead is converted and stays a lead."), undo]
        if self.result == "inquiry":
            return [env._("Inquiry %(name)s is created.", name=lead.name), undo]
        if self.result == "quotation":
            return [
                env._("Inquiry %(name)s is created.", name=lead.name),
                self._get_quotation_text(),
                undo,
            ]
        return [
            env._(
                "The lead goes into the inquiry %(name)s with all its history.",
                name=self.opportunity_id.name or "",
            ),
            env._("This cannot be undone."),
        ]

    def _get_quotation_text(self):
        """Return a sentence and a list of what the quotation starts with, as HTML."""
        lines = self.lead_id._get_quotation_texts(self.quotation_template_id)
        if not lines:
            return self.env._(
                "A draft quotation is created, without products: no interest of the "
                "lead has any."
            )
        items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        text = self.env._("A draft quotation is created:")
        return Markup("%s<ul>%s</ul>") % (text, items)

    # --------------------------------------------------------------------- conversion
    def action_convert(self):
        """Do what the preview says, once, in one transaction."""
        self._check_lead()
        self._check_company_is_chosen()
        self._check_contact()
        self._check_result()
        kind = "partner" if self.result == "partner" else "opportunity"
        with self.lead_id._recorded_conversion(kind) as lead:
            lead._check_is_convertible(self.is_second_stage)
            lead._get_conversion().filled = self._fill_partners()
            customers = self._make_customers(lead)
            customer = customers.partners[lead]
            if self.result != "existing":
                self._check_customer(customer)
                if customer:
                    lead.partner_id = customer
                action = self._make_result(lead, customer)
        if self.result == "existing":
            action = self._merge_into_opportunity(lead)._get_result_action()
        else:
            customers.record_filled()
        return self._announce(action)

    def _announce(self, action):
        """Let an action tell what the conversion of the dialog's lead made."""
        newest = self.lead_id._get_standing_conversions()[:1]
        return newest.with_env(self.env)._announce(action)

    def _check_result(self):
        if self.result == "partner" and self.is_second_stage:
            raise UserError(
                self.env._(
                    "%(lead)s is a business partner already. Choose an inquiry or a "
                    "quotation.",
                    lead=self.lead_id.display_name,
                )
            )

    def _check_customer(self, customer):
        if self.result in ("partner", "quotation") and not customer:
            raise UserError(
                self.env._(
                    "%(result)s needs a company or a contact: go back and choose one.",
                    result=dict(
                        self._fields["result"]._description_selection(self.env)
                    )[self.result],
                )
            )

    def _make_result(self, lead, customer):
        """Make of the lead what was chosen.

        :return: action that shows it
        """
        lead._link_meetings()
        if self.result == "partner":
            lead._convert_to_partner()
            # the lead stays where it is seen, and tells what can come next
            return {"type": "ir.actions.act_window_close"}
        lead.convert_opportunity(customer)
        if self.user_id and (self.force_assignment or not lead.user_id):
            lead._handle_salesmen_assignment(self.user_id.ids, self.team_id.id)
        if self.result == "quotation":
            order = lead._create_quotation(self.quotation_template_id)
            # the action brings a context to the browser: not that of the conversion
            return order.with_env(self.env).get_formview_action()
        return lead.with_env(self.env).redirect_lead_opportunity_view()

    def _fill_partners(self):
        """Write what was ticked.

        :return: [[id of partner, {field: [before, after]}]]
        """
        filled = []
        changes = self.change_ids.filtered("take").grouped("partner_id")
        for partner in self._get_company() | self._get_contact():
            values = {
                name: self._get_lead_value(partner, name)
                for name in changes.get(partner, self.change_ids).mapped("field_name")
                if partner in changes
            }
            if not partner.active:
                values["active"] = True
            if values:
                before = {name: to_json(partner[name]) for name in values}
                partner.write(values)
                filled.append(
                    [
                        partner.id,
                        {
                            name: [before[name], to_json(partner[name])]
                            for name in values
                        },
                    ]
                )
        return filled

    def _get_lead_value(self, partner, name):
        names = ADDRESS | COMPANY_FIELDS | CONTACT_FIELDS
        value = self.lead_id[names[name]]
        return value.id if isinstance(value, models.BaseModel) else value

    def _make_customers(self, lead):
        """Create what is to be created of company and contact, and join them.

        :return: FoundCustomers
        """
        is_new_contact = self.contact_choice == "create"
        if self._is_new_company() or is_new_contact:
            self._check_is_new(lead)
        customers = lead.with_context(default_user_id=self.user_id.id)._take_customers(
            self._get_company(),
            self._get_contact(),
            self._prepare_company_values() if self._is_new_company() else None,
            self._prepare_contact_values() if is_new_contact else None,
        )
        customers.make()
        return customers

    def _check_is_new(self, lead):
        """Refuse to create what others created since the dialog showed its steps."""
        partner = self.env["res.partner"]
        if self._is_new_company():
            partner = lead._choose_companies()[lead].company
            partner -= self.company_candidate_ids.partner_id
        if not partner and self.contact_choice == "create":
            partner = lead._find_contact(self._get_company())
            partner -= self.contact_candidate_ids.partner_id
        if partner:
            raise UserError(
                self.env._(
                    "%(partner)s was created in the meantime, by %(user)s. Go back and "
                    "choose it, so that there is no duplicate.",
                    partner=partner.display_name,
                    # sudo: the name of a colleague
                    user=partner.sudo().create_uid.name,
                )
            )

    def _prepare_company_values(self):
        return {
            "name": self.company_name,
            "vat": self.company_vat,
            "website": self.company_website,
            "street": self.company_street,
            "zip": self.company_zip,
            "city": self.company_city,
            "country_id": self.company_country_id.id,
        }

    def _prepare_contact_values(self):
        return {
            "name": self.contact_name,
            "email": self.contact_email,
            "phone": self.contact_phone,
            "function": self.contact_function,
        }

    def _merge_into_opportunity(self, lead):
        """Let the lead go into the inquiry that was chosen, as Odoo merges them."""
        if not self.opportunity_id:
            raise UserError(self.env._("Choose the inquiry that the lead goes into."))
        opportunity = self.opportunity_id
        # with the lead's environment: what its conversion created comes along
        (opportunity.with_env(lead.env) | lead).merge_opportunity(auto_unlink=False)
        # the dialog is about the lead, and would be deleted with it
        self.lead_id = opportunity
        # sudo: as Odoo's merge; the rep may write both, and reps may not delete leads
        lead.sudo().unlink()
        return opportunity

    # ---------------------------------------------------------------- Odoo's own dialog
    def _is_mass(self):
        return False

    def _action_convert(self):
        """Convert the lead of the dialog, also where no list named it."""
        if self._is_mass() or self.env.context.get("active_ids"):
            return super()._action_convert()
        dialog = self.with_context(active_ids=self.lead_id.ids)
        return super(CrmLead2opportunityPartner, dialog)._action_convert()

    def _convert_and_allocate(self, leads, user_ids, team_id=False):
        with leads._recorded_conversion() as leads:
            # of several leads Odoo leaves those that are closed as they are
            if self.name == "convert" and len(leads) == 1 and not self._is_mass():
                leads._check_is_convertible()
            leads._link_meetings()
            return super()._convert_and_allocate(leads, user_ids, team_id=team_id)
