import { registry } from "@web/core/registry";

const form = ".o_kanban_quick_create";
const field = (name) => `${form} .o_field_widget[name=${name}]`;
const open = [
    { trigger: ".o-kanban-button-new", run: "click" },
    { trigger: `${field("partner_name")} input` },
];
const interest = (name) => `${field("interest_ids")} .form-check:contains(${name})`;
const choose = (name, option) => [
    { isActive: ["desktop"], trigger: `${field(name)} input`, run: `edit ${option}` },
    {
        isActive: ["desktop"],
        trigger: `.o-autocomplete--dropdown-item:contains(${option})`,
        run: "click",
    },
    { isActive: ["mobile"], trigger: `${field(name)} input`, run: "click" },
    {
        isActive: ["mobile"],
        trigger: `.modal .o_kanban_record:contains(${option})`,
        run: "click",
    },
    {
        trigger: `${field(name)} input`,
        run({ anchor }) {
            if (!anchor.value.includes(option)) {
                throw new Error(`${option} is not chosen: ${anchor.value}`);
            }
        },
    },
];
const has = (name, text) => ({
    content: `${name} is ${text || "empty"}`,
    trigger: `${field(name)} input`,
    run({ anchor }) {
        if (text ? !anchor.value.includes(text) : anchor.value) {
            throw new Error(`${name} is "${anchor.value}"`);
        }
    },
});
const save = (name) => [
    { trigger: `${field("partner_name")} input`, run: `edit ${name}` },
    { trigger: `${form} .o_kanban_add`, run: "click" },
    { trigger: `.o_kanban_record:contains(${name})` },
    {
        content: "The next form begins at its top",
        trigger: `${field("partner_name")} input:placeholder-shown:focus`,
        run({ anchor }) {
            const { top, bottom } = anchor.getBoundingClientRect();
            const bar = document.querySelector(".o_control_panel").getBoundingClientRect();
            if (top < bar.bottom - 1 || bottom > innerHeight) {
                throw new Error(`the first line is at ${top}, below ${bar.bottom}`);
            }
        },
    },
];

registry.category("web_tour.tours").add("lead_energy_fair_kept", {
    steps: () => [
        ...open,
        ...choose("source_id", "Trade Fair"),
        ...choose("campaign_id", "Intersolar"),
        { trigger: `${interest("Photovoltaics")} label`, run: "click" },
        { trigger: `${form} .o_lead_energy_keep input`, run: "click" },
        ...save("Amsel"),
        has("source_id", "Trade Fair"),
        has("campaign_id", "Intersolar"),
        { trigger: `${interest("Photovoltaics")} input:checked` },
        ...save("Buche"),
        {
            content: "Also when the page was left meanwhile",
            trigger: "body",
            run: () => window.location.reload(),
            expectUnloadPage: true,
        },
        ...open,
        has("source_id", "Trade Fair"),
        { trigger: `${interest("Photovoltaics")} input:checked` },
        { trigger: `${interest("Wind Power")} label`, run: "click" },
        ...save("Distel"),
        {
            content: "Interests that are not to be kept are gone with the next lead",
            trigger: `${form} .o_lead_energy_keep input:checked`,
            run: "click",
        },
        { trigger: `${interest("Photovoltaics")} label`, run: "click" },
        { trigger: `${interest("Wind Power")} label`, run: "click" },
        {
            isActive: ["desktop"],
            trigger: `${field("campaign_id")} input`,
            run: "clear && press Tab",
        },
        { isActive: ["mobile"], trigger: `${field("campaign_id")} input`, run: "click" },
        { isActive: ["mobile"], trigger: ".modal .o_clear_button", run: "click" },
        ...save("Erle"),
        has("source_id", "Trade Fair"),
        has("campaign_id", ""),
        {
            trigger: `${field("interest_ids")}:not(:has(input:checked))`,
        },
        { trigger: `${form} .o_kanban_cancel`, run: "click" },
        { trigger: `body:not(:has(${form}))` },
    ],
});
