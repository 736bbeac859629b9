"""Which of our fields only the system writes, whatever a client sends."""

from odoo import api, models
from odoo.tools import ormcache

from .context import told

OWNER = "lead_energy"


def is_of_system(field):
    """Return whether a field is one of ours that nobody writes by hand.

    These are the read-only ones: what is computed, and what records what happened.
    """
    return (
        field.readonly
        and field._modules[:1] == (OWNER,)
        and field.name not in models.MAGIC_COLUMNS
    )


def get_system_names(model):
    """Return the names of the fields of a model that only the system writes."""
    return frozenset(n for n, field in model._fields.items() if is_of_system(field))


def without_system_values(model, vals, names):
    """Return values without what only the system writes; clients may send it.

    A form or an exported file holds such values, too, so nobody is told.

    :param names: what :func:`get_system_names` gave
    """
    if model.env.su or told(model.env, "system_values") or names.isdisjoint(vals):
        return vals
    return {name: value for name, value in vals.items() if name not in names}


def without_system_defaults(model, names):
    """Return the model with a context that holds no default of what ``names`` say."""
    keys = {f"default_{name}" for name in names}
    if keys.isdisjoint(model.env.context):
        return model
    kept = {k: v for k, v in model.env.context.items() if k not in keys}
    return model.with_env(model.env(context=kept))


class CrmLeadSystemValues(models.AbstractModel):
    """A model of which clients may write records, but not what the system says there.

    A lead has the same steps in the order of its own ``create`` and ``write``.
    """

    _name = "crm.lead.system.values"
    _description = "Values of the System"

    @api.model_create_multi
    def create(self, vals_list):
        names = self._get_system_names()
        vals_list = [without_system_values(self, vals, names) for vals in vals_list]
        model = without_system_defaults(self, names)
        records = super(CrmLeadSystemValues, model).create(vals_list)
        return records.with_env(self.env)

    def write(self, vals):
        return super().write(
            without_system_values(self, vals, self._get_system_names())
        )

    @api.model
    @ormcache()
    def _get_system_names(self):
        return get_system_names(self)
