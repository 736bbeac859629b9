import io
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

from .common import ROOT


def terms(text):
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(text)}


def committed_terms(addon):
    path = Path(ROOT, addon, "i18n", f"{addon}.pot")
    return terms(path.read_text()) if path.exists() else set()


@tagged("post_install", "-at_install")
class TestI18n(TransactionCase):
    def test_committed_terms_are_those_of_a_fresh_export(self):
        for manifest in sorted(ROOT.glob("*/__manifest__.py")):
            addon = manifest.parent.name
            with self.subTest(addon):
                exported = io.BytesIO()
                trans_export(None, [addon], exported, "po", self.env)
                self.assertEqual(
                    committed_terms(addon),
                    terms(exported.getvalue().decode()),
                    "make pot brings them up to date",
                )
