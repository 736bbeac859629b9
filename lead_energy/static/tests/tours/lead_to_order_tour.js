import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("lead_energy_lead_to_order", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "open the CRM",
            trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']",
            run: "click",
        },
        {
            content: "open the leads",
            trigger: ".o_menu_sections [data-menu-xmlid='crm.crm_menu_leads']",
            run: "click",
        },
        {
            content: "take the imported lead up: from Open to Contacted",
            trigger:
                ".o_kanban_group:has(.o_column_title:contains('Open')) .o_kanban_record:contains('Roof of the Mill')",
            run: "drag_and_drop (.o_kanban_group:has(.o_column_title:contains('Contacted')))",
        },
        {
            content: "open it",
            trigger:
                ".o_kanban_group:has(.o_column_title:contains('Contacted')) .o_kanban_record:contains('Roof of the Mill')",
            run: "click",
        },
        {
            content: "rate the need",
            trigger: ".o_field_widget[name='need_id'] input",
            run: "edit Urgent",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Urgent Need')",
            run: "click",
        },
        {
            content: "convert; this saves the lead",
            trigger: ".o_statusbar_buttons button:contains('Convert')",
            run: "click",
        },
        {
            content: "a new company, as proposed",
            trigger:
                ".modal:has(.o_field_widget[name='company_name'] input:value(Watermill)) footer button[name='action_next']",
            run: "click",
        },
        {
            content: "a new contact, as proposed",
            trigger:
                ".modal:has(.o_field_widget[name='contact_name'] input:value(Bea)) footer button[name='action_next']",
            run: "click",
        },
        {
            content: "with a quotation",
            trigger: ".modal .o_field_widget[name='result'] input[data-value='quotation']",
            run: "click",
        },
        {
            content: "the preview says so",
            trigger: ".modal .o_field_widget[name='preview']:contains('draft quotation')",
        },
        {
            trigger: ".modal footer button[name='action_convert']",
            run: "click",
        },
        {
            content: "the quotation has the product of the interest",
            trigger: ".o_field_widget[name='order_line']:contains('Solar Module')",
        },
        {
            content: "confirm it",
            trigger: ".o_statusbar_buttons button[name='action_confirm']:not([disabled])",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Sales Order')",
        },
    ],
});
