from functools import partial

from odoo import api, models
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..models.context import tell, told
from ..models.lead.crm_lead_rating import FIELDS_BY_KIND
from ..tools import import_parser

# what people write for records whose names have one language, or may have
SYNONYMS = {
    "source_id": {
        "messe": "lead_energy.source_fair",
        "messekontakt": "lead_energy.source_fair",
        "fair": "lead_energy.source_fair",
        "webseite": "lead_energy.source_website",
        "internetseite": "lead_energy.source_website",
    },
    "country_id": {
        "deutschland": "base.de",
        "germany": "base.de",
        "d": "base.de",
        "österreich": "base.at",
        "austria": "base.at",
        "a": "base.at",
        "schweiz": "base.ch",
        "switzerland": "base.ch",
    },
}
RATINGS = {name: kind for kind, name in FIELDS_BY_KIND.items()}
# a file of up to so many rows is imported as a whole, or not at all
WHOLE_FILE_ROWS = 5000


class BaseImportImport(models.TransientModel):
    """Import of leads that forgives spelling and is exact about the rest.

    Columns are recognised by their German and English names. Options are found in
    any installed language and case, numbers, dates and ticks as they are written in
    either country. What cannot be understood is named by row, column and value, for
    the whole file at once, and then nothing of the file is written.
    """

    _inherit = "base_import.import"

    def _get_mapping_suggestions(self, headers, header_types, fields_tree):
        known = {import_parser.normalize(header) for header in headers}
        wizard = tell(self, import_columns=frozenset(known))
        return super(BaseImportImport, wizard)._get_mapping_suggestions(
            headers, header_types, fields_tree
        )

    def _get_mapping_suggestion(
        self, header, fields_tree, header_types, mapping_fields
    ):
        if self.res_model == "crm.lead" and header.lower() not in mapping_fields:
            column = import_parser.normalize(header)
            field_name = import_parser.FIELD_BY_COLUMN.get(column)
            if f"{column} name" in (told(self.env, "import_columns") or ()):
                field_name = None  # an export of Odoo: the company, the contact
            names = {field["name"] for field in fields_tree}
            # sub-fields have a tree of their own
            if field_name in names and "lead_number" in names:
                return {"field_path": [field_name], "distance": 0}
        return super()._get_mapping_suggestion(
            header, fields_tree, header_types, mapping_fields
        )

    def execute_import(self, fields, columns, options, dryrun=False):
        if self.res_model == "crm.lead" and any(fields):
            messages, count = self._check_leads(fields, columns, dict(options))
            if messages:
                return {"ids": False, "messages": messages, "nextrow": 0, "name": []}
            if count <= WHOLE_FILE_ROWS:
                options = {**options, "limit": None}
        return super().execute_import(fields, columns, options, dryrun=dryrun)

    def _parse_import_data(self, data, import_fields, options):
        if self.res_model == "crm.lead":
            self._forgive_leads(data, import_fields, options)
            options["date_format"] = "%Y-%m-%d"
            options["float_thousand_separator"] = " "
            options["float_decimal_separator"] = "."
        return super()._parse_import_data(data, import_fields, options)

    # ------------------------------------------------------------- the whole file
    def _check_leads(self, fields, columns, options):
        """Return (messages, number of rows) of the whole file."""
        rows, columns_of_file, skip = self._read_lead_rows(fields, columns, options)
        if rows is None:
            return [], 0
        import_fields = [field for field in fields if field]
        errors = self._forgive_leads(rows, import_fields, options)
        errors += self._check_lead_numbers(rows, import_fields, options)
        messages = [
            self._prepare_lead_message(
                row + skip,
                import_fields[index],
                columns_of_file[index],
                reason,
                options,
            )
            for row, index, reason in sorted(errors)
        ]
        return messages, len(rows)

    def _read_lead_rows(self, fields, columns, options):
        skip = options.get("skip") or 0
        try:
            rows, _fields = self._convert_import_data(fields, options)
        except ImportValidationError:
            return None, [], skip  # Odoo says itself why it refuses the file
        names = [
            column or field
            for field, column in zip(fields, columns, strict=False)
            if field
        ]
        return [list(row) for row in rows], names, skip

    def _prepare_lead_message(self, row, field_name, column, reason, options):
        message = self.env._(
            "Row %(row)s, column “%(column)s”: %(reason)s",
            row=_get_row_number(row, options),
            column=column,
            reason=reason,
        )
        return {
            "type": "error",
            "message": message,
            "record": row,
            "rows": {"from": row, "to": row},
            "field": field_name,
            "field_name": column,
            "field_path": [field_name],
        }

    def _check_lead_numbers(self, rows, import_fields, options):
        """Return the errors of numbers that another lead or row has."""
        if "lead_number" not in import_fields:
            return []
        index = import_fields.index("lead_number")
        numbers = [str(row[index]).strip() for row in rows]
        # sudo: a number is unique over all leads, whoever may read them
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        used = {
            lead.lead_number: lead.id
            for lead in leads.search_fetch(
                [("lead_number", "in", list(filter(None, numbers)))], ["lead_number"]
            )
        }
        own_ids = self._get_imported_ids(rows, import_fields)
        errors, seen = [], {}
        for row, number in enumerate(numbers):
            if not number:
                continue
            if number in seen:
                reason = self.env._(
                    "the lead number %(number)s is in row %(other)s, too.",
                    number=number,
                    other=_get_row_number(seen[number], options),
                )
                errors.append((row, index, reason))
            elif used.get(number, own_ids[row]) != own_ids[row]:
                reason = self.env._(
                    "the lead number %(number)s is already used. Leave the cell empty "
                    "to get a new one.",
                    number=number,
                )
                errors.append((row, index, reason))
            seen.setdefault(number, row)
        return errors

    def _get_imported_ids(self, rows, import_fields):
        """Return the id of the lead that each row updates, None for a new lead."""
        if ".id" in import_fields:
            index = import_fields.index(".id")
            return [
                int(row[index]) if str(row[index]).isdigit() else None for row in rows
            ]
        if "id" not in import_fields:
            return [None] * len(rows)
        index = import_fields.index("id")
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        # Odoo keeps the ids of other systems in a module of their own
        xmlids = [
            xmlid if "." in xmlid else f"__import__.{xmlid}"
            for row in rows
            for xmlid in (str(row[index]).strip(),)
        ]
        return [to_id(xmlid, raise_if_not_found=False) or None for xmlid in xmlids]

    # ------------------------------------------------------------------ the cells
    def _forgive_leads(self, rows, import_fields, options):
        """Write the cells of ``rows`` as Odoo reads them.

        :return: list of (row, column, reason) of what cannot be understood
        """
        errors = []
        for index, field_name in enumerate(import_fields):
            column = [row[index] for row in rows]
            parse = self._get_cell_parser(field_name, options, column)
            if not parse:
                continue
            known = {}
            for number, row in enumerate(rows):
                value = row[index]
                if value in ("", None, False):
                    continue
                if value not in known:
                    known[value] = parse(value)
                row[index], reason = known[value]
                if reason:
                    errors.append((number, index, reason))
        return errors

    def _get_cell_parser(self, field_name, options, column):
        """Return a function that turns a value into (value, reason of an error).

        :param column: all values of the column
        """
        field = self.env["crm.lead"]._fields.get(field_name)
        if field is None or field_name == "id":
            return None
        if field_name in (*RATINGS, *SYNONYMS, "lead_status_id", "interest_ids"):
            return self._get_option_parser(field)
        parsers = {
            "date": lambda value: import_parser.parse_date(
                value, options.get("date_format")
            ),
            "boolean": import_parser.parse_boolean,
        }
        if field.type in ("integer", "float", "monetary"):
            sign = import_parser.get_decimal_sign(column) or self._get_decimal_sign()
            parsers[field.type] = partial(import_parser.parse_number, decimal_sign=sign)
        parse = parsers.get(field.type)
        return parse and self._get_plain_parser(field, parse)

    def _get_decimal_sign(self):
        """Return the decimal sign where the numbers of a column do not tell it.

        A spreadsheet gives its numbers with a point. In a text it is that of the
        reader: what Odoo infers of a single 1.125 is only its own default.
        """
        kind = guess_mimetype(self.file or b"")
        if any(word in kind for word in ("sheet", "excel")):
            return "."
        return self.env["res.lang"]._get_data(code=self.env.user.lang).decimal_point

    def _get_plain_parser(self, field, parse):
        def parse_cell(value):
            parsed = parse(value)
            if parsed is not None:
                return parsed, None
            if field.name not in import_parser.COLUMNS:
                return value, None  # a field of others: Odoo says what it thinks
            return value, reasons[field.type](value)

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

    def _get_option_parser(self, field):
        """Return the parser of a field whose options managers keep."""
        options = self._get_lead_options(field)
        by_name = self._group_options_by_name(options, field.name)

        def parse_one(value):
            found = by_name.get(import_parser.normalize(value))
            if not found:
                if field.name in SYNONYMS:
                    return value, None  # Odoo looks further, or offers to create it
                offered = ", ".join(option.display_name for option in options)
                return value, self.env._(
                    "“%(value)s” is not known. Known are: %(options)s.",
                    value=value,
                    options=offered,
                )
            if len(found) > 1:
                return value, self.env._(
                    "“%(value)s” is ambiguous: it is the name of %(count)s options.",
                    value=value,
                    count=len(found),
                )
            return found.display_name, None

        def parse_many(value):
            results = [parse_one(part) for part in import_parser.split_values(value)]
            reasons = " ".join(reason for _value, reason in results if reason)
            return ",".join(name for name, _reason in results), reasons or None

        return parse_many if field.type == "many2many" else parse_one

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
        for name, xmlid in SYNONYMS.get(field_name, {}).items():
            record = self.env.ref(xmlid, raise_if_not_found=False)
            by_name.setdefault(name, record or options.browse())
        return by_name


def _get_row_number(row, options):
    """Return the number of a row as people count: the names of the columns are 1."""
    return row + (2 if options.get("has_headers", True) else 1)
