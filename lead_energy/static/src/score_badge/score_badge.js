import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

class ScoreLines extends Component {
    static template = "lead_energy.ScoreLines";
    static props = { score: Number, lines: Array, close: { type: Function, optional: true } };
}

/**
 * The score as a badge in the colour of its temperature. Hovered, focused or tapped
 * it says in words where the points come from; the lines are only read then, so that
 * a board of many leads costs nothing.
 */
export class ScoreBadge extends Component {
    static template = "lead_energy.ScoreBadge";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.popover = usePopover(ScoreLines, { position: "bottom" });
        this.isWanted = false;
    }

    get score() {
        return this.props.record.data[this.props.name] || 0;
    }

    get color() {
        const colors = { hot: "text-bg-danger", warm: "text-bg-warning" };
        return colors[this.props.record.data.lead_temperature] || "o_lead_score_cold";
    }

    get label() {
        return _t("Score %(score)s of 100: show its lines", { score: this.score });
    }

    async open(ev) {
        const target = ev.currentTarget;
        this.isWanted = true;
        const lines = await this.loadLines();
        if (this.isWanted && !this.popover.isOpen && target.isConnected) {
            this.popover.open(target, { score: this.score, lines });
        }
    }

    close() {
        this.isWanted = false;
        this.popover.close();
    }

    async loadLines() {
        const { resId, resModel } = this.props.record;
        if (!resId) {
            return [_t("Save the lead to see how its score comes about.")];
        }
        const [values] = await this.orm.silent.read(resModel, [resId], ["lead_score_explanation"]);
        const text = values?.lead_score_explanation;
        return text ? text.split("\n") : [_t("Nothing is rated yet.")];
    }
}

registry.category("fields").add("lead_score_badge", {
    component: ScoreBadge,
    displayName: _t("Lead Score"),
    supportedTypes: ["integer"],
    fieldDependencies: [{ name: "lead_temperature", type: "selection" }],
});
