RELATION = "crm_lead_interest_product_product_rel"


def migrate(cr, version):
    """Products of interests become lines with the quantity that they had: 1."""
    cr.execute(
        """
        INSERT INTO crm_lead_interest_product
               (interest_id, product_id, sequence, quantity_from, factor, rounding,
                create_uid, create_date, write_uid, write_date)
        SELECT crm_lead_interest_id, product_product_id, 10, 'fixed', 1, 'none',
               1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM crm_lead_interest_product_product_rel
      ORDER BY product_product_id
        """
    )
    cr.execute("DELETE FROM ir_model_relation WHERE name = %s", [RELATION])
    cr.execute("DROP TABLE crm_lead_interest_product_product_rel")
