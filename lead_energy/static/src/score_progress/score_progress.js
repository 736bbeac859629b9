import { Component, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const INTERVAL = 3000;
const FIELDS = ["update_pending", "update_done", "update_total"];

/**
 * How far the run is that scores all leads: the bar moves by itself, and when the run is
 * done the form shows that. It asks the server while somebody looks, and only then.
 */
export class ScoreProgress extends Component {
    static template = "lead_energy.ScoreProgress";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ done: 0, total: 0 });
        useRecordObserver((record) => {
            const { update_done, update_total, update_pending } = record.data;
            Object.assign(this.state, { done: update_done, total: update_total });
            browser.clearTimeout(this.timer);
            if (update_pending) {
                this.waitForNews(record);
            }
        });
        onWillUnmount(() => {
            this.isGone = true;
            browser.clearTimeout(this.timer);
        });
    }

    get percentage() {
        return this.state.total ? Math.round((100 * this.state.done) / this.state.total) : 0;
    }

    get label() {
        return _t("%(done)s of %(total)s leads done", this.state);
    }

    waitForNews(record) {
        this.timer = browser.setTimeout(() => this.ask(record), INTERVAL);
    }

    async ask(record) {
        if (document.hidden) {
            return this.waitForNews(record);
        }
        const [news] = await this.orm.silent.read(record.resModel, [record.resId], FIELDS);
        if (this.isGone || this.props.record.resId !== record.resId || !news) {
            return;
        }
        if (!news.update_pending) {
            return record.load();
        }
        Object.assign(this.state, { done: news.update_done, total: news.update_total });
        this.waitForNews(record);
    }
}

registry.category("fields").add("lead_score_progress", {
    component: ScoreProgress,
    displayName: _t("Progress of the Scores"),
    supportedTypes: ["integer"],
    fieldDependencies: [
        { name: "update_pending", type: "boolean", readonly: true },
        { name: "update_total", type: "integer", readonly: true },
    ],
});
