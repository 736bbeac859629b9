def migrate(cr, version):
    """Fill the new column in one statement; Odoo would compute it lead by lead."""
    cr.execute("ALTER TABLE crm_lead ADD COLUMN IF NOT EXISTS next_step_date date")
    cr.execute(
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
