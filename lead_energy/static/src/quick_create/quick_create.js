import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { formView } from "@web/views/form/form_view";
import { KanbanRecordQuickCreate } from "@web/views/kanban/kanban_record_quick_create";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { keptValues } from "./kept_values";

const VIEW = "lead_energy.crm_lead_view_form_quick_create";
const KEPT = ["source_id", "campaign_id", "medium_id"];
const INTERESTS = "interest_ids";

/** Starts each lead with what the one before it had: where it was met, and, if wished, why. */
export class QuickCreateModel extends formView.Model {
    setup(params) {
        super.setup(...arguments);
        this.ownContext = params.config.context;
        this.hooks.onRecordSaved = (record) => this.keep(record);
    }

    /** @override */
    async load(params = {}) {
        const context = { ...this.ownContext, ...(await this.getDefaults()) };
        return super.load({ ...params, context });
    }

    keep({ data }) {
        const values = { [INTERESTS]: keptValues.get().isKept ? data[INTERESTS].currentIds : [] };
        for (const name of KEPT) {
            values[name] = data[name] ? [data[name].id] : [];
        }
        keptValues.update(values);
        this.known = values; // just saved, so it is there
    }

    async getDefaults() {
        this.known ??= await this.getKnown();
        const defaults = {};
        for (const name of KEPT) {
            if (this.known[name]?.length) {
                defaults[`default_${name}`] = this.known[name][0];
            }
        }
        if (this.known[INTERESTS]?.length && keptValues.get().isKept) {
            defaults[`default_${INTERESTS}`] = [[6, 0, this.known[INTERESTS]]];
        }
        return defaults;
    }

    /** What was kept may have been deleted or archived since. */
    async getKnown() {
        const kept = keptValues.get();
        const values = {};
        for (const name of [...KEPT, INTERESTS]) {
            if (kept[name]?.length) {
                values[name] = kept[name];
            }
        }
        if (!Object.keys(values).length) {
            return {};
        }
        return this.orm.silent.call("crm.lead", "get_kept_values", [values]);
    }
}

patch(KanbanRecordQuickCreate.prototype, {
    async getQuickCreateProps(props) {
        await super.getQuickCreateProps(...arguments);
        if (props.quickCreateView === VIEW) {
            this.quickCreateProps.Model = QuickCreateModel;
        }
    },
});

/** Keeps the interests for the next leads; and shows each new lead from its first line. */
export class KeepInterests extends Component {
    static template = "lead_energy.KeepInterests";
    static props = { ...standardWidgetProps };

    setup() {
        this.root = useRef("root");
        this.state = useState({ isKept: Boolean(keptValues.get().isKept) });
        let isFirst = true;
        useEffect(
            () => {
                if (!isFirst) {
                    this.showTop();
                }
                isFirst = false;
            },
            () => [this.props.record.id]
        );
    }

    onChange(ev) {
        this.state.isKept = ev.target.checked;
        keptValues.update({ isKept: this.state.isKept });
    }

    showTop() {
        const form = this.root.el.closest(".o_kanban_quick_create");
        form?.scrollIntoView({ block: "start" });
        form?.querySelector(".o_field_widget input")?.focus({ preventScroll: true });
    }
}

registry.category("view_widgets").add("lead_energy_keep", { component: KeepInterests });
