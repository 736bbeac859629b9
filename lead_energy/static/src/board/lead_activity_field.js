import { ActivityButton } from "@mail/core/web/activity_button";
import {
    KanbanActivity,
    kanbanActivity,
} from "@mail/views/web/fields/kanban_activity/kanban_activity";
import { registry } from "@web/core/registry";

class LeadActivityButton extends ActivityButton {
    static template = "lead_energy.LeadActivityButton";

    /**
     * What was done may move the card.
     *
     * @override
     */
    onActivityChanged() {
        const { hooks, root } = this.env.model;
        const selected = (root.selection || []).map(({ resId }) => resId);
        hooks.onLeadsChanged?.([this.props.record.resId, ...selected]);
    }
}

/** The activities on a card, reached by keyboard, too. */
export class LeadActivityField extends KanbanActivity {
    static components = { ActivityButton: LeadActivityButton };
}

registry.category("fields").add("lead_activity", {
    ...kanbanActivity,
    component: LeadActivityField,
});
