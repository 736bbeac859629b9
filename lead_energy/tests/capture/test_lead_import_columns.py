from datetime import date

from odoo.tests import BaseCase, tagged, users

from ...tools import import_columns, import_parser
from .common import ImportCase

SALESFORCE = (
    "Id,Lead Owner,First Name,Last Name,Company,Title,Email,Phone,LeadSource,"
    "Industry,City,Country\n"
    "00Q5g00000AbCdE,Somebody Else,Erika,Muster,Muster AG,Operations Manager,"
    "e.muster@example.com,+49 30 1234567,Website,Manufacturing,Berlin,Germany\n"
)
HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Job Title,"
    "Company Name,Postal Code,City,Country/Region,Website URL\n"
    "151,Erika,Muster,e.muster@example.com,+49 30 1234567,Somebody Else,"
    "Operations Manager,Muster AG,10115,Berlin,Germany,muster.example\n"
)
ZOHO = (
    "Record Id,Lead Owner,Lead Owner.id,Company,First Name,Last Name,Lead Name,Title,"
    "Email,Mobile,Phone,Zip Code,City,Country,Description\n"
    "zcrm_5,Somebody Else,zcrm_1,Muster AG,Erika,Muster,Erika Muster,"
    "Operations Manager,e.muster@example.com,0171 1,+49 30 1234567,10115,Berlin,"
    "Germany,Met\n"
)
OUTLOOK = (
    "Anrede,Vorname,Weitere Vornamen,Nachname,Suffix,Firma,Abteilung,Position,"
    "Straße geschäftlich,Ort geschäftlich,Postleitzahl geschäftlich,"
    "Land/Region geschäftlich,Ort privat,Telefon geschäftlich,Telefon privat,"
    "E-Mail-Adresse,E-Mail-Typ,E-Mail: Angezeigter Name,Kategorien,Notizen\n"
    "Frau,Erika,,Muster,,Muster AG,Werk 1,Operations Manager,Weg 1,Berlin,10115,"
    "Deutschland,Potsdam,+49 30 1234567,+49 331 1,e.muster@example.com,SMTP,"
    "Erika Muster (Werk 1),Kunde,Met\n"
)
GOOGLE = (
    "Name,Given Name,Additional Name,Family Name,Name Prefix,Group Membership,"
    "E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,"
    "Address 1 - City,Address 1 - Postal Code,Address 1 - Country,"
    "Organization 1 - Name,Organization 1 - Title,Notes\n"
    "Erika Muster,Erika,,Muster,Dr.,* myContacts,Work,e.muster@example.com,Work,"
    "+49 30 1234567,Berlin,10115,Germany,Muster AG,Operations Manager,Met\n"
)
GOOGLE_NEW = (
    "First Name,Middle Name,Last Name,File As,Organization Name,Organization Title,"
    "Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,"
    "Address 1 - City,Address 1 - Country\n"
    "Erika,,Muster,Muster,Muster AG,Operations Manager,* myContacts,Work,"
    "e.muster@example.com,Work,+49 30 1234567,Berlin,DE\n"
)
EXPORTS = {
    "Salesforce": SALESFORCE,
    "HubSpot": HUBSPOT,
    "Zoho": ZOHO,
    "Outlook": OUTLOOK,
    "Google": GOOGLE,
    "Google, today": GOOGLE_NEW,
}


@tagged("post_install", "-at_install")
class TestLeadImportColumns(ImportCase):
    @users("energy_rep", "energy_manager")
    def test_contacts_of_other_systems_become_leads(self):
        for lang in ("en_US", "de_DE"):
            for system, content in EXPORTS.items():
                with self.subTest(system, lang=lang):
                    lead = self.import_leads(content, separator=",", lang=lang)
                    self.assertRecordValues(
                        lead,
                        [
                            {
                                "name": "Muster AG",
                                "partner_name": "Muster AG",
                                "contact_name": "Erika Muster",
                                "function": "Operations Manager",
                                "email_from": "e.muster@example.com",
                                "phone": "+49 30 1234567",
                                "city": "Berlin",
                                "country_id": self.env.ref("base.de").id,
                                "user_id": self.env.uid,
                            }
                        ],
                    )
                    # nothing of theirs became an id of ours
                    self.assertFalse(lead.get_external_id()[lead.id])

    @users("energy_rep")
    def test_a_second_import_takes_both_names_again(self):
        for _time in range(2):
            lead = self.import_leads(SALESFORCE, separator=",")
            self.assertEqual(lead.contact_name, "Erika Muster")

    @users("energy_rep")
    def test_the_first_name_comes_first_in_any_order(self):
        lead = self.import_leads("Nachname;Firma;Vorname\nMuster;A AG;Erika\n")
        self.assertEqual(lead.contact_name, "Erika Muster")

    @users("energy_rep")
    def test_a_column_once_left_out_is_suggested_again(self):
        wizard = self.prepare("Betreff;Firma\nA;B\n")
        wizard.execute_import(["name", False], ["betreff", "firma"], {**self.options})
        fields, _headers, _options = self.preview(self.prepare("Betreff;Firma\nA;B\n"))
        self.assertEqual(fields, ["name", "partner_name"])

    @users("energy_rep")
    def test_industry_source_and_country_are_found_in_any_language(self):
        self.env["utm.source"].sudo().create({"name": "Referral"})
        industries = self.env["res.partner.industry"].sudo()
        industry = industries.create({"name": "Cold storage"})
        industry.with_context(lang="de_DE").name = "Kühlhäuser"
        models = ("res.partner.industry", "utm.source", "res.country")
        before = [self.env[model].search_count([]) for model in models]
        for lang in ("en_US", "de_DE"):
            leads = self.import_leads(
                "Betreff;Branche;Quelle;Land\n"
                "A;Cold storage;referral;Germany\n"
                "B;KÜHLHÄUSER;REFERRAL;Deutschland\n"
                "C;kühlhäuser;Referral;de\n",
                lang=lang,
                name_create_enabled_fields={"industry_id": True, "source_id": True},
            )
            self.assertEqual(leads.industry_id, industry)
            self.assertEqual(leads.source_id.name, "Referral")
            self.assertEqual(leads.country_id, self.env.ref("base.de"))
            self.assertTrue(all(lead.industry_id for lead in leads))
        after = [self.env[model].search_count([]) for model in models]
        self.assertEqual(after, before)

    @users("energy_manager")
    def test_a_new_source_in_two_spellings_is_made_once(self):
        leads = self.import_leads(
            "Betreff;Quelle\nA;Podcast\nB;PODCAST\nC;podcast \n",
            name_create_enabled_fields={"source_id": True},
        )
        self.assertEqual(leads.source_id.mapped("name"), ["Podcast"])

    @users("energy_rep")
    def test_the_words_of_the_cursor_mask(self):
        lead = self.import_leads(
            "Unternehmen;Einfluss;Opt-in anfragen;Interessensschwerpunkte;Folgetermin;"
            "Firmenanschrift;Firmenort;Anmerkungen;MaStR-Nr.\n"
            "A AG;Entscheidungsträger;ja;Smart-Home-Produkte, Windkraft;31.12.2026;"
            "Weg 1;Köln;Größe < 5 kW;SEE900000000001\n"
        )
        self.assertRecordValues(
            lead,
            [
                {
                    "influence_id": self.decision_maker.id,
                    "request_opt_in": True,
                    "street": "Weg 1",
                    "city": "Köln",
                    "mastr_id": "SEE900000000001",
                }
            ],
        )
        self.assertEqual(len(lead.interest_ids), 2)
        self.assertIn("Größe &lt; 5 kW", lead.description)

    @users("energy_rep")
    def test_the_whole_mask_is_understood_in_either_language(self):
        rita = self.env.user.name
        cells = {
            "Leadnummer": "L-77",
            "Unternehmen": "Muster AG",
            "Kontakt": "Erika Muster",
            "Mitarbeiter für den Termin": rita,
            "Nachbetreuung durch": rita,
            "Nachbetreuung bis": "30.6.2027",
            "Funktion": "Einkauf",
            "Einfluss": "Beeinflusser",
            "Größe": "1 bis 9 Mitarbeiter",
            "Bedarf": "Dringender Bedarf",
            "Quelle": "Messe",
            "Volumen": "Bis 10.000 EUR",
            "Interessensschwerpunkte": "Photovoltaik, Batteriespeichersysteme",
            "Infomaterial senden": "Ja",
            "Opt-in anfragen": "x",
            "Termin vereinbaren": "Nein",
            "Folgetermin": "31.12.26",
            "Notizen": "Standgespräch",
            "Status": "Kontaktiert",
        }
        content = "\n".join(";".join(part) for part in (cells, cells.values()))
        xmlids = {
            "influence_id": "influence_influencer",
            "company_size_id": "company_size_micro",
            "need_id": "need_urgent",
            "source_id": "source_fair",
            "volume_id": "volume_xs",
            "lead_status_id": "status_contacted",
        }
        for lang in ("en_US", "de_DE"):
            with self.subTest(lang):
                lead = self.import_leads(content.replace("-77", lang), lang=lang)
                self.assertRecordValues(
                    lead,
                    [
                        {
                            "lead_number": f"L{lang}",
                            "name": "Muster AG",
                            "contact_name": "Erika Muster",
                            "function": "Einkauf",
                            "appointment_user_id": self.env.uid,
                            "follow_up_user_id": self.env.uid,
                            "follow_up_until": date(2027, 6, 30),
                            "next_contact_date": date(2026, 12, 31),
                            "send_info_material": True,
                            "request_opt_in": True,
                            "arrange_appointment": False,
                            **{
                                name: self.env.ref(f"lead_energy.{xmlid}").id
                                for name, xmlid in xmlids.items()
                            },
                        }
                    ],
                )
                self.assertEqual(len(lead.interest_ids), 2)
                self.assertIn("Standgespräch", lead.description)

    @users("energy_rep")
    def test_every_known_word_is_the_value_that_it_means(self):
        wizard = self.prepare("Betreff\nA\n")
        leads = self.env["crm.lead"]
        for row in import_columns.read_table("import_values.csv"):
            with self.subTest(**row):
                field = leads._fields[row["field"]]
                by_name = wizard._group_options_by_name(
                    wizard._get_lead_options(field), field.name
                )
                found = by_name[import_parser.normalize(row["value"])]
                self.assertEqual(found, self.env.ref(row["record"]))

    @users("energy_rep")
    def test_small_files_of_other_programs(self):
        outlook = (
            "Vorname;Nachname;Firma;Mobiltelefon;Notizen;Wiedervorlage\r\n"
            "Jörg;Müller;Muster AG;0171 5550000;"
            '"Zeile 1\r\nZeile ""2""";31.12.2026\r\n'
        )
        for encoding in ("windows-1252", "cp850", "utf-8"):
            with self.subTest(encoding):
                lead = self.import_leads(outlook.encode(encoding), lang="de_DE")
                self.assertRecordValues(
                    lead,
                    [
                        {
                            "name": "Muster AG",
                            "contact_name": "Jörg Müller",
                            "phone": "0171 5550000",
                            "next_contact_date": date(2026, 12, 31),
                        }
                    ],
                )
                self.assertIn('Zeile 1<br>Zeile "2"', lead.description)
        industry = self.env.ref("base.res_partner_industry_C")
        for lang in ("en_US", "de_DE"):
            content = "Betreff,Firma,Branche\nA,Test1,Manufacturing\n"
            lead = self.import_leads(content, separator=",", lang=lang)
            self.assertEqual(lead.industry_id, industry)

    @users("energy_rep")
    def test_no_header_takes_a_column_of_an_export_of_odoo(self):
        """What Odoo calls a field itself, in both languages, means that field."""
        for lang in ("en_US", "de_DE"):
            tree = self.prepare("A\nB", lang=lang).get_fields_tree("crm.lead")
            labels = {field["string"] for field in tree}
            matches = import_columns.match_columns([*labels, "Unternehmensname"])
            for label in labels & matches.keys():
                names = [field["name"] for field in tree if field["string"] == label]
                with self.subTest(label, lang=lang):
                    if names == ["partner_id"] and lang == "de_DE":
                        continue  # "Kontakt" is a person's name in a list
                    if names == ["phone_mobile_search"]:
                        continue  # searches, and takes nothing
                    self.assertIn(matches[label].field_name, names)


class TestImportColumns(BaseCase):
    def test_a_title_is_a_function_only_beside_a_person(self):
        def match(*headers):
            return import_columns.match_columns(list(headers))["Title"].field_name

        self.assertEqual(match("Title"), "name")
        self.assertEqual(match("Title", "Last Name"), "function")
        self.assertIsNone(match("Title", "First Name", "Job Title"))

    def test_a_whole_name_goes_before_its_parts(self):
        matches = import_columns.match_columns(["Ansprechpartner", "Vorname", "Name"])
        self.assertEqual(matches["Ansprechpartner"].field_name, "contact_name")
        self.assertIsNone(matches["Vorname"].field_name)
        self.assertNotIn("Name", import_columns.match_columns(["Name", "Firma"]))

    def test_every_header_means_one_thing(self):
        seen = {}
        for row in import_columns.read_table("import_columns.csv"):
            key = import_columns.column_key(row["header"])
            self.assertNotIn(key, seen)
            seen[key] = row["field"]

    def test_the_likelier_of_two_columns_is_taken(self):
        matches = import_columns.match_columns(["Mobile", "Phone"])
        self.assertLess(matches["Phone"].distance, matches["Mobile"].distance)

    def test_valid_utf_8_is_utf_8_then_letters_tell(self):
        text = "Betreff;Firma\nA;Müller\n"
        for encoding in ("utf-8", "utf-8-sig", "windows-1252", "cp850"):
            with self.subTest(encoding):
                guessed = import_parser.guess_encoding(text.encode(encoding))
                self.assertEqual(guessed, encoding)
        self.assertIsNone(import_parser.guess_encoding(text.encode("utf-16")))
        self.assertIsNone(import_parser.guess_encoding("Łódź".encode("cp1250")))
