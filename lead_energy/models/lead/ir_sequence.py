from odoo import models
from odoo.tools import SQL


class IrSequence(models.Model):
    """Draw many numbers at once, so that a batch of leads costs one query."""

    _inherit = "ir.sequence"

    def _next_many(self, count):
        """Return the next ``count`` numbers of this sequence, formatted.

        :param int count: how many numbers to draw
        :return: list of str, in ascending order
        """
        self.ensure_one()
        if self.implementation != "standard" or self.use_date_range:
            return [self._next() for _index in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{self.id:03d}",
                count,
            )
        )
        return [self.get_next_char(number) for (number,) in rows]
