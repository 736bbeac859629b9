"""What our own code tells along the way, in the context of an environment.

A client sends a context, too, but of what JSON and XML-RPC know: never a ``_Told``.
So nothing in here can be imitated, whatever the key. Whoever puts something into a
context calls :func:`tell`, and who wants to know it :func:`told`; there is no other
key of ours.
"""

from dataclasses import dataclass

PREFIX = "lead_energy."
KEYS = {
    "conversion": "the ConversionUnderWay that this is part of, or that is through",
    "caused_by": "the id of the user by whose doing the system sets a status",
    "by_system": "nobody chose the status: it follows from something that happened",
    "is_new": "the lead is being created, and its first status will be logged",
    "system_values": "what is written comes from our own code, not from a client",
    "undo_move": "a move on the board is taken back, with the days it had",
    "closed_status_id": "the status that the dialog of a loss asked for",
    "rework_due": "the day has come: the activity stays, to remind of the lead",
    "score_update": "the qualification follows the score",
    "score_quiet": "nobody is told of what the score changes",
    "score_install": "leads are scored for the first time, by statements alone",
    "score_publishing": "a score model is published or updated",
    "import_file": "the LeadFile whose rows are imported",
    "import_columns": "what the headers of the file that is imported stand for",
}


@dataclass(frozen=True)
class _Told:
    """A value in a context that only our own code can have put there."""

    value: object


def tell(records, **values):
    """Return the records in an environment that tells ``values``.

    :param values: by the keys of ``KEYS``; None takes back what was told
    :raise KeyError: a key that is not listed
    """
    return records.with_context(
        **{_get_name(key): _Told(value) for key, value in values.items()}
    )


def told(env, key):
    """Return what was told by a key of ``KEYS``, None if nothing was.

    :raise KeyError: a key that is not listed
    """
    item = env.context.get(_get_name(key))
    return item.value if isinstance(item, _Told) else None


def _get_name(key):
    if key not in KEYS:
        raise KeyError(f"{key} is not among the keys of the context")
    return PREFIX + key
