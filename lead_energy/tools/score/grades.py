"""What a score means to people: temperature and qualification, by thresholds."""

from collections.abc import Iterable
from typing import NamedTuple

from odoo.tools import SQL

from .specification import Spec


class Published(NamedTuple):
    """The model that counts, as plain values."""

    spec: Spec
    warm_from: int
    hot_from: int
    mql_from: int
    sql_from: int

    def get_temperature(self, score: int) -> str:
        if score >= self.hot_from:
            return "hot"
        return "warm" if score >= self.warm_from else "cold"

    def get_qualification(
        self, score: int, is_opportunity: bool, has_contact: bool
    ) -> str:
        if is_opportunity:
            return "opportunity"
        if has_contact and score >= self.sql_from:
            return "sql"
        return "mql" if score >= self.mql_from else "lead"

    def get_temperature_sql(self, score: str = "lead_score") -> SQL:
        """:param score: name of the column that holds it"""
        return SQL(
            "CASE WHEN %(score)s >= %(hot)s THEN 'hot'"
            " WHEN %(score)s >= %(warm)s THEN 'warm' ELSE 'cold' END",
            score=SQL.identifier(score),
            hot=self.hot_from,
            warm=self.warm_from,
        )

    def get_qualification_sql(
        self, contact_kinds: Iterable[str], score: str = "lead_score"
    ) -> SQL:
        """:param score: as above; the other columns are those of crm_lead"""
        return SQL(
            "CASE WHEN type = 'opportunity' THEN 'opportunity'"
            " WHEN %(score)s >= %(sql)s AND lead_status_kind = ANY(%(kinds)s)"
            " THEN 'sql'"
            " WHEN %(score)s >= %(mql)s THEN 'mql' ELSE 'lead' END",
            score=SQL.identifier(score),
            sql=self.sql_from,
            mql=self.mql_from,
            kinds=list(contact_kinds),
        )
