"""Fill a database with reps and their leads, for `make load`; runs in `odoo shell`.

REPS users, rep0, rep1 and so on with the password `load`, share LEADS records in equal
parts: leads and opportunities by halves, each with a message, a third of them with an
activity. Where lead_energy is installed, the leads are rated, too, and their statuses
are spread as the stages of the opportunities are. Each new id is over a million and no
two records have the same, so that who reads a request knows what a number means.
"""

import os

from odoo import Command
from odoo.api import Environment
from odoo.tools import SQL

REPS = int(os.environ["REPS"])
LEADS = int(os.environ["LEADS"])


def spread_ids(env: Environment) -> None:
    env.cr.execute(
        """
        SELECT setval(oid::regclass, 1000000 * row_number() OVER (ORDER BY relname))
          FROM pg_class
         WHERE relkind = 'S' AND relname LIKE '%_id_seq' AND relname !~ 'signaling'
        """
    )


def create_reps(env: Environment) -> list[int]:
    groups = env.ref("base.group_user") | env.ref("sales_team.group_sale_salesman")
    reps = env["res.users"].with_context(no_reset_password=True)
    reps = reps.create(
        [
            {
                "name": f"Rep {number}",
                "login": f"rep{number}",
                "email": f"rep{number}@example.com",
                "group_ids": [Command.set(groups.ids)],
            }
            for number in range(REPS)
        ]
    )
    reps[0].password = "load"  # one is enough: to hash it takes half a second
    env.flush_all()
    env.cr.execute(
        "UPDATE res_users SET password ="
        " (SELECT password FROM res_users WHERE id = %s) WHERE id = ANY(%s)",
        [reps[0].id, reps.ids],
    )
    return reps.ids


def create_leads(env: Environment, rep_ids: list[int]) -> None:
    stages = env["crm.stage"].search([])
    env.cr.execute("UPDATE crm_lead SET active = FALSE")  # the demo data's
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_lead (
                name, type, active, won_status, probability, automated_probability,
                stage_id, user_id, team_id, create_date, write_date, create_uid,
                write_uid, date_open, date_last_stage_update, source_id, country_id,
                city, email_from, email_normalized, email_domain_criterion,
                email_state, phone, phone_sanitized, phone_state, partner_name,
                contact_name, expected_revenue, priority)
            SELECT 'Roof ' || n, type, TRUE,
                   CASE WHEN stage_id = %(won)s THEN 'won' ELSE 'pending' END,
                   CASE WHEN stage_id = %(won)s THEN 100 ELSE 30 END, 30,
                   stage_id, (%(reps)s::int[])[1 + n %% %(count)s], %(team)s,
                   date, date, 1, 1, date, date,
                   (%(sources)s::int[])[1 + n %% %(source_count)s], %(country)s,
                   (ARRAY['Berlin', 'Bonn', 'Kiel'])[1 + n %% 3],
                   'x@firm' || n || '.de', 'x@firm' || n || '.de',
                   '@firm' || n || '.de', 'correct',
                   '+49 30 ' || 2000000 + n, '+4930' || 2000000 + n, 'correct',
                   'Müller ' || md5(n::text), 'Jana ' || md5((-n)::text),
                   n %% 90000, '0'
              FROM (SELECT n, now() - n %% 700 * interval '1 d' AS date,
                           CASE WHEN turn %% 2 = 0 THEN 'lead' ELSE 'opportunity' END
                               AS type,
                           CASE WHEN turn %% 2 = 0 THEN %(new)s ELSE
                               (%(stages)s::int[])[1 + turn / 2 %% %(stage_count)s]
                           END AS stage_id
                      FROM (SELECT n, n / %(count)s AS turn
                              FROM generate_series(0, %(leads)s - 1) n) numbers) rows
            """,
            won=stages.filtered("is_won")[:1].id,
            new=stages[:1].id,
            stages=stages.ids,
            stage_count=len(stages),
            reps=rep_ids,
            count=len(rep_ids),
            team=env.ref("sales_team.team_sales_department").id,
            sources=(sources := env["utm.source"].search([], limit=9)).ids,
            source_count=len(sources),
            country=env.ref("base.de").id,
            leads=LEADS,
        )
    )


def create_history(env: Environment) -> None:
    """Give each new lead a message, and a third of them an activity."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO mail_message (
                model, res_id, body, message_type, subtype_id, author_id, date,
                is_internal, create_date, write_date, create_uid, write_uid)
            SELECT 'crm.lead', id, 'Lead created', 'notification', %(subtype)s,
                   (SELECT partner_id FROM res_users WHERE id = user_id),
                   create_date, TRUE, create_date, create_date, user_id, user_id
              FROM crm_lead WHERE id > 1000000;
            INSERT INTO mail_activity (
                res_model_id, res_model, res_id, res_name, activity_type_id, user_id,
                summary, date_deadline, active, automated, create_date, write_date,
                create_uid, write_uid)
            SELECT %(model)s, 'crm.lead', id, name, %(type)s, user_id, 'Call',
                   current_date - 9 + (id %% 19)::int, TRUE, FALSE, create_date,
                   create_date, user_id, user_id
              FROM crm_lead WHERE id > 1000000 AND id %% 3 = 0
            """,
            subtype=env.ref("mail.mt_note").id,
            model=env["ir.model"]._get_id("crm.lead"),
            type=env.ref("mail.mail_activity_data_call").id,
        )
    )


def complete_leads(env: Environment) -> None:
    """Do what an installation does for leads that exist; rate and spread them."""
    from odoo.addons.lead_energy import hooks

    hooks._number_leads(env)
    hooks._set_statuses(env)
    statuses = env["crm.lead.status"].search(
        [("kind", "in", ("open", "contacted", "qualified", "rework"))]
    )
    ratings = [
        SQL(
            # each lead lacks one
            "%s = CASE WHEN crm_lead.id %% 4 <> %s THEN (%s::int[])"
            "[1 + crm_lead.id %% %s] END",
            SQL.identifier(f"{kind}_id"),
            number,
            ids := env["crm.lead.rating"].search([("kind", "=", kind)]).ids,
            len(ids),
        )
        for number, kind in enumerate(("influence", "company_size", "need", "volume"))
    ]
    env.cr.execute(
        SQL(
            """
            UPDATE crm_lead SET
                   %s, lead_status_id = status.id, lead_status_kind = status.kind,
                   annual_consumption_kwh = crm_lead.id %% 90000,
                   planned_power_kwp = crm_lead.id %% 90,
                   customer_segment = 'business'
              FROM crm_lead_status status
             WHERE crm_lead.id > 1000000 AND type = 'lead' AND status.id =
                   (%s::int[])[1 + (crm_lead.id / %s / 2) %% %s]
            """,
            SQL(", ").join(ratings),
            statuses.ids,
            REPS,
            len(statuses),
        )
    )
    env.invalidate_all()
    env["crm.lead"]._install_scores()


def main(env: Environment) -> None:
    spread_ids(env)
    create_leads(env, create_reps(env))
    create_history(env)
    if "lead_number" in env["crm.lead"]._fields:
        complete_leads(env)
    env.cr.commit()


main(env)  # noqa: F821 (given by odoo shell)
