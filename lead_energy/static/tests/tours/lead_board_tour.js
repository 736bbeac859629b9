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

const control = (selector, name = "Roof of Amsel") =>
    `.o_kanban_record:contains("${name}") ${selector}`;

/** Steps that press a key on what has the focus of the keyboard. */
const pressOn = (selector, key, content) => [
    {
        content: content || `The keyboard reaches ${selector}`,
        trigger: selector,
        run({ anchor }) {
            if (anchor.tabIndex < 0) {
                throw new Error(`no tab leads to ${selector}`);
            }
            anchor.focus();
        },
    },
    { trigger: `${selector}:focus`, run: `press ${key}` },
];

registry.category("web_tour.tours").add("lead_energy_board_call", {
    steps: () => [
        {
            content: "A call was planned, and is done from the card",
            trigger: control(".o-mail-ActivityButton"),
            run: "click",
        },
        { trigger: ".o-mail-ActivityListPopoverItem-markAsDone", run: "click" },
        { trigger: ".o-mail-ActivityMarkAsDone button[aria-label=Done]", run: "click" },
        {
            content: "The card moves at once, and a notice says so",
            trigger: ".o_notification:contains(Roof of Amsel: Contacted)",
        },
        {
            trigger: `${column("Contacted")} .o_kanban_record:contains("Roof of Amsel")`,
        },
        {
            content: "and what the system did is no reason to refuse the next move",
            trigger: `${column("Contacted")} ${control(".o_lead_status_card")}`,
            run: "click",
        },
        { trigger: ".o_lead_status_item:contains(Qualified)", run: "click" },
        {
            trigger: `${column("Qualified")} .o_kanban_record:contains("Roof of Amsel")`,
        },
        { trigger: "body:not(:has(.o_error_dialog, .modal))" },
    ],
});

registry.category("web_tour.tours").add("lead_energy_board_sight", {
    steps: () => [
        {
            content: "All columns are in sight",
            trigger: folded("Converted"),
            run({ anchor }) {
                const { right } = anchor.getBoundingClientRect();
                if (right > window.innerWidth) {
                    throw new Error(`'Converted' ends at ${right} of ${window.innerWidth}`);
                }
            },
        },
        { trigger: folded("Closed"), run: "click" },
        {
            content: "also with what is closed unfolded",
            trigger: `body:has(${column("Closed")}) ${folded("Converted")}`,
            run({ anchor }) {
                const { right } = anchor.getBoundingClientRect();
                if (right > window.innerWidth) {
                    throw new Error(`'Converted' ends at ${right} of ${window.innerWidth}`);
                }
            },
        },
        {
            content: "Stars are where somebody has given some",
            trigger: `body:not(:has(${control(".o_priority_star")}))`,
        },
        { trigger: control(".o_priority_star", "Wall of Buche") },
    ],
});

registry.category("web_tour.tours").add("lead_energy_board_keyboard", {
    steps: () => [
        {
            content: "Each control of a card can be reached",
            trigger: card("Open"),
            run({ anchor }) {
                const controls = anchor.querySelectorAll("a, button, [role=button]");
                const lost = [...controls].filter((el) => el.tabIndex < 0);
                if (lost.length || controls.length < 4) {
                    throw new Error(`no tab leads to ${lost[0]?.outerHTML}`);
                }
            },
        },
        ...pressOn(control(".o-mail-ActivityButton"), "Enter"),
        { trigger: ".o-mail-ActivityListPopover", run: "press Escape" },
        { trigger: "body:not(:has(.o-mail-ActivityListPopover))" },
        ...pressOn(control(".o_lead_status_card"), "Enter"),
        { trigger: ".o_lead_status_item:contains(Open):focus", run: "press ArrowDown" },
        { trigger: ".o_lead_status_item:contains(Contacted):focus", run: "press Enter" },
        {
            content: "The lead is moved, and the focus stays at it",
            trigger: `${card("Contacted")}:focus`,
        },
        ...pressOn(`${column("Contacted")} .o_group_config button`, "Enter"),
        {
            trigger: ".o_lead_board_order:contains(Newest first)",
            run({ anchor }) {
                anchor.focus();
            },
        },
        { trigger: ".o_lead_board_order:contains(Newest first):focus", run: "press Enter" },
        {
            content: "The order is another",
            trigger: `${column("Open")} .o_kanban_record:eq(0):contains("Wall of Buche")`,
        },
        ...pressOn(`${column("Open")} .o_kanban_record:eq(0)`, "Enter", "Enter opens the lead"),
        { trigger: ".o_form_view .o_lead_energy_head" },
    ],
});
