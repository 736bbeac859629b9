from typing import NamedTuple

from pytz import timezone

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..status.crm_lead_status import RESTING_KINDS
from .crm_lead import ACTIVITY_TYPES

# of a section; the rest moves up as these are done
LIMIT = 50
LEADERS = "sales_team.group_sale_salesman_all_leads"
# what a line shows, beside its reasons
FIELDS = (
    "name",
    "partner_name",
    "contact_name",
    "phone",
    "email_from",
    "user_id",
    "lead_score",
    "lead_temperature",
    "lead_status_id",
    "lead_status_date",
    "lead_status_days",
    "is_over_limit",
    "rework_date",
    "last_touch",
)


class Row(NamedTuple):
    """A lead of the day: its section, and what brought it there."""

    lead_id: int
    section: str
    total: int
    is_hot: bool
    is_new: bool
    # its day has come, though the activity that reminds of it is gone
    is_rework_unplanned: bool
    # dicts of id, day, name, type and category of the activities that are due
    steps: list


class CrmLead(models.Model):
    """The day of a salesperson: whom to call, and why.

    REASONS, most urgent first: an activity is overdue; due today; the lead is hot and
    nothing is planned; it is new and nobody has answered; material is promised; a
    rework is due. A lead is listed once, under its most urgent reason, and tells all.
    WHOSE: an activity is of who it is assigned to; what nobody has planned, of who
    looks after the lead, else of its salesperson. A team has all of its leads.
    RIGHTS: those of leads. Who may read all leads chooses a person or a team.
    """

    _inherit = "crm.lead"

    @api.model
    @api.readonly
    def get_my_day(self, user_id=None, team_id=None):
        """Return what is to be done today, in one read.

        :param int user_id: whose day; without team the user's own
        :param int team_id: the day of a whole team instead
        :return: dict of ``sections`` with their ``leads``, the ``next_attempt`` (next
            working day), the ``closed_status_id``, and for leaders ``people``
        """
        self.check_access("read")
        user_id, team_id = (i if type(i) is int else None for i in (user_id, team_id))
        rows = self._get_day_rows(user_id or self.env.uid, team_id)
        leads = self.browse([row.lead_id for row in rows])
        values = dict(zip(leads, leads.read(FIELDS), strict=True))
        labels = self._get_day_labels()
        sections = {}
        for row, lead in zip(rows, leads, strict=True):
            section = sections.setdefault(
                row.section,
                {
                    "name": row.section,
                    "label": labels[row.section],
                    "total": row.total,
                    "leads": [],
                },
            )
            section["leads"].append(self._prepare_day_line(row, values[lead]))
        return {
            "sections": list(sections.values()),
            "next_attempt": self._get_next_working_day(),
            "closed_status_id": self.env["crm.lead.status"]._get_default("closed").id,
            "people": self._get_day_people(),
        }

    @api.model
    def _get_day_labels(self):
        """Return {section: label}, the most urgent first."""
        return {
            "overdue": self.env._("Overdue"),
            "today": self.env._("Due today"),
            "hot": self.env._("Hot without next step"),
            "new": self.env._("New and not answered"),
            "material": self.env._("Promised material"),
            "rework": self.env._("Rework due"),
        }

    @api.model
    def _get_day_people(self):
        """Return the teams and salespeople that a leader may choose from."""
        if not self.env.user.has_group(LEADERS):
            return False
        teams = self.env["crm.team"].search([("active", "=", True)])
        users = teams.member_ids | teams.user_id | self.env.user
        # searched: colleagues of other companies are left out, and names sorted
        users = users.search([("id", "in", users.ids)])
        return {
            "teams": [{"id": team.id, "name": team.name} for team in teams],
            "users": [{"id": user.id, "name": user.name} for user in users],
        }

    @api.model
    def _get_next_working_day(self):
        """Return the next day on which the company works, holidays considered."""
        calendar = self.env.company.resource_calendar_id
        tomorrow = fields.Date.add(fields.Date.context_today(self), days=1)
        if not calendar:
            return tomorrow
        morning = fields.Datetime.to_datetime(tomorrow)
        morning = timezone(calendar.tz or "UTC").localize(morning)
        end = calendar.plan_days(1, morning, compute_leaves=True)
        return end.date() if end else tomorrow

    @api.model
    def _get_day_rows(self, user_id, team_id):
        """Return the rows of the day, by section, score and lateness."""
        if team_id:
            leads = Domain("team_id", "=", team_id)
            is_own = is_own_step = SQL("TRUE")
        else:
            # ids: with a subquery, the indexes of neither side would be used
            leads = (
                Domain("user_id", "=", user_id)
                | Domain("follow_up_user_id", "=", user_id)
                | Domain("id", "in", self._get_leads_with_steps_of(user_id))
            )
            is_own = SQL(
                "COALESCE(lead.follow_up_user_id, lead.user_id, 0) = %s", user_id
            )
            is_own_step = SQL("COALESCE(step.user_id = %s, %s)", user_id, is_own)
        leads &= Domain("type", "=", "lead") & Domain(
            "lead_status_kind", "!=", "closed"
        )
        self.flush_model()
        self.env["mail.activity"].flush_model()
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        rows = self.env.execute_query(
            SQL(
                """
                WITH day AS (
                SELECT lead.id, COALESCE(lead.lead_score, 0) AS score, plan.*,
                       lead.lead_status_date::date AS since,
                       CASE WHEN plan.reworks = 0 AND %(is_own)s
                             AND lead.lead_status_kind = 'rework'
                             AND lead.rework_date <= %(today)s
                            THEN lead.rework_date END AS unplanned_rework,
                       plan.total = 0 AND %(is_own)s
                           AND lead.lead_temperature = 'hot'
                           AND lead.lead_status_kind <> ALL(%(resting)s) AS is_hot,
                       plan.total = 0 AND %(is_own)s
                           AND lead.lead_status_kind = 'open' AS is_new
                  FROM crm_lead lead
            CROSS JOIN LATERAL (
                       SELECT count(*) AS total,
                              min(day) FILTER (WHERE due = 'overdue') AS overdue,
                              min(day) FILTER (WHERE due = 'today') AS today,
                              min(day) FILTER (WHERE due = 'material') AS material,
                              min(day) FILTER (WHERE due = 'rework') AS rework,
                              count(*) FILTER (WHERE kind = %(rework)s) AS reworks,
                              json_agg(json_build_object(
                                  'id', id, 'day', day, 'due', due, 'name', name,
                                  'category', category
                              ) ORDER BY day, id) FILTER (WHERE due <> '') AS steps
                         FROM (
                       SELECT step.id, step.date_deadline AS day,
                              kind.id AS kind, kind.category,
                              COALESCE(NULLIF(step.summary, ''),
                                  kind.name->>%(lang)s, kind.name->>'en_US') AS name,
                              CASE WHEN NOT %(is_own_step)s THEN ''
                                   WHEN step.date_deadline < %(today)s THEN 'overdue'
                                   WHEN kind.id = %(material)s THEN 'material'
                                   WHEN step.date_deadline > %(today)s THEN ''
                                   WHEN kind.id = %(rework)s THEN 'rework'
                                   ELSE 'today' END AS due
                         FROM mail_activity step
                    LEFT JOIN mail_activity_type kind ON kind.id = step.activity_type_id
                        WHERE step.res_model = 'crm.lead' AND step.res_id = lead.id
                          AND step.active
                              ) step
                       ) plan
                 WHERE lead.id IN %(leads)s
                ), placed AS (
                SELECT *,
                       COALESCE(overdue, today, unplanned_rework, material, since)
                           AS late,
                       CASE WHEN overdue IS NOT NULL THEN 1
                            WHEN today IS NOT NULL THEN 2
                            WHEN is_hot THEN 3
                            WHEN is_new THEN 4
                            WHEN material IS NOT NULL THEN 5
                            WHEN rework IS NOT NULL
                              OR unplanned_rework IS NOT NULL THEN 6 END AS section
                  FROM day
                ), ranked AS (
                SELECT *, count(*) OVER (PARTITION BY section) AS in_section,
                       row_number() OVER (
                           PARTITION BY section ORDER BY score DESC, late, id) AS place
                  FROM placed
                 WHERE section IS NOT NULL
                )
                SELECT id, section, in_section, is_hot, is_new,
                       unplanned_rework IS NOT NULL, COALESCE(steps, '[]')
                  FROM ranked
                 WHERE place <= %(limit)s
              ORDER BY section, place
                """,
                is_own=is_own,
                is_own_step=is_own_step,
                lang=self.env.lang or "en_US",
                leads=self._search(leads).subselect(),
                limit=LIMIT,
                material=to_id(ACTIVITY_TYPES["send_info_material"]),
                resting=list(RESTING_KINDS),
                rework=self._get_rework_activity_type().id,
                today=fields.Date.context_today(self),
            )
        )
        names = list(self._get_day_labels())
        return [Row(row[0], names[row[1] - 1], *row[2:]) for row in rows]

    @api.model
    def _get_leads_with_steps_of(self, user_id):
        """Return the ids of leads on which a user has something planned."""
        self.env["mail.activity"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT res_id FROM mail_activity"
                " WHERE res_model = 'crm.lead' AND active AND user_id = %s",
                user_id,
            )
        )
        return [lead_id for (lead_id,) in rows]

    def _prepare_day_line(self, row, values):
        """Return what the screen shows of a lead.

        :param dict values: what was read of it
        """
        status_id, status = values["lead_status_id"] or (False, "")
        since = values.pop("lead_status_date")
        reasons = self._get_day_reasons(row, values.pop("rework_date"), since)
        return {
            **values,
            "lead_status_id": {"id": status_id, "display_name": status},
            "user_id": values["user_id"] and values["user_id"][1],
            "reasons": reasons,
            "steps": [
                {"id": step["id"], "name": step["name"]}
                for step in row.steps
                # a call is done by what came of it
                if step["category"] != "phonecall" and step["due"] != "rework"
            ],
        }

    @api.model
    def _get_day_reasons(self, row, rework_date, since):
        """Return why a lead is in the day: dicts of code and text, urgent first."""
        texts = [self._get_step_reason(step) for step in row.steps]
        if row.is_hot:
            texts.append(("hot", self.env._("Hot, and no next step is planned")))
        if row.is_new and since:
            day = fields.Datetime.context_timestamp(self, since).date()
            text = self.env._(
                "New since %(date)s, not answered yet", date=format_date(self.env, day)
            )
            texts.append(("new", text))
        if row.is_rework_unplanned:
            text = self.env._(
                "To be taken up again since %(date)s",
                date=format_date(self.env, rework_date),
            )
            texts.append(("rework", text))
        order = list(self._get_day_labels()).index
        return [
            {"code": code, "text": text}
            for code, text in sorted(texts, key=lambda item: order(item[0]))
        ]

    @api.model
    def _get_step_reason(self, step):
        """Return the code and the words of an activity that is due."""
        values = {"step": step["name"], "date": format_date(self.env, step["day"])}
        if step["due"] == "overdue":
            return "overdue", self.env._("%(step)s: overdue since %(date)s", **values)
        if step["due"] == "material":
            return "material", self.env._("%(step)s: promised for %(date)s", **values)
        return step["due"], self.env._("%(step)s: due today", step=step["name"])
