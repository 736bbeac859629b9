from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..status.crm_lead_step_up import REWORK_TYPE

# the open activity of this type is what the field shows and moves
ACTIVITY_TYPES = {
    "next_contact_date": "lead_energy.activity_type_next_contact",
    "send_info_material": "lead_energy.activity_type_info_material",
    "request_opt_in": "lead_energy.activity_type_opt_in",
    "arrange_appointment": "lead_energy.activity_type_appointment",
}
# who is named for activities of these types; for all others it is the follow-up's
USER_FIELDS = {
    "lead_energy.activity_type_appointment": "appointment_user_id",
    REWORK_TYPE: "user_id",
}
# who is named here works on the lead, and the record rules open it to them
COLLEAGUES = ("appointment_user_id", "follow_up_user_id")


class CrmLead(models.Model):
    """Who looks after the lead, until when, and what is to be done next.

    MIRROR: the next contact and each follow-up action are one native activity of
    their own type. Setting the field plans the activity or moves the one that is
    there; clearing the field cancels it; moving, finishing or cancelling the
    activity changes the field.
    WHO: the person named for it, else the salesperson, else the leader of the sales
    team; who is archived gets no work, and leaves it to the next of these.
    RIGHTS: colleagues who are named here may open and change the lead as its
    salesperson may, as long as they are named; who could not open it is refused.
    """

    _inherit = "crm.lead"

    # Responsibility
    appointment_user_id = fields.Many2one(
        "res.users",
        string="Employee for the Appointment",
        domain=lambda self: self._get_colleague_domain(),
        inverse="_inverse_appointment_user_id",
        tracking=True,
        index="btree_not_null",
        ondelete="set null",
        help="Holds the appointment, and may open and change the lead while named "
        "here.",
    )
    follow_up_user_id = fields.Many2one(
        "res.users",
        string="Follow-up by",
        domain=lambda self: self._get_colleague_domain(),
        inverse="_inverse_follow_up_user_id",
        tracking=True,
        index="btree_not_null",
        ondelete="set null",
        help="Does what is planned for the lead instead of the salesperson, and may "
        "open and change the lead while named here.",
    )
    follow_up_until = fields.Date(
        string="Follow-up until",
        index="btree_not_null",
        help="The last day of the whole follow-up. It plans nothing by itself: what "
        "comes next until then is the next contact.",
    )
    # Follow-up
    next_step_date = fields.Date(
        string="Next Step on",
        compute="_compute_next_step_date",
        store=True,
        copy=False,
        help="The first day on which anything is planned.",
    )
    next_contact_date = fields.Date(
        string="Next Contact",
        compute="_compute_follow_up",
        inverse="_inverse_next_contact_date",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        help="The next call or visit: plans one activity on this day, or moves the one "
        "that is planned.",
    )
    send_info_material = fields.Boolean(
        string="Send Information Material",
        compute="_compute_follow_up",
        inverse="_inverse_send_info_material",
        store=True,
        readonly=False,
        copy=False,
        help="Plans an activity; done, it takes the tick away.",
    )
    request_opt_in = fields.Boolean(
        string="Request Opt-in",
        compute="_compute_follow_up",
        inverse="_inverse_request_opt_in",
        store=True,
        readonly=False,
        copy=False,
        help="Plans an activity; done, it takes the tick away.",
    )
    arrange_appointment = fields.Boolean(
        string="Arrange an Appointment",
        compute="_compute_follow_up",
        inverse="_inverse_arrange_appointment",
        store=True,
        readonly=False,
        copy=False,
        help="Plans an activity; done, it takes the tick away.",
    )

    @api.constrains(*COLLEAGUES)
    def _check_colleagues(self):
        """Who is named can open the lead, or the choice is refused with the reason."""
        for name in COLLEAGUES:
            for lead in self:
                if reason := lead[name] and lead._get_refusal(lead[name]):
                    raise ValidationError(reason)

    @api.depends(
        "activity_ids.active",
        "activity_ids.activity_type_id",
        "activity_ids.date_deadline",
    )
    def _compute_follow_up(self):
        type_ids = self._get_follow_up_type_ids()
        for lead in self:
            planned = lead.activity_ids.filtered("active").grouped(
                lambda activity: activity.activity_type_id.id
            )
            for field_name, type_id in type_ids.items():
                activities = planned.get(type_id)
                if field_name == "next_contact_date":
                    dates = activities and activities.mapped("date_deadline")
                    lead.next_contact_date = min(dates) if dates else False
                else:
                    lead[field_name] = bool(activities)

    @api.depends("activity_ids.active", "activity_ids.date_deadline")
    def _compute_next_step_date(self):
        for lead in self:
            planned = lead.activity_ids.filtered("active")
            lead.next_step_date = min(planned.mapped("date_deadline"), default=False)

    def _inverse_next_contact_date(self):
        self._mirror_follow_up("next_contact_date")

    def _inverse_send_info_material(self):
        self._mirror_follow_up("send_info_material")

    def _inverse_request_opt_in(self):
        self._mirror_follow_up("request_opt_in")

    def _inverse_arrange_appointment(self):
        self._mirror_follow_up("arrange_appointment")

    def _inverse_appointment_user_id(self):
        self._reassign_follow_up(["arrange_appointment"], "appointment_user_id")

    def _inverse_follow_up_user_id(self):
        self._reassign_follow_up(
            ["next_contact_date", "send_info_material", "request_opt_in"],
            "follow_up_user_id",
        )

    @api.model
    def _get_colleague_domain(self):
        """Return who is offered: employees of the lead's company who use the CRM."""
        group = self.env.ref("sales_team.group_sale_salesman")
        return (
            f"[('share', '=', False), ('all_group_ids', 'in', {group.ids}), "
            "('company_ids', 'in', user_company_ids)]"
        )

    def _get_refusal(self, user):
        """Return why ``user`` could not open this lead, False if nothing says so."""
        # sudo: colleagues of other companies are not readable, but may be chosen
        user, lead = user.sudo(), self.sudo()
        if not user.has_group("sales_team.group_sale_salesman"):
            return self.env._(
                "%(user)s cannot be named on %(lead)s: without rights in the CRM "
                "nobody opens a lead. Choose somebody else, or have an administrator "
                "give the rights first.",
                user=user.name,
                lead=lead.display_name,
            )
        if lead.company_id and lead.company_id not in user.company_ids:
            return self.env._(
                "%(user)s cannot be named on %(lead)s: the lead belongs to "
                "%(company)s, where the user does not work. Choose somebody of that "
                "company.",
                user=user.name,
                lead=lead.display_name,
                company=lead.company_id.name,
            )
        return False

    def copy_data(self, default=None):
        """A copy does not name who could not open it."""
        vals_list = super().copy_data(default)
        for lead, vals in zip(self, vals_list, strict=True):
            for name in COLLEAGUES:
                if vals.get(name) and name not in (default or {}):
                    vals[name] = lead._get_first_colleague(name).id
        return vals_list

    def _get_first_colleague(self, name):
        """Return the first who is named in that field and can open the lead."""
        named = (lead[name] for lead in self if lead[name])
        return next(
            (user for user in named if not self[0]._get_refusal(user)),
            self.env["res.users"],
        )

    @api.model
    def _take_follow_up(self, vals_list):
        """Take what is to be planned out of the values of new leads.

        It is planned after the creation: an activity subscribes people to the lead,
        which only afterwards does not collide with the subscription of the creator.

        :return: a dict for each lead: {field: value}
        """
        defaults = self.default_get(list(ACTIVITY_TYPES))
        plans = []
        for vals in vals_list:
            plan = {name: vals.pop(name) for name in ACTIVITY_TYPES if name in vals}
            plans.append({**defaults, **plan})
        return plans

    def _without_follow_up(self):
        """Leave what is planned empty, whatever default the context may hold."""
        return self.with_context(
            **{f"default_{name}": False for name in ACTIVITY_TYPES}
        )

    def _start_follow_up(self, plans):
        """Plan what ``_take_follow_up`` took, for all leads together."""
        for field_name in ACTIVITY_TYPES:
            days = {
                lead: plan[field_name]
                for lead, plan in zip(self, plans, strict=True)
                if plan.get(field_name)
            }
            self._plan_follow_up(field_name, days)

    @api.model
    def _get_follow_up_type_ids(self):
        """Return {field: id of its activity type}, None for a deleted type."""
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        return {name: to_id(xmlid) or None for name, xmlid in ACTIVITY_TYPES.items()}

    def _get_follow_up_activities(self, field_names):
        """Return the open activities that the fields mirror, earliest first."""
        type_ids = self._get_follow_up_type_ids()
        wanted = {type_ids[name] for name in field_names} - {None}
        return self.activity_ids.filtered(
            lambda activity: activity.active and activity.activity_type_id.id in wanted
        ).sorted("date_deadline")

    def _mirror_follow_up(self, field_name):
        """Plan, move or cancel the activity of each lead that its field asks for."""
        to_plan, to_cancel = self.browse(), self.env["mail.activity"]
        to_move = defaultdict(self.env["mail.activity"].browse)
        for lead in self:
            activities = lead._get_follow_up_activities([field_name])
            if not lead[field_name]:
                to_cancel |= activities
            elif not activities:
                to_plan |= lead
            elif field_name == "next_contact_date":
                to_move[lead.next_contact_date] |= lead._pick_next_contact(activities)
        for day, activities in to_move.items():
            activities.date_deadline = day
        to_cancel.unlink()
        self._plan_follow_up(field_name, {lead: lead[field_name] for lead in to_plan})

    @api.model
    def _plan_follow_up(self, field_name, plan):
        """Create the activities of a field.

        :param dict plan: {lead: value of the field, a day or True}
        """
        activity_type = self.env.ref(
            ACTIVITY_TYPES[field_name], raise_if_not_found=False
        )
        if not plan or not activity_type:
            return
        is_day = field_name == "next_contact_date"
        deadline = activity_type._get_date_deadline()
        self.env["mail.activity"].create(
            [
                lead._prepare_follow_up_values(
                    field_name, activity_type, value if is_day else deadline
                )
                for lead, value in plan.items()
            ]
        )

    def _pick_next_contact(self, activities):
        """Return what is to be moved: also what is planned before the day asked for."""
        day = self.next_contact_date
        earlier = activities.filtered(lambda activity: activity.date_deadline < day)
        return earlier or activities[0]

    def _prepare_follow_up_values(self, field_name, activity_type, deadline):
        user = self._get_activity_user(activity_type, self.env.user)
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": activity_type.id,
            "summary": self._get_summary(activity_type, user),
            "date_deadline": deadline,
            "user_id": user.id,
        }

    @api.model
    def _get_summary(self, activity_type, user):
        """Return what is to be done, in the language of who does it."""
        # sudo: a colleague of another company is not readable, but may be named
        lang = user.sudo().lang or self.env.lang
        return activity_type.with_context(lang=lang).summary

    def _get_activity_user(self, activity_type, default=None, without=()):
        """Return the active user who does activities of a type for this lead.

        :param default: who does it if nobody is named, or everybody named is archived
        :param without: users who leave
        """
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        user_fields = {to_id(xmlid): name for xmlid, name in USER_FIELDS.items()}
        user_field = user_fields.get(activity_type.id, "follow_up_user_id")
        # sudo: colleagues of other companies are not readable, but may be named
        lead = self.sudo()
        named = (lead[user_field], lead.user_id, lead.team_id.user_id, default)
        present = (user for user in named if user and user.active)
        return next(
            (user for user in present if user not in without), self.env["res.users"]
        )

    def _reassign_follow_up(self, field_names, user_field):
        """Give the planned activities to the person who is now named for them."""
        for user, leads in self.grouped(user_field).items():
            # sudo: a colleague of another company is not readable, but may be named
            if user.sudo().active:
                leads._get_follow_up_activities(field_names).user_id = user

    def _merge_get_fields(self):
        return [
            *super()._merge_get_fields(),
            *COLLEAGUES,
            "follow_up_until",
        ]

    def _merge_get_fields_specific(self):
        def get_first(name, leads):
            return leads._get_first_colleague(name).id

        return {
            **super()._merge_get_fields_specific(),
            **dict.fromkeys(COLLEAGUES, get_first),
        }

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        self._drop_double_activities()
        return result

    def _drop_double_activities(self):
        """Keep of what is planned twice the earlier: one activity of a kind.

        Otherwise the field would stay set when the first of them is done.
        """
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        type_ids = [to_id(name) for name in (*ACTIVITY_TYPES.values(), REWORK_TYPE)]
        # sudo: what was planned for others on the merged leads goes, too
        planned = self.env["mail.activity"].sudo()
        # searched: what Odoo moved from lead to lead is not in the cache
        planned = planned.search(
            Domain("res_model", "=", self._name)
            & Domain("res_id", "=", self.id)
            & Domain("activity_type_id", "in", list(filter(None, type_ids)))
        )
        doubles = planned.browse()
        for activities in planned.grouped("activity_type_id").values():
            doubles |= activities.sorted("date_deadline")[1:]
        doubles.unlink()
