import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How much a score rose or fell within 30 days; nothing when it stayed. */
export class ScoreTrend extends Component {
    static template = "lead_energy.ScoreTrend";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name] || 0;
    }

    get label() {
        return formatTrend(this.value);
    }
}

export function formatTrend(points) {
    return points > 0
        ? _t("%s points more than 30 days ago", points)
        : _t("%s points less than 30 days ago", -points);
}

registry.category("fields").add("lead_score_trend", {
    component: ScoreTrend,
    displayName: _t("Trend of the Score"),
    supportedTypes: ["integer"],
});
