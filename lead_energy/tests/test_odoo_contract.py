"""What we use of Odoo's inside: an update of Odoo that moves it fails here, by name.

What Odoo documents is not listed. A scan finds private names that no list has.
"""

import ast
import inspect
from pathlib import Path

from odoo import fields, models
from odoo.fields import Domain
from odoo.modules.registry import Registry
from odoo.orm.models import BaseModel
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, parse_contact_from_email
from odoo.tools.image import IMAGE_MAX_RESOLUTION, image_fix_orientation
from odoo.tools.mimetypes import guess_mimetype
from odoo.tools.query import Query

from odoo.addons.base_import.models.base_import import ImportValidationError
from odoo.addons.iap.tools.iap_tools import mail_prepare_for_domain_search

ADDON = Path(__file__).parents[1]
OURS = "odoo.addons.lead_energy"

# {model: {private method of Odoo that we override: its parameters}}; all models of
# ours with a name that is remembered override those of "crm.lead.cached.name"
OVERRIDDEN = {
    "base.partner.merge.automatic.wizard": {
        "_update_values": "self, src_partners, dst_partner"
    },
    "base_import.import": {
        "_convert_import_data": "self, fields, options",
        "_deduplicate_mapping_suggestions": "self, mapping_suggestions",
        "_get_mapping_suggestion": (
            "self, header, fields_tree, header_types, mapping_fields"
        ),
        "_get_mapping_suggestions": "self, headers, header_types, fields_tree",
        "_parse_import_data": "self, data, import_fields, options",
        "_read_csv": "self, options",
        "_read_xls_book": "self, book, sheet_name",
        "_read_xlsx": "self, options",
    },
    "crm.lead": {
        "_compute_name": "self",
        "_load_records": "self, data_list, update=",
        "_convert_opportunity_data": "self, customer, team_id=",
        "_create_customer": "self, with_parent=",
        "_handle_partner_assignment": (
            "self, force_partner_id=, create_missing=, with_parent="
        ),
        "_handle_won_lost": "self, old_status_by_lead, new_status_by_lead",
        "_load_records_write": "self, values",
        "_mail_track": "self, tracked_fields, initial_values",
        "_merge_dependences": "self, opportunities",
        "_merge_get_fields": "self",
        "_merge_get_fields_specific": "self",
        "_merge_opportunity": ("self, user_id=, team_id=, auto_unlink=, max_length="),
        "_message_mail_after_hook": "self, mails",
        "_message_post_after_hook": "self, message, msg_vals",
        "_prepare_create_values": "self, vals_list",
        "_prepare_customer_values": "self, partner_name, is_company=, parent_id=",
        "_search_phone_mobile_search": "self, operator, value",
        "_write_multi": "self, vals_list",
    },
    "crm.lead.cached.name": {
        "_compute_display_name": "self",
        "_update_field_translations": (
            "self, field_name, translations, digest=, source_lang="
        ),
    },
    "crm.lead.score.rule": {"_compute_display_name": "self"},
    "crm.lead.shipped.name": {"_search_display_name": "self, operator, value"},
    "crm.lead.status.report": {"_read_group_select": "self, aggregate_spec, query"},
    "crm.lead2opportunity.partner": {
        "_action_convert": "self",
        "_compute_commercial_partner_id": "self",
        "_compute_duplicated_lead_ids": "self",
        "_convert_and_allocate": "self, leads, user_ids, team_id=",
    },
    "crm.lead2opportunity.partner.mass": {
        "_action_convert": "self",
        "_compute_commercial_partner_id": "self",
        "_compute_duplicated_lead_ids": "self",
        "_convert_and_allocate": "self, leads, user_ids, team_id=",
    },
    "ir.websocket": {"_build_bus_channel_list": "self, channels"},
    "ir.actions.act_window": {"_get_readable_fields": "self"},
    "ir.default": {"_get_model_defaults": "self, model_name, condition="},
    "mail.activity": {"_action_done": "self, feedback=, attachment_ids="},
    "mail.activity.type": {"_get_model_info_by_xmlid": "self"},
    "res.partner": {"_commercial_fields": "self"},
    "utm.medium": {"_search_display_name": "self, operator, value"},
    "utm.source": {"_search_display_name": "self, operator, value"},
}

# private methods of Odoo that we call: {(owner, name): parameters}
CALLED = {
    ("base_import.import", "_convert_import_data"): "self, fields, options",
    ("base_import.import", "_read_file"): "self, options",
    ("crm.lead", "_compute_probabilities"): "self",
    ("crm.lead", "_handle_salesmen_assignment"): "self, user_ids=, team_id=",
    ("crm.lead", "_message_log"): (
        "self, *, body=, subject=, author_id=, email_from=, message_type=,"
        " partner_ids=, attachment_ids=, tracking_value_ids="
    ),
    ("crm.lead", "_message_log_batch"): (
        "self, bodies, subject=, author_id=, email_from=, message_type=, partner_ids=,"
        " attachment_ids=, tracking_value_ids="
    ),
    ("crm.lead", "_partner_find_from_emails"): (
        "self, records_emails, avoid_alias=, ban_emails=, filter_found=,"
        " additional_values=, no_create="
    ),
    ("crm.lead", "_phone_format"): (
        "self, fname=, number=, country=, force_format=, raise_exception="
    ),
    ("crm.lead", "_prepare_opportunity_quotation_context"): "self",
    ("ir.actions.act_window", "_for_xml_id"): "self, full_xml_id",
    ("ir.cron", "_commit_progress"): "self, processed=, *, remaining=, deactivate=",
    ("ir.cron", "_trigger"): "self, at=",
    ("ir.model", "_get"): "self, name",
    ("ir.model", "_get_id"): "self, name",
    ("ir.model.data", "_xmlid_to_res_id"): "self, xmlid, raise_if_not_found=",
    ("ir.qweb", "_render"): "self, template, values=, **options",
    ("ir.sequence", "_next"): "self, sequence_date=",
    ("mail.activity.type", "_get_date_deadline"): "self",
    ("mail.blacklist", "_add"): "self, email, message=",
    ("phone.blacklist", "_add"): "self, numbers, message=",
    ("mail.alias.domain", "_find_aliases"): "self, email_list",
    ("mail.thread", "_mail_find_user_for_gateway"): "self, email_value, alias=",
    ("mail.thread", "_partner_find_from_emails_single"): (
        "self, emails, avoid_alias=, ban_emails=, filter_found=,"
        " additional_values=, no_create="
    ),
    ("res.groups", "_bus_send"): ("self, notification_type, message, *, subchannel="),
    ("res.lang", "_get_data"): "self, **kwargs",
    ("res.partner", "_address_fields"): "self",
    ("res.users", "_is_internal"): "self",
    ("sale.order.template.line", "_prepare_order_line_values"): "self",
    (BaseModel, "_field_to_sql"): "self, alias, field_expr, query=",
    (BaseModel, "_filtered_access"): "self, operation",
    (BaseModel, "_get_external_ids"): "self",
    (BaseModel, "_read_group"): (
        "self, domain, groupby=, aggregates=, having=, offset=, limit=, order="
    ),
    (BaseModel, "_search"): (
        "self, domain, offset=, limit=, order=, *, active_test=, bypass_access="
    ),
    (Domain, "_to_sql"): "self, model, alias, query",
    (Domain, "optimize_full"): "self, model",
    (Domain, "iter_conditions"): "self",
    (Domain, "is_false"): "self",
    (Domain, "custom"): "*, to_sql, predicate=",
    (Query, "__init__"): "self, env, alias, table=",
    (Query, "add_where"): "self, where_clause, where_params=",
    (Query, "add_join"): "self, kind, alias, table, condition",
    (Query, "select"): "self, *args",
    (Registry, "_setup_models__"): "self, cr, model_names=",
    (Registry, "get_dependent_fields"): "self, field",
    (Registry, "clear_cache"): "self, *cache_names",
    (fields.Field, "_description_string"): "self, env",
    (fields.Field, "_get_cache"): "self, env",
    (fields.Selection, "_description_selection"): "self, env",
}

# private attributes, and methods that are properties of all models and fields
ATTRIBUTES = {
    "model": (
        "_abstract",
        "_fields",
        "_ids",
        "_onchange_methods",
        "_origin",
        "_original_module",
        "_table",
        "_table_sql",
        "_transient",
    ),
    "field": ("_description_searchable", "_modules"),
}
# private as to the name only: the function of translations, a named tuple's method
DOCUMENTED = {"_", "_replace"}


def describe(function):
    """Return the parameters of a function, with = for a default."""
    parts, is_keyword = [], False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not is_keyword:
            parts.append("*")
            is_keyword = True
        prefix = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
        default = "" if parameter.default is parameter.empty else "="
        parts.append(f"{prefix.get(parameter.kind, '')}{parameter.name}{default}")
    return ", ".join(parts)


def find_private_names():
    """Return (private names that the addon reads of something, names it defines)."""
    used, defined = set(), set()
    for path in ADDON.rglob("*.py"):
        if not {"tests", "migrations"}.isdisjoint(path.relative_to(ADDON).parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                defined.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                defined.add(node.id)
            elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                used.add(node.attr)
    return used, defined


@tagged("post_install", "-at_install")
class TestOdooContract(TransactionCase):
    # ------------------------------------------------------------------- signatures
    def _find_overrides(self):
        """Yield (model, name, our function, Odoo's) of private methods."""
        for model_name, model in self.env.registry.items():
            ours = [c for c in model.__mro__ if c.__module__.startswith(OURS)]
            theirs = [c for c in model.__mro__ if not c.__module__.startswith(OURS)]
            for cls in ours:
                for name, function in vars(cls).items():
                    if not name.startswith("_") or name.startswith("__"):
                        continue
                    for other in theirs:
                        if inspect.isfunction(vars(other).get(name)):
                            yield model_name, name, function, vars(other)[name]
                            break

    def test_what_we_override_is_still_there(self):
        found = {}
        for model, name, _function, theirs in self._find_overrides():
            found.setdefault(model, {})[name] = describe(theirs)
        shared = OVERRIDDEN["crm.lead.cached.name"]
        for model, names in found.items():
            if model in OVERRIDDEN:
                for name in set(shared) - set(OVERRIDDEN[model]):
                    names.pop(name, None)
            elif names.items() <= shared.items():
                continue  # it inherits from the mixin
            with self.subTest(model):
                self.assertEqual(names, OVERRIDDEN.get(model))
        self.assertEqual(OVERRIDDEN.keys() - found.keys(), set())

    def test_our_overrides_take_what_odoo_passes(self):
        for model, name, ours, theirs in self._find_overrides():
            with self.subTest(f"{model}.{name}"):
                mine, odoos = describe(ours), describe(theirs)
                self.assertTrue(f"{mine}, ".startswith(f"{odoos}, "), (mine, odoos))

    def test_what_we_call_takes_what_we_pass(self):
        for (owner, name), signature in CALLED.items():
            cls = self.env.registry[owner] if isinstance(owner, str) else owner
            with self.subTest(f"{owner}.{name}"):
                self.assertEqual(describe(getattr(cls, name)), signature)
        leads = self.env["crm.lead"]
        for name in ATTRIBUTES["model"]:
            self.assertTrue(hasattr(leads, name), name)
        for name in ATTRIBUTES["field"]:
            self.assertTrue(hasattr(leads._fields["name"], name), name)

    def test_no_private_name_is_missing_here(self):
        used, defined = find_private_names()
        known = {name for _owner, name in CALLED}
        known.update(*(names for names in OVERRIDDEN.values()))
        known.update(*ATTRIBUTES.values())
        self.assertEqual(used - defined - known - DOCUMENTED, set())

    # -------------------------------------------------------------------- behaviours
    def test_what_the_orm_computed_comes_in_one_call_for_all_records(self):
        calls = []
        cls = type(self.env["res.partner"])
        original = cls._write_multi

        def spy(records, vals_list):
            calls.append((records._ids, [vals.get("ref") for vals in vals_list]))
            return original(records, vals_list)

        self.patch(cls, "_write_multi", spy)
        partners = self.env["res.partner"].create([{"name": "Ann"}, {"name": "Bob"}])
        self.env.flush_all()
        calls.clear()
        partners[0].ref, partners[1].ref = "1", "2"
        self.env.flush_all()
        self.assertEqual(calls, [(partners._ids, ["1", "2"])])

    def test_a_query_is_built_of_parts_and_says_what_to_flush(self):
        partners = self.env["res.partner"]
        query = Query(self.env, partners._table, partners._table_sql)
        domain = Domain("industry_id.name", "=", "Bees").optimize_full(partners)
        query.add_where(domain._to_sql(partners, partners._table, query))
        query.add_join(
            "LEFT JOIN",
            "one",
            SQL("(SELECT 1 AS id)"),
            SQL("%s = 1", SQL.identifier("one", "id")),
        )
        name = partners._field_to_sql(partners._table, "name", query)
        select = query.select(SQL("%s AS name", name), SQL.identifier("one", "id"))
        flushed = {str(field) for field in select.to_flush}
        self.assertIn("res.partner.name", flushed)
        self.assertIn("res.partner.industry_id", flushed)
        self.assertIn('LEFT JOIN (SELECT 1 AS id) AS "one"', select.code)
        self.assertIsInstance(select.params, tuple | list)
        industry = self.env["res.partner.industry"].create({"name": "Bees"})
        partners.create({"name": "Hive", "industry_id": industry.id})
        self.assertEqual(self.env.execute_query(select), [("Hive", 1)])
        # a parameter can be exchanged, as the compiled score does
        again = SQL(select.code, *select.params, to_flush=select.to_flush)
        self.assertEqual(self.env.execute_query(again), [("Hive", 1)])

    def test_a_domain_is_a_tree_that_can_be_walked(self):
        domain = Domain("name", "=", "a") & (
            Domain("phone", "like", "b") | Domain("parent_id", "any", [("id", "=", 1)])
        )
        self.assertEqual(domain.OPERATOR, "&")
        either = next(c for c in domain.children if hasattr(c, "children"))
        self.assertEqual(either.OPERATOR, "|")
        self.assertEqual(
            [(c.field_expr, c.operator) for c in domain.iter_conditions()],
            [("name", "="), ("phone", "like"), ("parent_id", "any")],
        )
        inner = list(domain.iter_conditions())[-1].value
        self.assertEqual(next(Domain(inner).iter_conditions()).field_expr, "id")
        self.assertIn("not ilike", Domain.NEGATIVE_OPERATORS)
        self.assertNotIn("ilike", Domain.NEGATIVE_OPERATORS)
        with self.assertRaises(ValueError):
            Domain("no_such_field", "=", 1).validate(self.env["res.partner"])

    def test_a_domain_that_matches_nothing_optimizes_to_false(self):
        partners = self.env["res.partner"]
        never = Domain("id", "in", []).optimize_full(partners)
        self.assertTrue(never.is_false())
        self.assertFalse(Domain("id", "=", 1).optimize_full(partners).is_false())

    def test_a_custom_domain_is_our_sql(self):
        domain = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = %s", SQL.identifier(alias, "id"), self.env.company.partner_id.id
            )
        )
        found = self.env["res.partner"].search(domain)
        self.assertEqual(found, self.env.company.partner_id)

    def test_the_registry_knows_what_depends_on_a_field(self):
        leads = self.env["crm.lead"]
        dependents = self.env.registry.get_dependent_fields(leads._fields["partner_id"])
        self.assertIn(leads._fields["email_from"], set(dependents))

    def test_a_new_record_knows_where_it_comes_from(self):
        lead = self.env["crm.lead"].create({"name": "Roof"})
        self.assertEqual(lead._origin, lead)
        self.assertEqual(lead.new(origin=lead)._origin, lead)
        self.assertFalse(lead.new({"name": "Roof"})._origin)

    def test_data_of_a_transaction_goes_with_it(self):
        data = self.env.cr.precommit.data
        data["lead_energy.contract"] = True
        self.env.cr.precommit.clear()
        self.assertNotIn("lead_energy.contract", self.env.cr.precommit.data)

    def test_the_columns_of_an_import_reach_us_as_odoo_reads_them(self):
        """One header a call, the tree of the fields, the options as a dictionary."""
        wizard = self.env["base_import.import"].create(
            {
                "res_model": "res.partner.industry",
                "file": b"Name,Full name\nBees,Apis\n",
                "file_name": "a.csv",
                "file_type": "text/csv",
            }
        )
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        rows, names = wizard._convert_import_data(
            ["name", "full_name"], {**options, "encoding": "utf-8"}
        )
        self.assertEqual(names, ["name", "full_name"])
        self.assertEqual([list(row) for row in rows], [["Bees", "Apis"]])
        with self.assertRaises(ImportValidationError):
            wizard._convert_import_data([False], {**options, "encoding": "utf-8"})
        preview = wizard.parse_preview({**options, "encoding": "utf-8"})
        self.assertEqual(preview["matches"][0], ["name"])
        result = wizard.execute_import(
            ["name", "full_name"],
            ["Name", "Full name"],
            {**options, "encoding": "utf-8"},
        )
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), 1)
        self.assertEqual(result["nextrow"], 0)

    def test_a_changed_translation_is_written_by_one_method(self):
        interest = self.env.ref("lead_energy.interest_photovoltaics")
        interest.update_field_translations("name", {"en_US": "Sun"})
        self.assertEqual(interest.with_context(lang="en_US").display_name, "Sun")

    def test_a_number_of_a_sequence_is_that_of_its_postgresql_sequence(self):
        sequence = self.env["ir.sequence"].create(
            {"name": "Contract", "prefix": "L", "padding": 4}
        )
        self.assertEqual(sequence.implementation, "standard")
        statement = SQL("SELECT nextval(%s)", f"ir_sequence_{sequence.id:03d}")
        self.assertEqual(self.env.execute_query(statement), [(1,)])
        self.assertEqual(sequence._next(), "L0002")
        self.assertEqual(sequence.get_next_char(7), "L0007")

    def test_the_helpers_of_other_addons(self):
        self.assertEqual(
            parse_contact_from_email("Ann <ann@a.example>"), ("Ann", "ann@a.example")
        )
        self.assertEqual(mail_prepare_for_domain_search("a@gmail.com"), "a@gmail.com")
        self.assertEqual(
            mail_prepare_for_domain_search("a@sonnenhof.example"), "@sonnenhof.example"
        )
        self.assertEqual(IMAGE_MAX_RESOLUTION, 50e6)
        self.assertTrue(callable(image_fix_orientation))
        self.assertEqual(guess_mimetype(b"PK\x05\x06" + b"\0" * 18), "application/zip")
        self.assertEqual(
            self.env["res.lang"]._get_data(code="en_US").decimal_point, "."
        )

    def test_a_model_tells_which_module_made_it(self):
        self.assertEqual(self.env["crm.lead.status"]._original_module, "lead_energy")
        self.assertEqual(self.env["crm.lead"]._original_module, "crm")
        self.assertIsInstance(self.env["crm.lead"], models.BaseModel)
