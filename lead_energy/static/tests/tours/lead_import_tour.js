import { waitFor } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const FAULTS = [
    "Betreff;Firma;Einfluss;Status;Folgetermin;MaLo-ID",
    "Anfrage Speicher;Muster AG;Entscheider;Neu;31.12.2026;",
    "Anfrage PV;Beispiel GmbH;Chef;In Arbeit;31.02.2026;",
    "Anfrage Wind;Probe KG;Chef;Offen;;",
    "Anfrage Dach;Probe KG;Boss;Neu;;",
    "Anfrage Keller;Probe KG;;;;12",
];
const MANY = ["Betreff;Interessen;Straße"];
for (let number = 0; number < 120; number++) {
    MANY.push(`L${number};PV;Weg ${number}`);
}
// in code page 850
const OF_DOS = Uint8Array.from("Betreff,Stra\u00e1e\nA,Weg 1", (sign) => sign.charCodeAt());
const chooseFile = (...content) => ({
    content: "A file is chosen",
    trigger: ".o_control_panel input[type=file]:not(:visible)",
    async run() {
        const file = new File(content, "leads.csv", { type: "text/csv" });
        const transfer = new DataTransfer();
        transfer.items.add(file);
        this.anchor.files = transfer.files;
        this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
    },
});
const row = (column) =>
    `.o_import_data_content tr:has(.o_import_file_column_cell:contains(${column}))`;
const choose = (column, option) => ({
    trigger: `${row(column)} .o_import_create_option`,
    run: `selectByLabel ${option}`,
});
const press = (name) => ({
    trigger: `.o_control_panel button:contains(${name})`,
    run: "click",
});

registry.category("web_tour.tours").add("lead_energy_import", {
    steps: () => [
        { trigger: ".o_import_file" },
        chooseFile(FAULTS.join("\n")),
        { trigger: `${row("Einfluss")}:contains(Influence)` },
        {
            content: "A file of DOS could be read",
            trigger: ".o_import_encoding:has(option:contains(cp850))",
        },
        press("Test"),
        {
            content: "Each value once, with all its rows and what is known",
            trigger: `${row("Einfluss")} li:contains(Rows 3, 4, column “Einfluss”: “Chef” is not known. Known are: Decision Maker)`,
        },
        { trigger: `${row("Einfluss")} li:contains(Row 5, column “Einfluss”: “Boss”)` },
        {
            trigger: `${row("Status")} li:contains(Rows 2, 5, column “Status”: “Neu” is not known)`,
        },
        { trigger: `${row("Status")} li:contains(Row 3, column “Status”: “In Arbeit”)` },
        {
            content: "A single one, too",
            trigger: `${row("Folgetermin")} p:contains(Row 3, column “Folgetermin”: “31.02.2026” is not a date)`,
        },
        {
            content: "What cannot be created is not offered",
            trigger: `${row("Einfluss")} .o_import_create_option:not(:has(option:contains(Create new values)))`,
        },
        choose("Einfluss", "Skip record"),
        choose("Status", "Set value as empty"),
        press("Test"),
        {
            content: "What was let go is let go: only the date is left",
            trigger: `.o_import_data_content:not(:has(li)):contains(31.02.2026)`,
        },
        {
            content: "whose column stays out",
            trigger: `${row("Folgetermin")} .o_select_menu_toggler`,
            run: "click",
        },
        {
            trigger: ".o_select_menu_menu .o_select_menu_item:contains(Referred By)",
            run: "click",
        },
        press("Test"),
        {
            content: "What Odoo finds names its row as the file counts it, and once",
            trigger: `.o_import_data_content p:contains(/^Row 6: .*MaLo/)`,
        },
        {
            content: "and that column stays out, too",
            trigger: `${row("MaLo-ID")} .o_select_menu_toggler`,
            run: "click",
        },
        {
            trigger: ".o_select_menu_menu .o_select_menu_item:contains(Street2)",
            run: "click",
        },
        press("Import"),
        { trigger: ".o_notification:contains(2 records successfully imported)" },
    ],
});

registry.category("web_tour.tours").add("lead_energy_import_batches", {
    steps: () => [
        { trigger: ".o_import_file" },
        chooseFile(OF_DOS),
        {
            content: "The letters of DOS are understood",
            trigger: `${row("Straße")}:contains(Street)`,
        },
        chooseFile(MANY.join("\n")),
        {
            content: "and the next file is read as it is written",
            trigger: `${row("Straße")}:contains(Weg 0)`,
        },
        { trigger: `${row("Interessen")}:contains(Interests)` },
        { trigger: "#o_import_batch_limit", run: "edit 20" },
        {
            ...press("Import"),
            content: "A bar shows how far it is, and beside it the import is stopped",
            timeout: 60000,
            async run({ click }) {
                await click();
                // no step of a tour comes while the screen is blocked
                await waitFor(".o_import_data_progress .progress-bar", {
                    timeout: 30000,
                });
                await click(".o_progress_stop_import");
            },
        },
        { trigger: ".o_import_data_content:contains(Click 'Resume' to proceed)" },
        press("Resume"),
        {
            trigger: ".o_import_data_content:not(:contains(Click 'Resume' to proceed))",
            timeout: 60000,
        },
    ],
});
