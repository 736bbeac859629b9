import logging
import time
from collections import defaultdict

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ...tools.score import statements
from ..context import tell, told
from ..status.crm_lead_status import CONTACT_KINDS
from .crm_lead import SCORE_FIELDS

_logger = logging.getLogger(__name__)

# leads in a batch: as many as keep its transaction near the wanted time
BATCH_SIZE, SMALLEST_BATCH, LARGEST_BATCH = 500, 50, 2000
BATCH_SECONDS = 0.3
# the columns that tell of the score, and how a value for them is cast
COLUMNS = {
    "lead_score": "int4",
    "lead_fit_score": "float8",
    "lead_engagement_score": "float8",
    "lead_score_excluded": "bool",
    "lead_score_lines": "jsonb",
    "lead_temperature": "varchar",
    "qualification": "varchar",
}


class CrmLead(models.Model):
    """How scores get into the database, each with its history in one statement.

    LIVE: what the ORM computed, in ``_write_multi``. MANY AT ONCE: what the compiler's
    SELECT finds changed, in ``_update_scores``; the cron does so in short transactions
    beside working reps.
    """

    _inherit = "crm.lead"

    # ----------------------------------------------------------------------- live
    def _write_multi(self, vals_list):
        """Write score, temperature and qualification with history and alerts."""
        if not any(not COLUMNS.keys().isdisjoint(vals) for vals in vals_list):
            return super()._write_multi(vals_list)
        by_columns, others, other_ids = defaultdict(list), [], []
        for lead_id, vals in zip(self._ids, vals_list, strict=True):
            names = tuple(name for name in COLUMNS if name in vals)
            if names:
                by_columns[names].append((lead_id, *(vals[name] for name in names)))
            if rest := {k: v for k, v in vals.items() if k not in COLUMNS}:
                other_ids.append(lead_id)
                others.append(rest)
        result = super(CrmLead, self.browse(other_ids))._write_multi(others)
        for names, rows in by_columns.items():
            self._write_scores(names, rows)
        return result

    @api.model
    def _write_scores(self, names, rows):
        """Write columns of leads, the history of the score, and what to alert of.

        :param names: columns, of ``COLUMNS``
        :param rows: tuples of lead id and the values of the columns
        """
        columns = [SQL.identifier(name) for name in names]
        # the first row is empty: it gives PostgreSQL the types
        types = [SQL("NULL::%s", SQL(COLUMNS[name])) for name in names]
        values = [SQL("(%s)", SQL(", ").join(row)) for row in rows]
        writes = [
            SQL(
                """new (id, %(columns)s) AS (
                    VALUES (NULL::int4, %(types)s), %(values)s
                ), old AS MATERIALIZED (
                    SELECT id, lead_score, lead_score_lines, lead_temperature,
                           qualification, qualification_is_manual
                      FROM crm_lead WHERE id = ANY(%(ids)s)
                ), written AS (
                    UPDATE crm_lead SET %(sets)s FROM new WHERE crm_lead.id = new.id
                )""",
                columns=SQL(", ").join(columns),
                types=SQL(", ").join(types),
                values=SQL(", ").join(values),
                ids=[row[0] for row in rows],
                sets=SQL(", ").join(SQL("%s = new.%s", c, c) for c in columns),
            )
        ]
        if "lead_score" in names or "lead_score_lines" in names:
            writes.append(self._log_live(names))
        if "lead_temperature" in names or "qualification" in names:
            writes.append(self.env["crm.lead.score.alert"]._insert_alerts(names))
        else:
            writes.append(SQL("alert AS (SELECT NULL::int4 AS id LIMIT 0)"))
        alerts = self.env.execute_query(
            SQL("WITH %s SELECT count(*) FROM alert", SQL(", ").join(writes))
        )
        leads = self.browse(row[0] for row in rows)
        leads.invalidate_recordset(["lead_score_log_ids"], flush=False)
        if "lead_score" in names:
            leads._filter_on_boards()._tell_boards()
        if alerts[0][0]:
            self.env["crm.lead.score.alert"]._send_soon()

    @api.model
    def _log_live(self, names):
        """Return the INSERT of the history; why is read off the lines.

        Other lines with the same score are history, too: the back-test asks for them.
        """
        spec = self.env["crm.lead.score.model"]._get_published().spec
        score, lines = (
            SQL("%s.%s", SQL("new" if name in names else "old"), SQL(name))
            for name in ("lead_score", "lead_score_lines")
        )
        return SQL(
            """logged AS (
                INSERT INTO crm_lead_score_log
                       (lead_id, date, score_from, score_to, lines, reason)
                SELECT old.id, %(now)s, COALESCE(old.lead_score, 0), %(score)s,
                       %(lines)s,
                       CASE WHEN old.lead_score IS NULL THEN 'create' ELSE (
                           SELECT CASE
                               WHEN bool_or(criterion <> ALL(%(criteria)s)) THEN 'model'
                               WHEN bool_or(
                                   line ? 'rule' AND criterion = ANY(%(ratings)s))
                               THEN 'rating'
                               WHEN bool_or(line ? 'type') THEN 'touchpoint'
                               ELSE 'rule' END
                             FROM (
                               SELECT line, (line->>'criterion')::int AS criterion
                                 FROM jsonb_array_elements(
                                   COALESCE(old.lead_score_lines, '[]')
                                   || COALESCE(%(lines)s, '[]')) line
                             GROUP BY line
                               HAVING count(*) = 1
                             ) differences
                       ) END
                  FROM old JOIN new USING (id)
                 WHERE (old.lead_score, old.lead_score_lines)
                       IS DISTINCT FROM (%(score)s, %(lines)s)
            )""",
            now=fields.Datetime.now(),
            score=score,
            lines=lines,
            criteria=[criterion.id for criterion in spec.criteria],
            ratings=[c.id for c in spec.criteria if c.rating_field],
        )

    # --------------------------------------------------------------- many at once
    @api.model
    def _update_scores(self, ids=None, reason="time"):
        """Bring the scores of leads up to date; see ``_update_unlocked_scores``.

        :return: ids of the leads whose score or its lines changed
        """
        return self._update_unlocked_scores(ids, reason)[0]

    @api.model
    def _update_unlocked_scores(self, ids, reason):
        """Bring the scores of leads up to date in one statement; changed rows only.

        Only rows that change are locked, and those that somebody is writing now are
        left out.

        :param ids: ids of crm.lead; all leads if None
        :param reason: what the history gives as the reason
        :return: ids of the leads whose score or its lines changed, and of those that
            were left out
        """
        score_model = self.env["crm.lead.score.model"]
        leads = score_model._get_leads()
        if ids is None:
            spec = score_model._get_published().spec
            select = statements.compile_update(leads, spec, by_ids=False)
        else:
            select = score_model._get_statement(statements.compile_update, ids)
        # compiling so long a statement to machine code takes longer than running it
        self.env.cr.execute("SET LOCAL jit = off")
        rows = leads.env.execute_query(
            SQL(
                """
                WITH differing AS MATERIALIZED (
                    SELECT * FROM (%(select)s OFFSET 0) new
                     WHERE score IS DISTINCT FROM was_score
                        OR excluded IS DISTINCT FROM was_excluded
                        OR lines IS DISTINCT FROM was_lines
                ), changed AS MATERIALIZED (
                    SELECT differing.*
                      FROM differing JOIN crm_lead lead ON lead.id = differing.id
                       FOR NO KEY UPDATE OF lead SKIP LOCKED
                ), written AS (
                    UPDATE crm_lead SET
                        lead_score = changed.score,
                        lead_fit_score = changed.fit,
                        lead_engagement_score = changed.engagement,
                        lead_score_excluded = changed.excluded,
                        lead_score_lines = changed.lines
                      FROM changed
                     WHERE crm_lead.id = changed.id
                ), logged AS (
                    INSERT INTO crm_lead_score_log
                           (lead_id, date, score_from, score_to, lines, reason)
                    SELECT id, %(now)s, COALESCE(was_score, 0), score, lines, %(reason)s
                      FROM changed
                     WHERE was_score IS DISTINCT FROM score OR %(is_news)s
                )
                SELECT id, changed.id IS NOT NULL
                  FROM differing LEFT JOIN changed USING (id)
                """,
                select=select,
                now=fields.Datetime.now(),
                reason=reason,
                is_news=self._get_news(reason),
            )
        )
        changed = [lead_id for lead_id, is_changed in rows if is_changed]
        left = [lead_id for lead_id, is_changed in rows if not is_changed]
        leads.browse(changed).invalidate_recordset(
            [*SCORE_FIELDS, "lead_score_log_ids"], flush=False
        )
        if reason != "model":
            self._update_grades(changed)
        elif not told(self.env, "score_install"):
            # thresholds, too, may be others in another model
            self._update_grades(ids and sorted(set(ids).difference(left)))
        return changed, left

    @api.model
    def _get_news(self, reason):
        """Return whether other lines with the same score are history.

        What fades day by day is not. Nor is a change from no lines, or from those of
        another model, which differ by their ids: publishing says nothing new of a lead.
        """
        if reason == "time":
            return SQL("FALSE")
        spec = self.env["crm.lead.score.model"]._get_published().spec
        return SQL(
            """was_lines IS NOT NULL AND NOT EXISTS (
                SELECT FROM jsonb_array_elements(was_lines) line
                 WHERE (line->>'criterion')::int <> ALL(%s)
                    OR (line->>'rule')::int <> ALL(%s))""",
            [criterion.id for criterion in spec.criteria],
            [rule.id for rule in spec.get_rules()],
        )

    @api.model
    def _update_grades(self, ids):
        """Write temperature and qualification by the ORM, where they changed."""
        leads = tell(
            self.env["crm.lead.score.model"]._get_leads(),
            score_update=True,
            score_quiet=told(self.env, "score_quiet"),
        )
        for name, value, lead_ids in self._select_grades(ids):
            for some_ids in split_every(BATCH_SIZE, lead_ids):
                batch = leads.browse(some_ids)
                batch.write({name: value})
                batch.flush_recordset([name])

    @api.model
    def _select_grades(self, ids):
        """Return (field, value, ids of the leads that should have it and do not)."""
        if ids is not None and not ids:
            return []
        published = self.env["crm.lead.score.model"]._get_published()
        return self.env.execute_query(
            SQL(
                """
                WITH lead AS (
                    SELECT *, %(temperature)s AS new_temperature,
                           %(qualification)s AS new_qualification
                      FROM crm_lead WHERE %(some)s
                )
                SELECT 'lead_temperature', new_temperature, array_agg(id) FROM lead
                 WHERE lead_temperature IS DISTINCT FROM new_temperature
              GROUP BY new_temperature
             UNION ALL
                SELECT 'qualification', new_qualification, array_agg(id) FROM lead
                 WHERE qualification IS DISTINCT FROM new_qualification
                   AND qualification_is_manual IS NOT TRUE
              GROUP BY new_qualification
                """,
                temperature=published.get_temperature_sql(),
                qualification=published.get_qualification_sql(CONTACT_KINDS),
                some=SQL("TRUE") if ids is None else SQL("id = ANY(%s)", list(ids)),
            )
        )

    @api.model
    def _cron_update_scores(self):
        """Bring all scores up to date, in short transactions beside working reps.

        After a change of the model all leads are gone through, from where an earlier
        run had to stop; else those only that time may have moved. What nothing tells of
        is found by going through all of them again every week.
        """
        # sudo: run by the cron; the score does not depend on who asks
        model = self.env["crm.lead.score.model"].sudo()._get_published_model()
        if not model:
            return
        model._flag_problems()
        model._remind_of_review()
        leads = self.env["crm.lead.score.model"]._get_leads()
        if model.update_pending:
            domain = [("id", ">", model.update_last_id)]
            ids = leads.search(domain, order="id").ids
            reason = "model"
            leads = tell(leads, score_quiet=True)
        else:
            select = statements.compile_moved(leads, model._get_published().spec)
            self.env.cr.execute("SET LOCAL jit = off")
            ids = [lead_id for (lead_id,) in leads.env.execute_query(select)]
            reason = "time"
        leads._update_scores_in_batches(model, sorted(ids), reason)
        if ids:
            # once, not with each batch
            leads._tell_boards_to_reload()
        if reason == "time" and model._is_update_due():
            model._request_update()

    @api.model
    def _update_scores_in_batches(self, model, ids, reason):
        """Each batch starts with a fresh snapshot, and leaves out rows in use.

        They are tried once more at the end, and then left to the next run.
        """
        cron = self.env["ir.cron"]
        left, done_id = [], model.update_last_id
        asked = model.write_date
        cron._commit_progress(remaining=len(ids))
        for batch in _split_by_time(ids):
            left += self._try_update_scores(batch, reason)
            if reason == "model":
                if not model._set_progress(batch[-1], (asked, done_id)):
                    # the next run, which follows at once, starts anew
                    return cron._commit_progress(remaining=len(ids))
                done_id = batch[-1]
            if not cron._commit_progress(len(batch)):
                return
        for batch in _split_by_time(sorted(left)):
            if missed := self._try_update_scores(batch, reason):
                _logger.info("Scores of %s leads are left to the next run", len(missed))
            cron._commit_progress()
        if reason == "model":
            is_done = model._set_progress(None, (asked, done_id))
            cron._commit_progress(remaining=0 if is_done else len(ids))

    @api.model
    def _try_update_scores(self, ids, reason):
        """Update some leads; return the ids of those that somebody else is writing."""
        try:
            _changed, left = self._update_unlocked_scores(ids, reason)
            self.env.flush_all()
        except (LockNotAvailable, SerializationFailure):
            self.env.cr.rollback()
            return ids
        return left

    @api.model
    def _install_scores(self):
        """Score the leads of a database that installs the addon, in two statements.

        Nothing reacts to it and nobody is told, so grades go without the ORM, too.
        """
        published = self.env["crm.lead.score.model"]._get_published()
        tell(self, score_install=True)._update_scores(reason="model")
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET lead_temperature = %s, qualification = %s",
                published.get_temperature_sql(),
                published.get_qualification_sql(CONTACT_KINDS),
            )
        )
        self.env.cr.execute(
            "UPDATE crm_lead_score_model SET update_date = %s"
            " WHERE state = 'published'",
            [fields.Datetime.now()],
        )
        self.env.invalidate_all()


def _split_by_time(ids):
    """Yield batches, each of a size by the time that was spent on the one before."""
    start, size = 0, BATCH_SIZE
    while batch := ids[start : start + size]:
        began = time.monotonic()
        yield batch
        start += size
        seconds = max(time.monotonic() - began, 0.001)
        size = int(min(size * BATCH_SECONDS / seconds, 2 * size))
        size = min(max(size, SMALLEST_BATCH), LARGEST_BATCH)
