from odoo import fields, models


class ConversionUnderWay:
    """A conversion from its first step to its record, of one or many leads.

    It travels in the context (see ``..context``), so that whatever is called on the
    way knows that it is part of a conversion, and can add what it did.

    :ivar kind: what is made of the leads: 'opportunity', 'partner', or 'undo'
    :ivar date: when it started
    :ivar before: {lead id: {field: value}} of what the leads were then
    :ivar predicted: ids of the leads whose probability was Odoo's prediction
    :ivar created: {lead id: [[model, id]]} of what was created for each lead
    :ivar filled: [[id of partner, {field: [before, after]}]] of what was written on
        partners that existed
    :ivar started: ids of contacts who got their first lead status by it
    :ivar is_over: it is through; what follows in its context is no part of it
    """

    def __init__(self, kind, date, before=None):
        self.kind = kind
        self.date = date
        self.before = before or {}
        self.predicted = set()
        self.created = {}
        self.filled = []
        self.started = set()
        self.is_over = False

    def note_created(self, lead, record):
        """Remember that ``record`` was created for a lead."""
        self.created.setdefault(lead.id, []).append([record._name, record.id])

    def get_created_ids(self, model):
        """Return the ids of what was created of a model, for all leads together."""
        refs = [ref for refs in self.created.values() for ref in refs]
        return [res_id for name, res_id in refs if name == model]


def to_json(value):
    """Return a value of a field as JSON can hold it, and an undo can write it."""
    if isinstance(value, models.BaseModel):
        return value.id
    if isinstance(value, str | int | float | bool | dict | list | None):
        return value
    return fields.Datetime.to_string(value) if hasattr(value, "hour") else str(value)
