from psycopg2 import Error

from odoo.exceptions import UserError
from odoo.tools import SQL

# the native action of the menu 'Leads', which ours replaces while it is installed
NATIVE_LEADS_ACTION = "crm.crm_lead_all_leads"


def pre_init_hook(env):
    """Create the stored columns, so that Odoo does not compute them lead by lead.

    They are filled by ``post_init_hook``, in one statement each.
    """
    _create_trigram_extension(env)
    env.cr.execute(
        SQL(
            """
            ALTER TABLE crm_lead
                ADD COLUMN IF NOT EXISTS lead_number varchar,
                ADD COLUMN IF NOT EXISTS next_step_date date,
                ADD COLUMN IF NOT EXISTS next_contact_date date,
                ADD COLUMN IF NOT EXISTS send_info_material boolean,
                ADD COLUMN IF NOT EXISTS request_opt_in boolean,
                ADD COLUMN IF NOT EXISTS arrange_appointment boolean,
                ADD COLUMN IF NOT EXISTS lead_status_id integer,
                ADD COLUMN IF NOT EXISTS lead_status_kind varchar,
                ADD COLUMN IF NOT EXISTS lead_status_date timestamp,
                ADD COLUMN IF NOT EXISTS lead_score integer,
                ADD COLUMN IF NOT EXISTS lead_fit_score double precision,
                ADD COLUMN IF NOT EXISTS lead_engagement_score double precision,
                ADD COLUMN IF NOT EXISTS lead_score_excluded boolean,
                ADD COLUMN IF NOT EXISTS lead_score_lines jsonb,
                ADD COLUMN IF NOT EXISTS lead_temperature varchar,
                ADD COLUMN IF NOT EXISTS qualification varchar,
                ADD COLUMN IF NOT EXISTS last_touch_date timestamp,
                ADD COLUMN IF NOT EXISTS has_objected boolean,
                -- nobody has been asked yet
                ADD COLUMN IF NOT EXISTS opt_in_state varchar DEFAULT 'none'
            """
        )
    )
    env.cr.execute(
        "ALTER TABLE res_partner"
        " ADD COLUMN IF NOT EXISTS company_match_key varchar,"
        " ADD COLUMN IF NOT EXISTS company_match_core varchar,"
        " ADD COLUMN IF NOT EXISTS opt_in_state varchar DEFAULT 'none'"
    )


def _create_trigram_extension(env):
    """Odoo creates the extension with a database; one from elsewhere lacks it."""
    if env.registry.has_trigram:
        return
    try:
        with env.cr.savepoint():
            env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except Error as error:
        raise UserError(
            env._(
                "PostgreSQL's extension pg_trgm is needed to find similar companies, "
                "and Odoo may not create it: %(why)s. Ask your database administrator "
                "to run CREATE EXTENSION pg_trgm in this database.",
                why=error,
            )
        ) from error
    env.registry.has_trigram = True


def post_init_hook(env):
    """Switch leads on, and give every lead that exists a number, status and score."""
    _switch_leads_on(env)
    _number_leads(env)
    _set_statuses(env)
    env["res.partner"]._init_company_match_key()
    _note_objections(env)
    _note_next_steps(env)
    env.invalidate_all()
    # nobody's act, and in no reader's language: the model's history is silent of it
    model = env.ref("lead_energy.score_model").with_context(tracking_disable=True)
    model.action_publish()
    env["crm.lead"]._install_scores()


def _note_objections(env):
    """As the field computes it, in one statement."""
    env.cr.execute(
        """
        UPDATE crm_lead SET has_objected = TRUE
         WHERE email_normalized IN (SELECT email FROM mail_blacklist WHERE active)
            OR phone_sanitized IN (SELECT number FROM phone_blacklist WHERE active)
        """
    )


def _note_next_steps(env):
    """As the field computes it, in one statement."""
    env.cr.execute(
        """
        UPDATE crm_lead SET next_step_date = step.day
          FROM (
            SELECT res_id, min(date_deadline) AS day
              FROM mail_activity
             WHERE res_model = 'crm.lead' AND active
          GROUP BY res_id
          ) step
         WHERE crm_lead.id = step.res_id
        """
    )


def uninstall_hook(env):
    """Leave Odoo's CRM as it was: its menu, and leads that nothing holds back."""
    _keep_what_is_in_use(env)
    _drop_what_no_table_holds(env)
    _drop_references(env)
    menu = env.ref("crm.crm_menu_leads", raise_if_not_found=False)
    action = env.ref(NATIVE_LEADS_ACTION, raise_if_not_found=False)
    if menu and action:
        menu.action = f"{action._name},{action.id}"
    if app := env.ref("crm.crm_menu_root", raise_if_not_found=False):
        app.action = False


def _keep_what_is_in_use(env):
    """Leads keep their sources and reasons; activities, also done, become to-dos."""
    data = env["ir.model.data"].search([("module", "=", "lead_energy")])
    data.filtered(lambda d: d.model == "utm.source").unlink()
    reasons = data.exists().filtered(lambda d: d.model == "crm.lost.reason")
    lost = env["crm.lead"].with_context(active_test=False)
    lost = lost.search([("lost_reason_id", "in", reasons.mapped("res_id"))])
    reasons.filtered(lambda d: d.res_id in lost.lost_reason_id.ids).unlink()
    types = data.exists().filtered(lambda d: d.model == "mail.activity.type")
    env.cr.execute(
        SQL(
            "UPDATE mail_activity SET activity_type_id = %s"
            " WHERE activity_type_id = ANY(%s)",
            env.ref("mail.mail_activity_data_todo").id,
            types.mapped("res_id"),
        )
    )
    env["mail.activity"].invalidate_model(["activity_type_id"])


def _drop_what_no_table_holds(env):
    """Drop parameters, files and statistics that would outlive fields and tables."""
    env["ir.config_parameter"].search([("key", "=like", "lead_energy.%")]).unlink()
    names = [
        name
        for name, field in env["crm.lead"]._fields.items()
        if field._modules[:1] == ("lead_energy",)
    ]
    env["ir.attachment"].search(
        [("res_model", "=", "crm.lead"), ("res_field", "in", names)]
    ).unlink()
    env["ir.attachment"].search([("res_model", "=", "crm.lead.consent")]).unlink()
    # the table's triggers go with it, what they call does not
    env.cr.execute("DROP FUNCTION IF EXISTS lead_energy_keep_consent() CASCADE")
    # Odoo's predictions count by the name of the field
    env["crm.lead.scoring.frequency"].search([("variable", "in", names)]).unlink()


def _drop_references(env):
    """Drop the foreign keys to our tables: what refers to them goes too.

    Odoo deletes our records before our columns, and the leads that still refer to a
    status would have it try, and log an error, one record at a time.
    """
    data = env["ir.model.data"].search(
        [("module", "=", "lead_energy"), ("model", "=", "ir.model")]
    )
    tables = [
        env[model.model]._table
        for model in env["ir.model"].browse(data.mapped("res_id"))
        if model.model in env and env[model.model]._original_module == "lead_energy"
    ]
    for table, name in env.execute_query(
        SQL(
            """
            SELECT rel.relname, conname
              FROM pg_constraint
              JOIN pg_class rel ON rel.oid = conrelid
              JOIN pg_class target ON target.oid = confrelid
             WHERE contype = 'f' AND target.relname = ANY(%s)
            """,
            tables,
        )
    ):
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(name),
            )
        )


def _switch_leads_on(env):
    """As the setting does it: the group, and the teams and their mail aliases."""
    settings = env["res.config.settings"].create({})
    if not settings.group_use_lead:
        settings.group_use_lead = True
        settings.execute()


def _number_leads(env):
    leads = env["crm.lead"].with_context(active_test=False)
    ids = leads.search([("lead_number", "=", False)], order="id").ids
    numbers = leads._draw_lead_numbers(len(ids)) if ids else []
    env.cr.execute(
        SQL(
            """
            UPDATE crm_lead SET lead_number = new.number
              FROM unnest(%s, %s) AS new (id, number)
             WHERE crm_lead.id = new.id
            """,
            ids,
            numbers,
        )
    )


def _set_statuses(env):
    """Set the status by type, won or lost, and open the log with it.

    An opportunity is converted; when that was, only the conversions that Odoo dated
    tell. The log starts at installation: nobody knows what was before.
    """
    default_ids = env["crm.lead.status"]._get_default_ids()
    env.cr.execute(
        SQL(
            """
            WITH new AS (
                SELECT lead.id, status.id AS status_id, status.kind
                  FROM crm_lead lead
                  JOIN crm_lead_status status
                    ON status.id = ANY(%s)
                   AND status.kind = CASE
                       WHEN lead.type = 'opportunity' OR lead.won_status = 'won'
                       THEN 'converted'
                       WHEN lead.won_status = 'lost' THEN 'closed'
                       ELSE 'open' END
                 WHERE lead.lead_status_id IS NULL
            ), lead AS (
                UPDATE crm_lead SET
                    lead_status_id = new.status_id,
                    lead_status_kind = new.kind,
                    lead_status_date = now() AT TIME ZONE 'UTC',
                    converted_date = date_conversion
                  FROM new
                 WHERE crm_lead.id = new.id
             RETURNING crm_lead.id, new.status_id
            )
            INSERT INTO crm_lead_status_log
                   (lead_id, status_id, user_id, is_system, date_from,
                    create_uid, create_date, write_uid, write_date)
            SELECT id, status_id, 1, TRUE, now() AT TIME ZONE 'UTC',
                   1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
              FROM lead
            """,
            list(default_ids.values()),
        )
    )
