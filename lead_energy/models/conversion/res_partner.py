from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import company_names

# least likeness of the cores (pg_trgm) that makes a company worth a closer look
MIN_SIMILARITY = "0.35"
# least likeness of our core to a word or words of a longer one: KommEnergie to Komm
MIN_WORD_SIMILARITY = "0.75"
LIMIT = 30
# PostgreSQL uses an index for an expression only if it is the same as in the index;
# the patterns are those that ``crm_lead_match`` reads a lead with
HOST_PATTERN = r"^(?:https?://)?(?:www\.)?([^/:?#]+)"
NOT_IN_VAT = "[^A-Z0-9]"
MATCHED = {
    "domain": "split_part(email_normalized, '@', 2)",
    "website": f"substring(lower(website) from '{HOST_PATTERN}')",
    "vat": f"regexp_replace(upper(vat), '{NOT_IN_VAT}', '', 'g')",
    # a name that was split or joined elsewhere
    "name": "replace(company_match_key, ' ', '')",
}


class ResPartner(models.Model):
    """What finds the company that a lead is about, among many partners.

    Each way of being found has its index, so that a search never reads all partners.
    """

    _inherit = "res.partner"

    company_match_key = fields.Char(
        compute="_compute_company_match_key",
        store=True,
        precompute=True,
        copy=False,
        export_string_translation=False,
        groups="base.group_user",
        help="Technical: the name of a company, folded, without its legal form.",
    )
    company_match_core = fields.Char(
        compute="_compute_company_match_key",
        store=True,
        precompute=True,
        copy=False,
        export_string_translation=False,
        groups="base.group_user",
        help="Technical: of the key, the words that few companies share.",
    )
    email_normalized = fields.Char(index="btree_not_null")
    phone_sanitized = fields.Char(index="btree_not_null")

    _company_match_core_idx = models.Index(
        "USING gin (company_match_core gin_trgm_ops)"
        " WHERE company_match_core IS NOT NULL"
    )
    _company_match_joined_idx = models.Index(
        f"({MATCHED['name']}) WHERE company_match_key IS NOT NULL"
    )
    _email_domain_idx = models.Index(
        f"({MATCHED['domain']}) WHERE email_normalized IS NOT NULL"
    )
    _website_host_idx = models.Index(
        f"({MATCHED['website']}) WHERE website IS NOT NULL"
    )
    _vat_plain_idx = models.Index(f"({MATCHED['vat']}) WHERE vat IS NOT NULL")

    @api.depends("name", "is_company")
    def _compute_company_match_key(self):
        for partner in self:
            name = company_names.parse((partner.is_company and partner.name) or "")
            partner.company_match_key = name.key or False
            partner.company_match_core = name.core or False

    @api.model
    def _search_company_matches(self, inputs):
        """Find the companies that may be meant, whoever may read them.

        :param list inputs: a dict for each company that is looked for, with the keys
            ``key``, ``core``, ``joined``, ``parts``, ``domain``, ``host``, ``vat`` and
            ``phone``, each may be None; parts are separated by |
        :return: a list, for each input {id of the company: set of reasons}; reasons
            are vat, domain, website, phone and name (alike at least)
        """
        self.flush_model(
            [
                "company_match_key",
                "company_match_core",
                "email_normalized",
                "phone_sanitized",
                "website",
                "vat",
                "commercial_partner_id",
                "is_company",
            ]
        )
        columns = (
            "key", "core", "joined", "parts", "domain", "host", "vat", "phone"
        )  # fmt: skip
        rows = self.env.execute_query(
            SQL(
                """
                SET LOCAL jit = off;
                SET LOCAL pg_trgm.similarity_threshold = %s;
                SET LOCAL pg_trgm.word_similarity_threshold = %s;
                SELECT input.ref, company.id, match.reason
                  FROM unnest(%s, %s::text[], %s::text[], %s::text[], %s::text[],
                              %s::text[], %s::text[], %s::text[], %s::text[])
                       AS input (ref, key, core, joined, parts, domain, host, vat,
                                 phone)
                 CROSS JOIN LATERAL (%s) match
                  JOIN res_partner company ON company.id = match.id
                 WHERE company.is_company
                """,
                MIN_SIMILARITY,
                MIN_WORD_SIMILARITY,
                list(range(len(inputs))),
                *([values.get(column) for values in inputs] for column in columns),
                SQL(" UNION ALL ").join(self._get_match_selects()),
            )
        )
        result = [defaultdict(set) for _values in inputs]
        for ref, partner_id, reason in rows:
            result[ref][partner_id].add(reason)
        return result

    @api.model
    def _get_match_selects(self):
        """Return the ways in which a company is found, from the row ``input``."""
        equal = {
            "vat": f"{MATCHED['vat']} = input.vat AND vat IS NOT NULL",
            "domain": (
                f"{MATCHED['domain']} = input.domain AND email_normalized IS NOT NULL"
            ),
            "website": f"{MATCHED['website']} = input.host AND website IS NOT NULL",
            "phone": "phone_sanitized = input.phone",
            "name": (
                f"{MATCHED['name']} = input.joined AND company_match_key IS NOT NULL"
            ),
        }
        selects = [
            SQL(
                "(SELECT commercial_partner_id AS id, %s AS reason FROM res_partner"
                " WHERE %s LIMIT %s)",
                reason,
                SQL(condition),
                LIMIT,
            )
            for reason, condition in equal.items()
        ]
        alike = (
            SQL("company_match_core %% input.core"),
            # a longer name, and a shorter one: with a town, or without
            SQL("company_match_core %%> input.core"),
            SQL("company_match_core = ANY(string_to_array(input.parts, '|'))"),
        )
        return selects + [
            SQL(
                "(SELECT id, 'name' AS reason FROM res_partner"
                " WHERE %s AND company_match_core IS NOT NULL"
                " ORDER BY similarity(company_match_key, input.key) DESC, id LIMIT %s)",
                condition,
                LIMIT,
            )
            for condition in alike
        ]

    def _is_without_company(self):
        """Whether a person could become a contact of a company: nobody's yet."""
        self.ensure_one()
        # sudo: whose users are internal is no secret, who they are may be
        is_colleague = not self.sudo().partner_share
        return not (self.is_company or self.parent_id or is_colleague)

    def _read_hierarchy(self):
        """Return {field: value, as JSON can hold it} of what a parent decides."""
        names = {
            "parent_id",
            *self._address_fields(),
            *(
                name
                for name in self._commercial_fields()
                if not self._fields[name].company_dependent
            ),
        }
        return {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in sorted(names)
            if self._fields[name].store
        }

    def _init_company_match_key(self):
        """Fill the keys of all companies, when the addon is installed."""
        rows = self.env.execute_query(
            SQL("SELECT id, name FROM res_partner WHERE is_company AND name <> ''")
        )
        names = [company_names.parse(name) for _id, name in rows]
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner SET
                    company_match_key = NULLIF(new.key, ''),
                    company_match_core = NULLIF(new.core, '')
                  FROM unnest(%s, %s, %s) AS new (id, key, core)
                 WHERE res_partner.id = new.id
                """,
                [partner_id for partner_id, _name in rows],
                [name.key for name in names],
                [name.core for name in names],
            )
        )
