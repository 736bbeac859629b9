from odoo import SUPERUSER_ID, api

NAME = "score_rule_exclusion_objection"


def migrate(cr, version):
    """Exclude blacklisted leads in the shipped model, and score all leads again.

    A model that managers have made of it is theirs: the new rule is for them to take
    over. But some of its conditions may be refused now, and are skipped.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    model = env.ref("lead_energy.score_model", raise_if_not_found=False)
    if model and not env.ref(f"lead_energy.{NAME}", raise_if_not_found=False):
        _add_exclusion(cr, model.id)
    env.invalidate_all()
    env.registry.clear_cache()
    published = env["crm.lead.score.model"]._get_published_model()
    if published:
        published._sync_watched_paths()
        published._request_update()


def _add_exclusion(cr, model_id):
    """By SQL: a model that counts is not edited."""
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
            "model": model_id,
            "domain": "[('has_objected', '=', True)]",
            "user": SUPERUSER_ID,
            "name": NAME,
        },
    )
