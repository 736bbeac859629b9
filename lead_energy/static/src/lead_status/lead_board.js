import { crmKanbanView } from "@crm/views/crm_kanban/crm_kanban_view";
import { onMounted, onWillUnmount, useExternalListener } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { LeadBoardModel } from "../board/board_model";
import { LeadBoardRenderer } from "../board/board_renderer";

// the channel, and the type of what comes on it
const BOARD = "lead_energy.board";
// with more leads than these, a board loads anew
const MOST_IDS = 80;
// what comes together is read together; and boards do not all load in one moment
const GATHER_MS = 200;
const SPREAD_MS = 3000;

export class LeadBoardController extends crmKanbanView.Controller {
    setup() {
        super.setup();
        this.notification = useService("notification");
        const bus = useService("bus_service");
        this.news = { ids: new Set(), isReload: false, timer: null };
        const onNews = (news) => this.onNews(news);
        onMounted(() => {
            bus.subscribe(BOARD, onNews);
            bus.addChannel(BOARD);
        });
        onWillUnmount(() => {
            bus.unsubscribe(BOARD, onNews);
            bus.deleteChannel(BOARD);
            browser.clearTimeout(this.news.timer);
        });
        useExternalListener(document, "visibilitychange", () => this.showNews());
    }

    /** @override */
    get modelParams() {
        const params = super.modelParams;
        Object.assign(params.hooks, {
            onCardsMoved: () => this.recount(),
            onFree: () => void this.showNews(),
            onLeadsChanged: (ids) => this.showLeads(ids),
        });
        return params;
    }

    /**
     * A lead never rots: asking how many do is a second count of the board.
     *
     * @override
     */
    get progressBarAggregateFields() {
        return super.progressBarAggregateFields.filter(({ name }) => name !== "is_rotting");
    }

    /**
     * A lead is typed in on the board, also by who taps before its columns are there.
     *
     * @override
     */
    async createRecord() {
        await this.model.whenReady;
        return super.createRecord();
    }

    // ---------------------------------------------------- what happened to the leads
    /** @param {{ ids?: number[], reload?: boolean }} news leads that changed */
    onNews({ ids = [], reload = false }) {
        const { news } = this;
        ids.forEach((id) => news.ids.add(id));
        news.isReload ||= reload || news.ids.size > MOST_IDS;
        const delay = news.isReload ? Math.random() * SPREAD_MS : GATHER_MS;
        news.timer ??= browser.setTimeout(() => {
            news.timer = null;
            this.showNews();
        }, delay);
    }

    /** Shows what has come, unless it would tear away what somebody holds or types. */
    async showNews() {
        const { ids, isReload, timer } = this.news;
        const isBusy = timer || document.hidden || this.model.isDragging || !this.model.isReady;
        if (isBusy || (isReload && this.quickCreateState.groupId)) {
            return;
        }
        this.news = { ids: new Set(), isReload: false, timer: null };
        if (isReload) {
            await this.model.load();
        } else if (ids.size) {
            await this.showLeads([...ids]);
        }
    }

    async showLeads(ids) {
        const moved = await this.model.refreshLeads(ids);
        if (!moved.length) {
            return;
        }
        const [{ record, target }] = moved;
        const message =
            moved.length === 1
                ? _t("%(lead)s: %(status)s", {
                      lead: record.data.name,
                      status: target.displayName,
                  })
                : _t("%s cards have moved", moved.length);
        this.notification.add(message, { type: "info", autocloseDelay: SPREAD_MS });
    }

    /** Counts the columns and their bars, in one query. */
    async recount() {
        const progress = this.progressBarState;
        if (!progress) {
            return;
        }
        const { root } = this.model;
        const { context, domain, groupBy, resModel } = root;
        await progress.loadProgressBar({ context, domain, groupBy, resModel });
        for (const group of root.groups) {
            const counts = Object.values(progress._pbCounts[group.serverValue] || {});
            group.count = counts.reduce((sum, count) => sum + count, 0);
            if (!group.config.extraDomain) {
                group.list.count = group.count;
            }
        }
        progress._groupsInfo = {};
    }
}

export const leadBoardView = {
    ...crmKanbanView,
    Controller: LeadBoardController,
    Model: LeadBoardModel,
    Renderer: LeadBoardRenderer,
};

registry.category("views").add("lead_energy_board", leadBoardView);
