from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Exclude blacklisted leads in the shipped model, and score all leads again.

    By SQL: a model that counts is not edited. A model that managers have made of it
    is theirs; the new rule is for them to take over.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    model = env.ref("lead_energy.score_model", raise_if_not_found=False)
    name = "score_rule_exclusion_objection"
    if not model or env.ref(f"lead_energy.{name}", raise_if_not_found=False):
        return
    cr.execute(
        """
        WITH rule AS (
            INSERT INTO crm_lead_score_rule
                   (model_id, name, sequence, active, domain, points,
                    create_uid, create_date, write_uid, write_date)
            VALUES (%(model)s,
                    '{"en_US": "Has objected to e-mail or calls (blacklist)"}',
                    20, TRUE, %(domain)s, 0,
                    %(user)s, now() AT TIME ZONE 'UTC',
                    %(user)s, now() AT TIME ZONE 'UTC')
         RETURNING id
        )
        INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
        SELECT 'lead_energy', %(name)s, 'crm.lead.score.rule', id, TRUE FROM rule
        """,
        {
            "model": model.id,
            "domain": "[('has_objected', '=', True)]",
            "user": SUPERUSER_ID,
            "name": name,
        },
    )
    env.invalidate_all()
    env.registry.clear_cache()
    if model.state == "published":
        model._sync_watched_paths()
        model._request_update()
