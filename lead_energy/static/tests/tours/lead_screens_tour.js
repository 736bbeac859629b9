import { registry } from "@web/core/registry";

const field = (name) => `.o_field_widget[name=${name}]`;
const card = '.o_kanban_record:contains("Roof of Amsel")';

registry.category("web_tour.tours").add("lead_energy_morning", {
    steps: () => [
        {
            content: "The number is called by a tap",
            trigger: `${card} a[href="tel:+49 30 23125 101"]`,
        },
        {
            content: "The score says in words where it comes from",
            trigger: `${card} .o_lead_score_badge`,
            run: "hover",
        },
        { trigger: ".o_lead_score_lines:contains(Decision Maker)" },
        { trigger: `${card} .fw-bold`, run: "click" },
        {
            content: "After the call: the status",
            trigger: ".o_statusbar_status button:contains(Contacted)",
            run: "click",
        },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Contacted)" },
        {
            content: "a note",
            trigger: "button.o-mail-Chatter-logNote",
            run: "click",
        },
        { trigger: ".o-mail-Composer-input", run: "edit Wants an offer for the roof" },
        { trigger: ".o-mail-Composer-send:enabled", run: "click" },
        { trigger: ".o-mail-Message:contains(Wants an offer for the roof)" },
        {
            content: "and the next step",
            trigger: `${field("send_info_material")} input`,
            run: "click",
        },
        { trigger: ".o_form_button_save:visible", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: ".o-mail-Activity:contains(Send information material)" },
        { trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        {
            trigger: '.o_kanban_group:has(.o_column_title:contains(Contacted)) :contains("Roof of Amsel")',
        },
    ],
});

registry.category("web_tour.tours").add("lead_energy_configure", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: `.o_selected_row ${field("name")} input`, run: "edit Hydrogen" },
        { trigger: ".o_list_button_save:visible", run: "click" },
        { trigger: ".o_data_row:contains(Hydrogen):not(.o_selected_row)" },
        { trigger: "button[data-menu-xmlid='crm.crm_menu_config']", run: "click" },
        { trigger: "[data-menu-xmlid='lead_energy.crm_lead_rating_menu']", run: "click" },
        { trigger: ".o_breadcrumb:contains(Ratings)" },
        { trigger: ".o_group_header:contains(Influence)" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: `.o_form_view ${field("name")} input`, run: "edit Works Council" },
        { trigger: `.o_form_view ${field("kind")} input`, run: "click" },
        { trigger: ".o_select_menu_item:contains(Influence)", run: "click" },
        { trigger: ".o_form_button_save:visible", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});

/** Press Tab until a field has the focus: it is reached without a mouse. */
function tabTo(name) {
    return {
        content: `Tab to ${name}`,
        trigger: "body",
        async run({ press }) {
            for (let index = 0; index < 25; index++) {
                const widget = document.activeElement?.closest(".o_field_widget");
                if (widget?.getAttribute("name") === name) {
                    return;
                }
                await press("Tab");
            }
            throw new Error(`Tab does not reach ${name}`);
        },
    };
}

registry.category("web_tour.tours").add("lead_energy_keyboard", {
    steps: () => [
        { trigger: `${field("name")} textarea`, run: "edit By keyboard" },
        tabTo("partner_name"),
        { trigger: `${field("partner_name")} input:focus`, run: "edit Musterbau GmbH" },
        tabTo("contact_name"),
        { trigger: `${field("contact_name")} input:focus`, run: "edit Erika Beispiel" },
        tabTo("influence_id"),
        { trigger: `${field("influence_id")} input:focus`, run: "edit Decision" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Decision Maker)" },
        { trigger: `${field("influence_id")} input`, run: "press Enter" },
        tabTo("need_id"),
        tabTo("volume_id"),
        tabTo("interest_ids"),
        { trigger: `${field("interest_ids")} input:focus`, run: "edit Photo" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Photovoltaics)" },
        { trigger: `${field("interest_ids")} input`, run: "press Enter" },
        { trigger: `${field("interest_ids")} .o_tag:contains(Photovoltaics)` },
        tabTo("send_info_material"),
        { trigger: "body", run: "press Alt+s" },
        { trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
    ],
});
