import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { RadioField, radioField } from "@web/views/fields/radio/radio_field";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

const MOVES = { action_next: "next", action_back: "back" };

/** The dialog of the conversion: a step costs one request, and the focus goes along. */
export class ConversionFormController extends FormController {
    setup() {
        super.setup();
        let shown = this.model.root?.data.step;
        useEffect(
            (step) => {
                if (shown && shown !== step) {
                    this.showStep(step);
                }
                shown = step;
            },
            () => [this.model.root.data.step]
        );
    }

    /** Begin at the top of a step, with what is chosen in it. */
    showStep(step) {
        const form = this.rootRef.el;
        form.scrollIntoView({ block: "start" });
        form.querySelector(`[name=${step}_step] input[type=radio]:checked`)?.focus({
            preventScroll: true,
        });
    }

    /**
     * What was typed is saved together with the move, and answered with the next step.
     *
     * @override
     */
    async beforeExecuteActionButton(clickParams) {
        const record = this.model.root;
        const move = MOVES[clickParams.name];
        if (move) {
            await record.update({ move });
            try {
                await record.save();
            } catch (error) {
                // refused: no other button may make the move later
                await record.update({ move: false });
                throw error;
            }
            return false;
        }
        if (clickParams.name === "action_convert") {
            // the dialog closes: there is nothing to read again
            return record.save({ reload: false });
        }
        return super.beforeExecuteActionButton(clickParams);
    }
}

registry.category("views").add("lead_conversion_form", {
    ...formView,
    Controller: ConversionFormController,
});

/** What can be made of a lead: not once more what it is already. */
export class ConversionResultField extends RadioField {
    /** @override */
    get items() {
        const isSecondStage = this.props.record.data.is_second_stage;
        return super.items.filter(([value]) => value !== "partner" || !isSecondStage);
    }
}

registry.category("fields").add("lead_conversion_result", {
    ...radioField,
    component: ConversionResultField,
    additionalClasses: ["o_field_radio"],
    supportedTypes: ["selection"],
});
