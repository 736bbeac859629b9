import csv

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open

from ...tools import company_names

PAIRS = "lead_energy/tests/data/company_name_pairs.csv"


@tagged("post_install", "-at_install")
class TestCompanyNames(TransactionCase):
    def is_same(self, left, right, *towns):
        return company_names.is_same(
            company_names.parse(left),
            company_names.parse(right),
            company_names.get_town_words(*towns),
        )

    def test_legal_form_umlaut_abbreviation_and_typing_error_are_one_company(self):
        for left, right in (
            ("Müller Solar GmbH", "MUELLER SOLAR"),
            ("Müller Solar G.m.b.H.", "Müller Solar Gesellschaft mit beschränkter"
             " Haftung"),
            ("Stadtw. Jena", "Stadtwerke Jena GmbH"),
            ("SW Jena", "Stadtwerke Jena"),
            ("Gebr. Meier oHG", "Gebrüder Meier"),
            ("Elektro-Technik Krause GmbH & Co. KG", "Elektrotechnik Krause KG"),
            ("Ing.-Büro Kurz", "Ingenieurbüro Kurz"),
            ("Stadwerke Bad Berka", "Stadtwerke Bad Berka GmbH"),
            ("Wohnungsbau-Ges. Celle mbH", "Wohnungsbaugesellschaft Celle"),
            ("Elektro Schulze GmbH", "Elektro Schulze GmbH, Leipzig"),
            ("Maschb. Kellermann", "Kellermann Maschinenbau GmbH"),
            ("Elektr. Burmeister", "Elektro Burmeister"),
            ("SWU Stadtwerke Ulm/Neu-Ulm", "Stadtwerke Ulm / Neu-Ulm GmbH"),
            ("Freudenberger SE & Co. KG a.A.", "Freudenberger KGaA"),
            ("Zimmerei Huckepohl Inh. Jens Huckepohl", "Zimmerei Huckepohl"),
            ("Rechenzentrum Dottenfeld GmbH i.G.", "Rechenzentrum Dottenfeld"),
            ("Weingut Graf v. Seckendorff", "Weingut Graf von Seckendorff"),
            ("Dachdeckermeister Bröker", "Dachdecker Bröker GmbH"),
            ("Verpackungen Deiters", "Deiters Verpackung GmbH"),
            ("Hausverwaltungsgesellschaft Zörner mbH", "Zörner Hausverwaltung"),
            ("H. Lüdeking GmbH", "Lüdeking GmbH"),
            ("E-Technik Vahlbruch", "Elektrotechnik Vahlbruch"),
            ("Lebenshilfe Celle gemeinnützige GmbH", "Lebenshilfe Celle gGmbH"),
        ):  # fmt: skip
            self.assertTrue(self.is_same(left, right), (left, right))

    def test_what_only_looks_alike_is_not_the_same(self):
        for left, right in (
            ("Stadtwerke Landau GmbH", "Stadtwerke Lindau GmbH"),
            ("Stadtwerke", "Stadtwerke Leipzig"),
            ("Stadtwerke Neustadt", "Stadtwerke Neustadt in Holstein"),
            ("Weber GmbH", "Weber Holding GmbH"),
            ("Weber GmbH", "Weber AG"),
            ("Weber GmbH", "Weber GmbH & Co. KG"),
            ("Autohaus Müller", "Bäckerei Müller"),
            ("Elektro Meier", "Elektro Meyer"),
            ("Windpark Nord I GmbH", "Windpark Nord II GmbH"),
            ("Solarpark Kletterbach", "Solarpark Kletterbach 2"),
            ("Metallbau Huber", "Metallbau Hubert"),
            ("Bauer Energie", "Bauern Energie"),
            ("H. Lüdeking GmbH", "W. Lüdeking GmbH"),
            ("H. Müller GmbH", "Müller GmbH"),
            ("EWR Netz GmbH", "EWE Netz GmbH"),
            ("Bau Baumann", "Baumann"),
            ("", ""),
            ("GmbH", "GmbH"),
        ):
            self.assertFalse(self.is_same(left, right), (left, right))

    def test_the_town_of_the_address_may_be_in_the_name(self):
        names = ("Elektro Schulze", "Elektro Schulze Xyz")
        self.assertFalse(self.is_same(*names))
        self.assertTrue(self.is_same(*names, "Xyz"))

    def test_the_best_candidate_of_500_pairs(self):
        """All companies are in the database; each name looks for its own."""
        with file_open(PAIRS) as file:
            pairs = list(csv.DictReader(file))
        self.assertEqual(len(pairs), 500)
        self.assertEqual(sum(pair["same"] == "1" for pair in pairs), 250)
        partners = self.env["res.partner"].create(
            [{"name": pair["right"], "is_company": True} for pair in pairs]
        )
        leads = self.env["crm.lead"].create(
            [{"name": "Lead", "partner_name": pair["left"]} for pair in pairs]
        )
        candidates = leads._find_company_candidates()
        found, right, wrong = 0, 0, []
        for pair, partner, lead in zip(pairs, partners, leads, strict=True):
            best = next((c for c in candidates[lead] if c.is_certain), None)
            if not best:
                continue
            found += 1
            if best.partner.id == partner.id and pair["same"] == "1":
                right += 1
            else:
                wrong.append(f"{pair['left']} -> {best.partner.name}")
        precision, recall = right / found, right / 250
        # shown by pytest -s: the figures, beside the verdict
        print(  # pylint: disable=print-used
            f"\ncompany names: precision {precision:.3f}, recall {recall:.3f}"
        )
        self.assertGreaterEqual(precision, 0.98, wrong)
        self.assertGreaterEqual(recall, 0.9)
