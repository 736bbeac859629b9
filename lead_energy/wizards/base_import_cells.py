from functools import partial

from odoo import api, models

from ..models.lead.crm_lead_rating import FIELDS_BY_KIND
from ..tools import import_columns, import_parser
from ..tools.lead_file import CellFault

RATINGS = {name: kind for kind, name in FIELDS_BY_KIND.items()}
# what only a person can add, who decides what it means
KEPT_OPTIONS = (*RATINGS, "lead_status_id", "interest_ids")
OPTIONS = (
    *KEPT_OPTIONS,
    "industry_id",
    "source_id",
    "country_id",
    "medium_id",
    "campaign_id",
    "tag_ids",
)
# a message names so many of the known values
NAMED_OPTIONS = 30
# begins the name of an option that was found, in a cell of several
FOUND = "\ue000"


class BaseImportImport(models.TransientModel):
    """What the cells of a file of leads mean, for its whole columns.

    Options are found in any installed language and case, numbers, dates and ticks as
    they are written in either country.
    """

    _inherit = "base_import.import"

    def _parse_cells(self, file, options):
        """Write the cells of ``file`` as Odoo reads them, and add what is at fault."""
        for index, field_name in enumerate(file.fields):
            column = [row[index] for row in file.rows]
            parse = self._get_cell_parser(file, field_name, options, column)
            if not parse:
                continue
            known = {}
            for number, value in enumerate(column):
                if value in ("", None, False):
                    continue
                # a number and a text that look alike differ
                key = (type(value), value)
                if key not in known:
                    known[key] = parse(value)
                file.rows[number][index], reason = known[key]
                if reason:
                    file.faults.append(CellFault(number, index, reason))
        self._pad_postcodes(file)

    def _get_cell_parser(self, file, field_name, options, column):
        """Return a function that turns a value into (value, reason of a fault).

        :param column: all values of the column
        """
        field = self.env["crm.lead"]._fields.get(field_name)
        if field is None or field_name == "id":
            return None
        if field_name in OPTIONS:
            return self._get_option_parser(file, field, options)
        parsers = {
            "date": lambda value: import_parser.parse_date(
                value, options.get("date_format")
            ),
            "boolean": import_parser.parse_boolean,
            "html": lambda value: import_parser.parse_html(str(value)),
        }
        if field.type in ("integer", "float", "monetary"):
            sign = import_parser.get_decimal_sign(column) or self._get_decimal_sign()
            parsers[field.type] = partial(import_parser.parse_number, decimal_sign=sign)
        parse = parsers.get(field.type)
        return parse and self._get_plain_parser(field, parse, options)

    @api.model
    def _get_decimal_sign(self):
        """Return the reader's sign, where the texts of a column do not tell it.

        What Odoo infers of a single 1.125 is only its own default.
        """
        return self.env["res.lang"]._get_data(code=self.env.user.lang).decimal_point

    def _get_plain_parser(self, field, parse, options):
        is_left = field.name not in import_columns.COLUMNS  # Odoo says what it thinks
        is_left |= field.name in self._get_let_go(options)

        def parse_cell(value):
            parsed = parse(value)
            if parsed is not None:
                return parsed, None
            return value, None if is_left else reasons[field.type](value)

        reasons = {
            "date": lambda value: self.env._(
                "“%(value)s” is not a date, e.g. 31.12.2026.", value=value
            ),
            "boolean": lambda value: self.env._(
                "“%(value)s” is neither yes nor no.", value=value
            ),
            "float": lambda value: self.env._(
                "“%(value)s” is not a number.", value=value
            ),
        }
        reasons["integer"] = reasons["monetary"] = reasons["float"]
        return parse_cell

    @api.model
    def _get_let_go(self, options):
        """Return the fields whose unknown values the user lets go, on the screen.

        They are set empty, their record is skipped, or a fixed value takes their place.
        """
        fixed = {
            name
            for name, fallback in (options.get("fallback_values") or {}).items()
            if fallback.get("fallback_value") in ("true", "false")
        }
        return fixed.union(
            options.get("import_set_empty_fields") or [],
            options.get("import_skip_records") or [],
        )

    # ------------------------------------------------------------------ the options
    def _get_option_parser(self, file, field, options):
        """Return the parser of a field whose values are records with a name."""
        records = self._get_lead_options(field)
        by_name = self._group_options_by_name(records, field.name)
        created = {}
        is_let_go = field.name in self._get_let_go(options)
        is_creating = (options.get("name_create_enabled_fields") or {}).get(field.name)

        def parse_one(value):
            value = str(value).strip()
            key = (field.name, None, value)
            name = import_parser.normalize(value)
            found = by_name.get(name, ())
            if len(found) == 1:
                if field.type == "many2many":
                    key = (field.name, None, f"{FOUND}{found.id}")
                file.found[key] = found.id
                return key[2], None
            if is_let_go:
                file.found[key] = None
                return value, None
            if not found and is_creating and not self._is_option_kept(field.name):
                # in whatever spellings it comes, it is made once
                return created.setdefault(name, value), None
            return value, self._describe_unknown(value, found, records)

        def parse_many(value):
            parts = import_parser.split_values(value, by_name)
            results = [parse_one(part) for part in parts]
            reasons = " ".join(reason for _value, reason in results if reason)
            return ",".join(name for name, _reason in results), reasons or None

        return parse_many if field.type == "many2many" else parse_one

    def _describe_unknown(self, value, found, records):
        if found:
            return self.env._(
                "“%(value)s” is ambiguous: it is the name of %(count)s options.",
                value=value,
                count=len(found),
            )
        if records._name == "crm.lead.status":
            # a conversion makes a lead converted, and no file
            records = records.filtered(lambda status: status.kind != "converted")
        names = records[:NAMED_OPTIONS].mapped("display_name")
        if len(records) > NAMED_OPTIONS:
            names.append("…")
        return self.env._(
            "“%(value)s” is not known. Known are: %(options)s.",
            value=value,
            options=", ".join(names),
        )

    @api.model
    def _is_option_kept(self, field_name):
        """Return whether the user cannot create an option by its name alone."""
        if field_name not in OPTIONS:
            return False
        comodel = self.env["crm.lead"]._fields[field_name].comodel_name
        # a rating needs its kind, and so does a status
        needs_kind = field_name in RATINGS or field_name == "lead_status_id"
        return needs_kind or not self.env[comodel].has_access("create")

    def _get_lead_options(self, field):
        domain = [("id", "!=", 0)]
        if field.name in RATINGS:
            domain = [("kind", "=", RATINGS[field.name])]
        return self.env[field.comodel_name].search(domain)

    @api.model
    def _group_options_by_name(self, options, field_name):
        """Return {name in any installed language: options}."""
        by_name = {}
        for code, _label in self.env["res.lang"].get_installed():
            for option in options.with_context(lang=code):
                key = import_parser.normalize(option.display_name)
                by_name.setdefault(key, options.browse())
                by_name[key] |= option.with_env(options.env)
        if field_name == "country_id":
            for country in options:
                by_name.setdefault(country.code.casefold(), country)
        for row in import_columns.read_table("import_values.csv"):
            record = self.env.ref(row["record"], raise_if_not_found=False)
            if row["field"] == field_name and record and record in options:
                by_name.setdefault(import_parser.normalize(row["value"]), record)
        return by_name

    # ---------------------------------------------------------------- the postcodes
    def _pad_postcodes(self, file):
        """Give back the zero that a German postcode loses when kept as a number."""
        if "zip" not in file.fields:
            return
        germany = self.env.ref("base.de")
        is_home_german = self.env.company.country_id == germany
        is_typed = self._is_typed(file)
        index = file.fields.index("zip")
        for row in file.rows:
            value = row[index]
            if isinstance(value, import_parser.NumberCell) or not is_typed:
                is_german = self._is_row_german(file, row, germany, is_home_german)
                row[index] = import_parser.pad_postcode(value, is_german)

    def _is_typed(self, file):
        """Return whether the file keeps numbers and texts apart: CSV does not."""
        return any(
            isinstance(cell, import_parser.NumberCell)
            for row in file.rows
            for cell in row
        )

    @api.model
    def _is_row_german(self, file, row, germany, is_home_german):
        for index, name in enumerate(file.fields):
            if name.split("/")[0] == "country_id" and row[index]:
                if name == "country_id":
                    return file.found.get((name, None, row[index])) == germany.id
                return row[index] in ("base.de", str(germany.id))
        return is_home_german
