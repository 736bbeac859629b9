# views of ours that inherited from our views, and the views that they went into
MERGED = {
    "crm_lead_view_form_life_cycle": "crm_lead_view_form",
    "crm_lead_view_form_score": "crm_lead_view_form",
    "crm_lead_view_form_conversion": "crm_lead_view_form",
    "crm_lead_view_kanban_life_cycle": "crm_lead_view_kanban",
    "crm_lead_view_kanban_score": "crm_lead_view_kanban",
    "crm_case_tree_view_leads_score": "crm_case_tree_view_leads",
    "crm_lead_view_list_conversion": "crm_case_tree_view_leads",
    "view_crm_case_leads_filter_life_cycle": "view_crm_case_leads_filter",
    "view_crm_case_leads_filter_score": "view_crm_case_leads_filter",
    "crm_lead_status_view_list_life_cycle": "crm_lead_status_view_list",
    "crm_lead_interest_view_list_quotation": "crm_lead_interest_view_list",
}


def migrate(cr, version):
    """Let views of customers inherit from the view that is left, and drop the others.

    Odoo would drop them at the end: with an error when a customer's view hangs on one,
    and the new view would meet the old ones until then.
    """
    cr.execute(
        """
        WITH merged AS (
            SELECT old.res_id AS old_id, new.res_id AS new_id
              FROM unnest(%s, %s) AS name (old, new)
              JOIN ir_model_data old ON old.module = 'lead_energy'
               AND old.model = 'ir.ui.view' AND old.name = name.old
              JOIN ir_model_data new ON new.module = 'lead_energy'
               AND new.model = 'ir.ui.view' AND new.name = name.new
        )
        UPDATE ir_ui_view SET inherit_id = merged.new_id
          FROM merged
         WHERE inherit_id = merged.old_id
        """,
        [list(MERGED), list(MERGED.values())],
    )
    cr.execute(
        """
        WITH gone AS (
            DELETE FROM ir_model_data
             WHERE module = 'lead_energy' AND model = 'ir.ui.view' AND name = ANY(%s)
         RETURNING res_id
        )
        DELETE FROM ir_ui_view WHERE id IN (SELECT res_id FROM gone)
        """,
        [list(MERGED)],
    )
