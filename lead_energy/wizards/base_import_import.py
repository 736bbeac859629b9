import csv
import io

from odoo import api, models

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..models.context import tell, told
from ..tools import import_columns, import_parser, import_reader
from ..tools.lead_file import CellFault, LeadFile

# a file of up to so many rows is imported as a whole, or not at all
WHOLE_FILE_ROWS = 5000
# a message that is about many rows names so many of them
NAMED_ROWS = 5


class BaseImportImport(models.TransientModel):
    """Import of leads that forgives spelling and is exact about the rest.

    COLUMNS are recognised by their German and English names and by those of other
    systems. CELLS are understood as people write them. What cannot be understood is
    named by row, column and value, once a value, for the whole file at once, and then
    nothing of the file is written.
    """

    _inherit = "base_import.import"

    # ------------------------------------------------------------------- columns
    @api.model
    def get_fields_tree(self, model, depth=3):
        tree = super().get_fields_tree(model, depth=depth)
        if model == "crm.lead":
            for field in tree:
                # the screen does not offer to create what it could not
                field["no_create"] = self._is_option_kept(field["name"])
        return tree

    def _get_mapping_suggestions(self, headers, header_types, fields_tree):
        if self.res_model != "crm.lead":
            return super()._get_mapping_suggestions(headers, header_types, fields_tree)
        wizard = tell(self, import_columns=import_columns.match_columns(headers))
        return super(BaseImportImport, wizard)._get_mapping_suggestions(
            headers, header_types, fields_tree
        )

    def _get_mapping_suggestion(
        self, header, fields_tree, header_types, mapping_fields
    ):
        names = {field["name"] for field in fields_tree}
        # sub-fields have a tree of their own
        is_lead = self.res_model == "crm.lead" and "lead_number" in names
        if is_lead and not mapping_fields.get(header.lower()):
            matches = told(self.env, "import_columns")
            if matches is None:
                matches = import_columns.match_columns([header])
            if match := matches.get(header):
                if match.field_name is None:
                    return {}
                if match.field_name in names:
                    return {
                        "field_path": [match.field_name],
                        "distance": match.distance,
                    }
        return super()._get_mapping_suggestion(
            header, fields_tree, header_types, mapping_fields
        )

    def _deduplicate_mapping_suggestions(self, mapping_suggestions):
        """Keep all parts of a name: together they are the contact."""
        parts = {
            key: suggestion
            for key, suggestion in mapping_suggestions.items()
            if self.res_model == "crm.lead"
            and suggestion
            and suggestion["field_path"] == ["contact_name"]
            and import_columns.get_name_part(key[1]) is not None
        }
        result = super()._deduplicate_mapping_suggestions(mapping_suggestions)
        if not parts.keys().isdisjoint(mapping_suggestions):
            mapping_suggestions.update(parts)
        return result

    # ---------------------------------------------------------------- the file
    def _read_csv(self, options):
        if self.res_model == "crm.lead" and not options.get("encoding"):
            options["encoding"] = import_parser.guess_encoding(self.file or b"")
        return super()._read_csv(options)

    def _read_xlsx(self, options):
        if self.res_model != "crm.lead":
            return super()._read_xlsx(options)
        rows = self._read_xlsx_rows(options)
        return len(rows), list(filter(import_reader.is_filled, rows))

    def _read_xlsx_rows(self, options):
        try:
            sheets, sheet, rows = import_reader.read_xlsx(
                self.file or b"", options.get("sheet")
            )
        except import_reader.CellError as error:
            raise ImportValidationError(
                self.env._(
                    "Row %(row)s, column %(column)s shows the error %(value)s. "
                    "Correct or empty the cell and load the file again.",
                    row=error.row,
                    column=error.column,
                    value=error.value,
                )
            ) from error
        options.update(sheets=sheets, sheet=sheet)
        return rows

    def _read_xls_book(self, book, sheet_name):
        length, rows = super()._read_xls_book(book, sheet_name)
        if self.res_model != "crm.lead":
            return length, rows
        sheet = book.sheet_by_name(sheet_name)
        filled = filter(import_reader.is_filled, map(sheet.row_values, range(length)))
        for row, values in zip(rows, filled, strict=True):
            for index, value in enumerate(values):
                if isinstance(value, float) and isinstance(row[index], str):
                    row[index] = import_parser.NumberCell(row[index])
        return length, rows

    def _locate_rows(self, file, fields, options):
        """Find the rows and headers of ``file`` as people see them.

        Only messages need it, so the file is read again for them.
        """
        indices = [index for index, field in enumerate(fields) if field]
        numbered = [
            (number, row)
            for number, row in enumerate(self._read_all_rows(options), 1)
            if import_reader.is_filled(row)
        ]
        if options.get("has_headers"):
            (_number, headers), *numbered = numbered
            file.columns = [str(headers[index]).strip() for index in indices]
        file.numbers = [
            number for number, row in numbered if any(row[i] for i in indices)
        ][file.skip :]

    def _read_all_rows(self, options):
        """Return all rows of the file, the empty ones included where they count."""
        if (self.file or b"").startswith(b"PK") and options.get("sheet"):
            return self._read_xlsx_rows(dict(options))
        _length, rows = self._read_file(options)
        if options.get("sheet"):
            return rows  # the old format: a row is where it stands among the others
        text = (self.file or b"").decode(options["encoding"])
        return csv.reader(
            io.StringIO(text),
            quotechar=options["quoting"],
            delimiter=options.get("separator") or ",",
        )

    # --------------------------------------------------------------- the import
    def execute_import(self, fields, columns, options, dryrun=False):
        execute = super().execute_import
        if self.res_model != "crm.lead" or not any(fields):
            return execute(fields, columns, options, dryrun=dryrun)
        try:
            file = self._read_lead_file(fields, columns, options)
        except ImportValidationError:
            # Odoo says itself why it refuses the file
            return execute(fields, columns, options, dryrun=dryrun)
        if file.faults:
            messages = self._prepare_fault_messages(file, fields, options)
            return {"ids": False, "messages": messages, "nextrow": 0, "name": []}
        if len(file.rows) <= WHOLE_FILE_ROWS and not file.skip:
            options = {**options, "limit": None}
        wizard = tell(self, import_file=file)
        result = super(BaseImportImport, wizard).execute_import(
            fields, columns, options, dryrun=dryrun
        )
        if result["messages"]:
            result["messages"] = self._complete_messages(
                result["messages"], file, fields, options
            )
        return result

    @api.model
    def _convert_import_data(self, fields, options):
        if file := told(self.env, "import_file"):
            return file.rows, file.fields
        return super()._convert_import_data(fields, options)

    def _parse_import_data(self, data, import_fields, options):
        if told(self.env, "import_file"):
            # as `_read_lead_file` has written them
            options["date_format"] = "%Y-%m-%d"
            options["float_thousand_separator"] = " "
            options["float_decimal_separator"] = "."
        return super()._parse_import_data(data, import_fields, options)

    def _read_lead_file(self, fields, columns, options):
        """Return the rows that are still to import, parsed and checked."""
        rows, import_fields = self._convert_import_data(fields, options)
        pairs = zip(fields, columns, strict=False)
        file = LeadFile(
            rows=rows,
            fields=import_fields,
            columns=[column or field for field, column in pairs if field],
            skip=options.get("skip") or 0,
        )
        self._order_name_parts(file)
        self._parse_cells(file, options)
        self._check_lead_numbers(file, fields, options)
        return file

    @api.model
    def _order_name_parts(self, file):
        """Put the first name first, in whatever order the file has the parts."""
        places = [i for i, name in enumerate(file.fields) if name == "contact_name"]
        get_part = import_columns.get_name_part
        parts = [get_part(file.columns[place]) for place in places]
        if None in parts or parts == sorted(parts):
            return
        ordered = sorted(places, key=lambda place: get_part(file.columns[place]))
        for row in file.rows:
            values = [row[place] for place in ordered]
            for place, value in zip(places, values, strict=True):
                row[place] = value

    def _check_lead_numbers(self, file, fields, options):
        """Add the faults of numbers that another lead or row has."""
        if "lead_number" not in file.fields:
            return
        index = file.fields.index("lead_number")
        numbers = [str(row[index]).strip() for row in file.rows]
        # sudo: a number is unique over all leads, whoever may read them
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        used = {
            lead.lead_number: lead.id
            for lead in leads.search_fetch(
                [("lead_number", "in", list(filter(None, numbers)))], ["lead_number"]
            )
        }
        own_ids = self._get_imported_ids(file.rows, file.fields)
        seen, twice = {}, []
        for row, number in enumerate(numbers):
            if number in seen:
                twice.append((row, number))
            elif number and used.get(number, own_ids[row]) != own_ids[row]:
                reason = self.env._(
                    "the lead number %(number)s is already used. Leave the cell empty "
                    "to get a new one.",
                    number=number,
                )
                file.faults.append(CellFault(row, index, reason))
            if number:
                seen.setdefault(number, row)
        if twice:
            self._locate_rows(file, fields, options)
        for row, number in twice:
            reason = self.env._(
                "the lead number %(number)s is in row %(other)s, too.",
                number=number,
                other=file.numbers[seen[number]],
            )
            file.faults.append(CellFault(row, index, reason))

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

    # ------------------------------------------------------------- the messages
    def _prepare_fault_messages(self, file, fields, options):
        """Return the messages of what cannot be understood, one a value."""
        self._locate_rows(file, fields, options)
        rows_by_fault = {}
        for fault in sorted(file.faults):
            key = (fault.column, fault.reason)
            rows_by_fault.setdefault(key, []).append(fault.row)
        return [
            self._prepare_message(file, rows, reason, file.fields[index])
            for (index, reason), rows in rows_by_fault.items()
        ]

    def _complete_messages(self, messages, file, fields, options):
        """Return Odoo's messages, each with its rows, those of one cause as one."""
        self._locate_rows(file, fields, options)
        complete, rows_by_cause = [], {}
        first, *others = messages
        if (
            first["message"] in (message["message"] for message in others)
            and not first.get("field")
            and first.get("rows", {}).get("from") not in file.refused
        ):
            # of all rows together, told of the first; the others say whose it is
            messages = others
        for message in messages:
            if not message.get("rows"):
                complete.append(message)
                continue
            path = message.get("field_path") or [message.get("field") or ""]
            cause = (message["type"], message["message"], "/".join(path))
            _first, rows = rows_by_cause.setdefault(cause, (message, []))
            rows.append(message["rows"]["from"])
        for (_type, reason, field), (message, rows) in rows_by_cause.items():
            whole = self._prepare_message(file, rows, reason, field)
            complete.append({**message, **whole, "type": message["type"]})
        return complete

    def _prepare_message(self, file, rows, reason, field_name):
        """Return what the screen shows: it needs no more than the text.

        :param rows: the places of the rows in ``file``
        """
        columns = dict(zip(file.fields, file.columns, strict=True))
        column = columns.get(field_name)
        message = {
            "type": "error",
            "message": self._describe_fault(
                [file.numbers[row] for row in rows], column, reason
            ),
            "record": rows[0] + file.skip,
            "rows": {"from": rows[0] + file.skip, "to": rows[-1] + file.skip},
            "field": field_name or False,
            "is_complete": True,
        }
        if column:
            message.update(field_name=column, field_path=field_name.split("/"))
        return message

    def _describe_fault(self, numbers, column, reason):
        named = ", ".join(map(str, numbers[:NAMED_ROWS]))
        if len(numbers) == 1:
            place = self.env._("Row %(row)s", row=named)
        elif len(numbers) <= NAMED_ROWS:
            place = self.env._("Rows %(rows)s", rows=named)
        else:
            place = self.env._(
                "Rows %(rows)s and %(count)s more",
                rows=named,
                count=len(numbers) - NAMED_ROWS,
            )
        if not column:
            return self.env._("%(place)s: %(reason)s", place=place, reason=reason)
        return self.env._(
            "%(place)s, column “%(column)s”: %(reason)s",
            place=place,
            column=column,
            reason=reason,
        )
