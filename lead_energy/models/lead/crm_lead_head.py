from urllib.parse import quote_plus

from odoo import api, fields, models
from odoo.tools import SQL, format_date, html2plaintext

MAP = "https://www.openstreetmap.org/search?query="
# of a message, so that it stays one line
LINE = 80


class CrmLead(models.Model):
    """What the head of a lead tells who is about to call: what is next, what was last.

    It is read with the lead: who opens one asks for it anew.
    """

    _inherit = "crm.lead"

    map_url = fields.Char(string="Map", compute="_compute_map_url")
    next_step = fields.Char(compute="_compute_head")
    last_touch = fields.Char(compute="_compute_head")

    @api.depends("street", "zip", "city", "country_id")
    def _compute_map_url(self):
        for lead in self:
            parts = (lead.street, lead.zip, lead.city)
            address = ", ".join(filter(None, (*parts, lead.country_id.name)))
            lead.map_url = any(parts) and MAP + quote_plus(address)

    @api.depends_context("lang", "tz")
    def _compute_head(self):
        """Tell the next activity, and the last message or touchpoint, in one query."""
        rows = {row[0]: row[1:] for row in self._get_last_and_next()}
        nothing = (None,) * 6
        for lead in self:
            step, *touch = rows.get(lead._origin.id, nothing)
            lead.next_step = step
            lead.last_touch = self._render_touch(*touch)

    def _get_last_touches(self):
        """Return {lead id: (when, what)} of what was said or done last."""
        return {
            row[0]: (row[2], self._render_touch(*row[2:]))
            for row in self._get_last_and_next()
            if row[2]
        }

    @api.model
    def _render_touch(self, date, touch, author, body, note):
        return date and self._get_touch_line(
            fields.Datetime.context_timestamp(self, date).date(),
            touch or author,
            note if touch else html2plaintext(body or ""),
        )

    @api.model
    def _get_touch_line(self, day, who, text):
        text = " ".join((text or "").split())
        if len(text) > LINE:
            text = text[:LINE].rstrip() + "…"
        parts = (format_date(self.env, day), who, text)
        return " · ".join(filter(None, parts))

    def _get_last_and_next(self):
        """Yield lead id, next activity, and what was last of each lead.

        Access is the lead's: messages, activities and touchpoints follow it.
        """
        if not self._origin:
            return []
        self._origin.check_access("read")
        for model in ("mail.activity", "mail.message", "crm.lead.touchpoint"):
            self.env[model].flush_model()
        lang = self.env.lang or "en_US"
        return self.env.execute_query(
            SQL(
                """
                SELECT lead.id, step.name,
                       last.date, last.touch, last.author, last.body, last.note
                  FROM crm_lead lead
             LEFT JOIN LATERAL (
                       SELECT COALESCE(
                                  NULLIF(activity.summary, ''),
                                  kind.name->>%(lang)s, kind.name->>'en_US'
                              ) AS name
                         FROM mail_activity activity
                    LEFT JOIN mail_activity_type kind
                           ON kind.id = activity.activity_type_id
                        WHERE activity.res_model = 'crm.lead'
                          AND activity.res_id = lead.id
                          AND activity.active
                     ORDER BY activity.date_deadline, activity.id
                        LIMIT 1
                       ) step ON TRUE
             LEFT JOIN LATERAL (
                       (SELECT message.date, NULL AS touch, author.name AS author,
                               message.body, NULL AS note
                          FROM mail_message message
                     LEFT JOIN res_partner author ON author.id = message.author_id
                         WHERE message.model = 'crm.lead'
                           AND message.res_id = lead.id
                           AND message.message_type IN (
                                   'comment', 'email', 'email_outgoing')
                      ORDER BY message.date DESC, message.id DESC
                         LIMIT 1)
                     UNION ALL
                       (SELECT touchpoint.date,
                               COALESCE(
                                   kind.name->>%(lang)s, kind.name->>'en_US'
                               ),
                               NULL, NULL, touchpoint.note
                          FROM crm_lead_touchpoint touchpoint
                          JOIN crm_lead_touchpoint_type kind
                            ON kind.id = touchpoint.type_id
                         WHERE touchpoint.lead_id = lead.id
                      ORDER BY touchpoint.date DESC, touchpoint.id DESC
                         LIMIT 1)
                      ORDER BY date DESC
                         LIMIT 1
                       ) last ON TRUE
                 WHERE lead.id = ANY(%(ids)s)
                """,
                ids=self._origin.ids,
                lang=lang,
            )
        )
