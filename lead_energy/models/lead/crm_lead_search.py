import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import search_text

NAMES = ("lead_number", "name", "partner_name", "contact_name", "email_from")
NUMBERS = ("phone_sanitized", "phone")


class CrmLead(models.Model):
    """One box that finds what a caller says: a number, a name or where to reach them.

    All spellings of a name or telephone number are found, and each by an index: names
    by those of Odoo, numbers by one of their digits.
    """

    _inherit = "crm.lead"

    quick_search = fields.Char(
        string="Number, Name, Company, Contact, E-mail or Phone",
        store=False,
        search="_search_quick_search",
    )

    _search_numbers_index = models.Index(
        f"USING gin (({search_text.get_phone_sql(NUMBERS)}) gin_trgm_ops)"
    )

    def _search_quick_search(self, operator, value):
        """Find a part of a name, whatever its accents, or of a telephone number."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented  # Odoo negates what is found
        if operator not in ("like", "ilike") or not isinstance(value, str):
            return Domain.OR(Domain(name, operator, value) for name in NAMES)
        return self._get_names_domain(value) | self._get_phone_domain(value)

    def _search_phone_mobile_search(self, operator, value):
        """Find a number in any spelling: with or without country, blanks, (0), dots."""
        if isinstance(value, str) and value and not re.search(r"\w", value):
            super()._search_phone_mobile_search(operator, value)  # is it too short?
            # to Odoo, signs alone are part of every number
            return Domain(operator in Domain.NEGATIVE_OPERATORS)
        if isinstance(value, str) and operator in ("=", "like", "ilike"):
            domain = self._get_phone_domain(value)
            if not domain.is_false():
                return domain
        return super()._search_phone_mobile_search(operator, value)

    def _get_phone_domain(self, value):
        """Return the domain of leads with a number of which ``value`` is a part."""
        digits = {search_text.get_phone_digits(value)}
        if "" in digits:
            return Domain.FALSE
        # a zero too many, as in +49 030: as the number would be stored
        if number := self.env.user._phone_format(number=value):
            digits.add(search_text.get_phone_digits(number))

        def to_sql(model, alias, query):
            columns = {n: model._field_to_sql(alias, n, query) for n in NUMBERS}
            sql = search_text.get_phone_sql([f"%({name})s" for name in NUMBERS])
            return self._get_any_sql(
                SQL("%s LIKE %s", SQL(sql, **columns), f"%{number}%")
                for number in sorted(digits - {""})
            )

        return Domain.custom(to_sql=to_sql)

    def _get_names_domain(self, value):
        """Return the domain of leads of which ``value`` is a part of a name."""
        pattern = search_text.get_pattern(value)

        def to_sql(model, alias, query):
            unaccent = model.env.registry.unaccent
            columns = [model._field_to_sql(alias, name, query) for name in NAMES]
            return self._get_any_sql(
                SQL("%s ~* %s", unaccent(column), pattern) for column in columns
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_any_sql(self, conditions):
        return SQL("(%s)", SQL(" OR ").join(conditions))
