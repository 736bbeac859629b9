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
            trigger:
                '.o_kanban_group:has(.o_column_title:contains(Contacted)) :contains("Roof of Amsel")',
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

const quickCreate = (name) => `.o_kanban_quick_create .o_field_widget[name=${name}]`;

/** A photo as a phone takes it: larger than what is kept. */
async function takePhoto() {
    const canvas = Object.assign(document.createElement("canvas"), { width: 2400, height: 1500 });
    const context = canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, 2400, 1500);
    context.fillStyle = "#203040";
    context.font = "160px sans-serif";
    context.fillText("Musterbau GmbH", 200, 400);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
    return new File([blob], "card.jpg", { type: "image/jpeg" });
}

registry.category("web_tour.tours").add("lead_energy_fair", {
    steps: () => [
        { trigger: ".o-kanban-button-new", run: "click" },
        { trigger: `${quickCreate("partner_name")} input`, run: "edit Musterbau GmbH" },
        { trigger: `${quickCreate("contact_name")} input`, run: "edit Erika Beispiel" },
        { trigger: `${quickCreate("phone")} input`, run: "edit 030 23125 102" },
        { trigger: `${quickCreate("email_from")} input`, run: "edit erika@musterbau.example" },
        {
            content: "The interest by a tap, large enough for a finger",
            trigger: `${quickCreate("interest_ids")} .form-check:contains(Photovoltaics) label`,
            run({ anchor }) {
                if (anchor.closest(".form-check").getBoundingClientRect().height < 40) {
                    throw new Error("too low for a finger");
                }
                anchor.click();
            },
        },
        {
            trigger: `${quickCreate("interest_ids")} .form-check:contains(Photovoltaics) input:checked`,
        },
        {
            content: "The photo of the business card, from the file that a phone hands over",
            trigger: `${quickCreate("business_card")} input[type=file]:not(:visible)`,
            async run({ anchor }) {
                const transfer = new DataTransfer();
                transfer.items.add(await takePhoto());
                anchor.files = transfer.files;
                anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        {
            content: "It is shown, and nothing is wider than the phone",
            trigger: `${quickCreate("business_card")} img[src^="data:image"]`,
            run() {
                const width = document.documentElement.scrollWidth;
                if (width > 390) {
                    throw new Error(`the page is ${width} pixels wide`);
                }
            },
        },
        { trigger: ".o_kanban_quick_create .o_kanban_add", run: "click" },
        {
            trigger:
                '.o_kanban_record:contains("Musterbau GmbH"):contains("Erika Beispiel") .o_tag:contains(Photovoltaics)',
        },
        { trigger: '.o_kanban_record a[href^="tel:"]:contains("23125102")' },
        {
            content: "and the next visitor may come",
            trigger: `${quickCreate("partner_name")} input:placeholder-shown`,
        },
        { trigger: ".o_kanban_quick_create .o_kanban_cancel", run: "click" },
        {
            trigger: "body:not(:has(.o_kanban_quick_create))",
            run() {
                const width = document.documentElement.scrollWidth;
                if (width > 390) {
                    throw new Error(`the page is ${width} pixels wide`);
                }
            },
        },
    ],
});

const row = (name) => `.o_data_row:contains("${name}")`;
const update = [
    {
        content: "Odoo asks, and says for how many",
        trigger: ".modal:contains(update 2 records) .btn-primary:contains(Update)",
        run: "click",
    },
    { content: "and is done", trigger: "body:not(:has(.modal, .o_selected_row))" },
];
/** Choose in a many2one or tags of the first selected row; it goes to all selected. */
const choose = (name, typed, option) => [
    { trigger: `${row("Roof of Amsel")} td[name=${name}]`, run: "click" },
    { trigger: `.o_selected_row ${field(name)} input`, run: `edit ${typed}` },
    { trigger: `.o-autocomplete--dropdown-item:contains(${option})`, run: "click" },
];

const selectTwo = [
    { trigger: ".o_switch_view.o_list", run: "click" },
    { trigger: `${row("Roof of Amsel")} .o_list_record_selector input`, run: "click" },
    { trigger: `${row("Wall of Buche")} .o_list_record_selector input`, run: "click" },
];

registry.category("web_tour.tours").add("lead_energy_multi_edit", {
    steps: () => [
        ...selectTwo,
        ...choose("lead_status_id", "Contacted", "Contacted"),
        ...update,
        { trigger: `${row("Wall of Buche")} td[name=lead_status_id]:contains(Contacted)` },
        ...choose("interest_ids", "Wind", "Wind Power"),
        ...update,
        { trigger: `${row("Wall of Buche")} td[name=interest_ids] .o_tag:contains(Wind Power)` },
        { trigger: `${row("Roof of Amsel")} td[name=next_contact_date]`, run: "click" },
        { trigger: `.o_selected_row ${field("next_contact_date")} input`, run: "edit 01/15/2030" },
        { trigger: `.o_selected_row ${field("next_contact_date")} input`, run: "press Enter" },
        ...update,
        { trigger: `${row("Wall of Buche")} td[name=next_contact_date]:contains(2030)` },
    ],
});

registry.category("web_tour.tours").add("lead_energy_hand_over", {
    steps: () => [
        ...selectTwo,
        ...choose("user_id", "Otto", "Otto Other"),
        ...update,
        { trigger: `${row("Wall of Buche")} td[name=user_id]:contains(Otto Other)` },
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
