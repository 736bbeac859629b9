from ..common import LeadEnergyCommon

OPTIONS = {"quoting": '"', "separator": ";", "has_headers": True, "limit": 2000}


class ImportCase(LeadEnergyCommon):
    """Imports as the screen does: preview, then what it suggests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        modules = cls.env["ir.module.module"].search(
            [("name", "in", ("lead_energy", "base", "crm"))]
        )
        modules._update_translations(["de_DE"])
        cls.env.company.country_id = cls.env.ref("base.de")

    options = OPTIONS

    def prepare(self, content, name="leads.csv", lang="en_US"):
        self.env.user.sudo().lang = lang
        if isinstance(content, str):
            content = content.encode()
        return (
            self.env["base_import.import"]
            .with_context(lang=lang, default_type="lead")
            .create({"res_model": "crm.lead", "file": content, "file_name": name})
        )

    def preview(self, wizard, **options):
        """Return (field of each column, headers, options) as the preview has them."""
        preview = wizard.parse_preview({**OPTIONS, **options})
        self.assertNotIn("error", preview)
        fields = [
            "/".join(preview["matches"].get(index, [])) or False
            for index in range(len(preview["headers"]))
        ]
        return fields, preview["headers"], {**options, **preview["options"]}

    def run_import(self, wizard, dryrun=False, **options):
        """Import what the preview suggests, nothing chosen."""
        fields, headers, options = self.preview(wizard, **options)
        columns = [header.strip().lower() for header in headers]
        result = wizard.execute_import(fields, columns, options, dryrun=dryrun)
        return fields, result

    def import_leads(self, content, **options):
        """Test, then import; both must find nothing to complain about."""
        lang = options.pop("lang", "en_US")
        wizard = self.prepare(content, options.pop("name", "leads.csv"), lang)
        for dryrun in (True, False):
            _fields, result = self.run_import(wizard, dryrun, **options)
            self.assertFalse(result["messages"])
        return self.env["crm.lead"].browse(result["ids"])
