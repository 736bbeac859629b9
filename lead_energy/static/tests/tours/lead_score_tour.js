import { registry } from "@web/core/registry";

const field = (name) => `.o_field_widget[name=${name}]`;

registry.category("web_tour.tours").add("lead_energy_score_form", {
    steps: () => [
        { trigger: `${field("annual_consumption_kwh")} input`, run: "edit 150000" },
        {
            content: "The field is left",
            trigger: `${field("planned_power_kwp")} input`,
            run: "click",
        },
        {
            content: "The score follows before the lead is saved",
            trigger: `${field("lead_score_details")}:contains(Energy Profile)`,
        },
        {
            content: "and nobody has rated the influence",
            trigger: `${field("influence_id")} input`,
            run({ anchor }) {
                if (anchor.value) {
                    throw new Error(`Influence is now ${anchor.value}`);
                }
            },
        },
        { trigger: ".o_form_button_save:visible", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});
