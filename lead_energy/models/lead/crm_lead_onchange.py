from odoo import models


class CrmLead(models.Model):
    """A form of a saved lead asks only for what a change can move.

    Odoo reads every field of the form, before and after each change, to tell which
    are others. The form of a lead has over a hundred, and most of them follow from
    nothing that is typed there.
    """

    _inherit = "crm.lead"

    def onchange(self, values, field_names, fields_spec):
        if self and field_names:
            fields_spec = self._get_following(field_names, fields_spec)
        return super().onchange(values, field_names, fields_spec)

    def _get_following(self, field_names, fields_spec):
        """Return the part of ``fields_spec`` that can follow from a change.

        That is all of it, where a method of ours or of Odoo's is called on a change:
        such a method may set anything.
        """
        changed = [self._fields[name] for name in field_names if name in self._fields]
        following = {*changed}.union(*map(self.pool.get_dependent_fields, changed))
        names = {field.name for field in following if field.model_name == self._name}
        if not names.isdisjoint(self._onchange_methods):
            return fields_spec
        others = {field.model_name for field in following} - {self._name}
        return {
            name: spec
            for name, spec in fields_spec.items()
            # of lines that depend on the lead, too
            if name in names or self._fields[name].comodel_name in others
        }
