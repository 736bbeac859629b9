import { registry } from "@web/core/registry";

const field = (name) => `.modal .o_field_widget[name=${name}]`;
const choose = (name, value) => [
    { trigger: `${field(name)} input[data-value=${value}]`, run: "click" },
    { trigger: `${field(name)} input[data-value=${value}]:checked` },
];
const button = (name) => ({
    trigger: `.modal footer button[name=${name}]:enabled`,
    run: "click",
});
const select = (name) => ({
    trigger: `.o_data_row:contains("${name}") .o_list_record_selector input`,
    run: "click",
});
const convert = { trigger: "button[name=action_convert]:visible", run: "click" };

registry.category("web_tour.tours").add("lead_energy_convert_several", {
    steps: () => [
        { trigger: ".o_switch_view.o_list", run: "click" },
        select("Roof of Amsel"),
        select("Roof of Buche"),
        convert,
        {
            content: "The dialog says which lead needs a decision",
            trigger: `${field("doubts")}:contains(Buche):not(:contains(Amsel))`,
        },
        ...choose("action", "create"),
        ...choose("action", "each_exist_or_create"),
        { trigger: `${field("doubts")}:contains(Buche)` },
        button("action_mass_convert"),
        {
            content: "and it is what is left",
            trigger: ".o_breadcrumb:contains(These leads need your decision)",
        },
        { trigger: '.o_list_view:not(:contains("Amsel")) .o_data_row:contains("Buche")' },
    ],
});

registry.category("web_tour.tours").add("lead_energy_convert_one", {
    steps: () => [
        { trigger: ".o_switch_view.o_list", run: "click" },
        select("Roof of Amsel"),
        convert,
        ...choose("company_choice", "none"),
        ...choose("company_choice", "exist"),
        ...choose("company_choice", "create"),
        button("action_next"),
        ...choose("contact_choice", "exist"),
        ...choose("contact_choice", "create"),
        button("action_back"),
        { trigger: `${field("company_choice")} input[data-value=create]:checked` },
        button("action_next"),
        { trigger: `${field("contact_name")} input` },
        button("action_next"),
        ...choose("result", "partner"),
        { trigger: `${field("preview")}:contains(stays a lead)` },
        ...choose("result", "quotation"),
        { trigger: `${field("preview")}:contains(draft quotation)` },
        button("action_convert"),
        { trigger: ".o_field_widget[name=order_line]:contains(Solar Module)" },
    ],
});

registry.category("web_tour.tours").add("lead_energy_undo", {
    steps: () => [
        { trigger: "button.oe_stat_button:contains(Conversions)", run: "click" },
        { trigger: ".o_data_row button[name=action_open_undo]", run: "click" },
        { trigger: `${field("removed")}:contains(Amsel Solartechnik)` },
        { trigger: `${field("reason")} input`, run: "edit By mistake" },
        button("action_undo"),
        { trigger: ".o_form_view .o_statusbar_status .o_arrow_button_current:contains(Open)" },
    ],
});
