def migrate(cr, version):
    """Fill the new column in one statement; Odoo would compute it lead by lead."""
    cr.execute("ALTER TABLE crm_lead ADD COLUMN IF NOT EXISTS has_objected boolean")
    cr.execute(
        """
        UPDATE crm_lead SET has_objected = TRUE
         WHERE email_normalized IN (SELECT email FROM mail_blacklist WHERE active)
            OR phone_sanitized IN (SELECT number FROM phone_blacklist WHERE active)
        """
    )
