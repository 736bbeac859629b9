def migrate(cr, version):
    """Nobody has been asked yet: known without computing it lead by lead."""
    for table in ("crm_lead", "res_partner"):
        cr.execute(
            f"ALTER TABLE {table}"
            " ADD COLUMN IF NOT EXISTS opt_in_state varchar DEFAULT 'none'"
        )
