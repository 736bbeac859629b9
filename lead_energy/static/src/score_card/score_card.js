import { Component } from "@odoo/owl";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatTrend } from "../score_trend/score_trend";

const WIDTH = 220;
const HEIGHT = 48;

/**
 * Why a lead has its score: the lines by criterion, which add up to it, what it can
 * still reach, and how it came about.
 */
export class ScoreCard extends Component {
    static template = "lead_energy.ScoreCard";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.width = WIDTH;
        this.height = HEIGHT;
    }

    get details() {
        return this.props.record.data[this.props.name] || { groups: [], range: {}, history: [] };
    }

    get score() {
        return this.props.record.data.lead_score || 0;
    }

    get isExcluded() {
        return this.props.record.data.lead_score_excluded;
    }

    get rangeText() {
        const { minimum, maximum, next, span } = this.details.range;
        const params = { minimum, maximum, next, span };
        if (minimum === undefined) {
            return "";
        }
        return span
            ? _t(
                  "Can still reach %(minimum)s to %(maximum)s. Ask for %(next)s first: it moves the score by up to %(span)s.",
                  params
              )
            : _t("Can still reach %(minimum)s to %(maximum)s.", params);
    }

    get trendLabel() {
        return formatTrend(this.details.trend);
    }

    get totalLabel() {
        return _t("Total");
    }

    formatPoints(points) {
        const digits = Number.isInteger(points) ? 0 : 2;
        const text = formatFloat(Math.abs(points), { digits: [16, digits] });
        return `${points < 0 ? "−" : "+"}${text}`;
    }

    formatBounds(group) {
        return group.label && `${group.minimum} … ${group.maximum}`;
    }

    /** The history as steps: a score holds until it changes. */
    get chart() {
        const history = this.details.history.map(([moment, score]) => [
            deserializeDateTime(moment),
            score,
        ]);
        if (!history.length) {
            return null;
        }
        const start = history[0][0].toMillis();
        const span = Math.max(Date.now() - start, 1);
        const x = (moment) => (((moment.toMillis() - start) / span) * WIDTH).toFixed(1);
        const y = (score) => (HEIGHT - 2 - (score / 100) * (HEIGHT - 4)).toFixed(1);
        let path = "";
        for (const [moment, score] of history) {
            path += path ? ` H ${x(moment)} V ${y(score)}` : `M ${x(moment)} ${y(score)}`;
        }
        return {
            path: `${path} H ${WIDTH}`,
            hot: y(this.details.thresholds.hot),
            warm: y(this.details.thresholds.warm),
            since: formatDate(history[0][0]),
            label: _t("Score since %(date)s", { date: formatDate(history[0][0]) }),
        };
    }

    openHistory() {
        const { resModel, resId } = this.props.record;
        if (resId) {
            this.action.doActionButton({
                type: "object",
                name: "action_open_score_log",
                resModel,
                resId,
            });
        }
    }
}

/** What to ask next, in the head of a lead. */
export class ScoreNext extends Component {
    static template = "lead_energy.ScoreNext";
    static props = { ...standardFieldProps };

    get text() {
        const { next, span } = this.props.record.data[this.props.name]?.range || {};
        return span
            ? _t("Ask for %(next)s: up to %(span)s points", { next, span })
            : _t("Nothing to ask for");
    }
}

registry.category("fields").add("lead_score_next", {
    component: ScoreNext,
    displayName: _t("What to Ask Next"),
    supportedTypes: ["json"],
    isEmpty: () => false,
});

registry.category("fields").add("lead_score_card", {
    component: ScoreCard,
    displayName: _t("Explanation of the Score"),
    supportedTypes: ["json"],
    fieldDependencies: [
        { name: "lead_score", type: "integer" },
        { name: "lead_score_excluded", type: "boolean" },
    ],
    isEmpty: () => false,
});
