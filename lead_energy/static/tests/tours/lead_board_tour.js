import { registry } from "@web/core/registry";

const column = (name) => `.o_kanban_group:has(.o_column_title:contains("${name}"))`;
const folded = (name) => `.o_kanban_group.o_column_folded:contains("${name}")`;
const card = (columnName, name = "Roof of Amsel") =>
    `${column(columnName)} .o_kanban_record.o_draggable:contains("${name}")`;
const noDialog = { trigger: "body:not(:has(.modal))" };

registry.category("web_tour.tours").add("lead_energy_board", {
    steps: () => [
        {
            content: "A drop moves the lead",
            trigger: card("Open"),
            run: `drag_and_drop(${column("Contacted")})`,
        },
        { trigger: card("Contacted") },
        {
            content: "and can be taken back",
            trigger: ".o_notification_buttons button:contains(Undo)",
            run: "click",
        },
        {
            content: "Closed asks for the reason; discarded, the card stays",
            trigger: card("Open"),
            run: `drag_and_drop(${folded("Closed")})`,
        },
        { trigger: ".modal:contains(Mark as Lost) button:contains(Discard)", run: "click" },
        noDialog,
        {
            content: "Converted opens the conversion; discarded, the card stays",
            trigger: card("Open"),
            run: `drag_and_drop(${folded("Converted")})`,
        },
        { trigger: ".modal .btn-close", run: "click" },
        noDialog,
        {
            content: "Rework asks for the day",
            trigger: card("Open"),
            run: `drag_and_drop(${column("To be Reworked")})`,
        },
        { trigger: ".modal button:contains(Put off)", run: "click" },
        {
            content: "and shows it on the card",
            trigger: `${card("To be Reworked")} .fa-repeat`,
        },
        {
            content: "Closed with a reason",
            trigger: card("To be Reworked"),
            run: `drag_and_drop(${folded("Closed")})`,
        },
        { trigger: ".modal .o_selection_badge:contains(No roof)", run: "click" },
        { trigger: ".modal button:contains(Mark as Lost)", run: "click" },
        { trigger: ".o_notification:contains(Closed)" },
        { content: "Unfold what is closed", trigger: folded("Closed"), run: "click" },
        {
            content: "Out of closed restores the lead",
            trigger: card("Closed"),
            run: `drag_and_drop(${column("Qualified")})`,
        },
        { trigger: card("Qualified") },
    ],
});

registry.category("web_tour.tours").add("lead_energy_board_touch", {
    steps: () => [
        {
            content: "The control on the card is large enough for a finger",
            trigger: ".o_kanban_record:contains(Roof of Amsel) .o_lead_status_card",
            run({ anchor }) {
                const { height, width } = anchor.getBoundingClientRect();
                if (height < 44 || width < 44) {
                    throw new Error(`a finger needs 44 px: ${width} x ${height}`);
                }
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("the page scrolls sideways");
                }
                anchor.click();
            },
        },
        { trigger: ".o_lead_status_item:contains(Contacted)", run: "click" },
        {
            content: "The lead is moved, and can be moved back",
            trigger: ".o_notification_buttons button:contains(Undo)",
        },
        {
            content: "Open the lead",
            trigger:
                ".o_kanban_group:not(.o_column_folded) .o_kanban_record:contains(Wall of Buche)",
            run: "click",
        },
        {
            content: "Its status is a list on a small screen",
            trigger: ".o_form_view .o_statusbar_status button.dropdown-toggle:visible",
            run: "click",
        },
        { trigger: ".o-dropdown-item:contains(Closed)", run: "click" },
        { trigger: ".modal .o_selection_badge:contains(No roof)", run: "click" },
        { trigger: ".modal button:contains(Mark as Lost)", run: "click" },
        { trigger: ".o_form_view .o_statusbar_status button:contains(Closed):visible" },
    ],
});
