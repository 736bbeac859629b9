import { registry } from "@web/core/registry";

const column = (name) => `.o_kanban_group:has(.o_column_title:contains("${name}"))`;
const card = (columnName, name) => `${column(columnName)} .o_kanban_record:contains("${name}")`;

registry.category("web_tour.tours").add("lead_energy_people", {
    steps: () => [
        { trigger: card("Open", "Bea") },
        {
            content: "A person is moved as a lead is",
            trigger: card("Open", "Ben"),
            run: `drag_and_drop(${column("Contacted")})`,
        },
        { trigger: card("Contacted", "Ben") },
        {
            content: "Their company shows its people with status and category",
            trigger: card("Contacted", "Ben"),
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=parent_id]",
            run: "hover && click .o_form_view .o_field_widget[name=parent_id] .o_external_button",
        },
        {
            trigger:
                '.o_field_widget[name=child_ids] .o_kanban_record:contains("Ben"):contains("Contacted"):contains("Lead")',
        },
        {
            trigger:
                '.o_field_widget[name=child_ids] .o_kanban_record:contains("Bea"):contains("Open")',
        },
    ],
});
