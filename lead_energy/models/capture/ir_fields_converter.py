from odoo import api, models

from ..context import told


class IrFieldsConverter(models.AbstractModel):
    """Looks a name up once a file, not once a cell."""

    _inherit = "ir.fields.converter"

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        file = told(self.env, "import_file")
        if not file or model._name != "crm.lead":
            return super().db_id_for(model, field, subfield, value, savepoint)
        key = (field.name, subfield, value)
        if key in file.found:
            return file.found[key], []
        found, warnings = super().db_id_for(model, field, subfield, value, savepoint)
        if found and not warnings:
            file.found[key] = found
        return found, warnings
