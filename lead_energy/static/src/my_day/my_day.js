import {
    Component,
    onWillStart,
    onWillUnmount,
    status,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { MyDayLine } from "./my_day_line";

// a key, what it presses on the line that has the focus, and what it is good for
const KEYS = [
    ["t", ".o_lead_my_day_call", _t("telephone")],
    ["w", ".o_lead_my_day_outcome", _t("what came of it, then 1 to 6")],
    ["m", ".o_lead_my_day_mail", _t("mail")],
    ["n", ".o_lead_my_day_note", _t("note")],
    ["p", ".o_lead_my_day_plan", _t("plan the next step")],
    ["s", ".o_lead_status_card", _t("status")],
];
const OUTCOMES = ["1", "2", "3", "4", "5", "6"];

/** The day of a salesperson: whom to call, why, and what came of it. */
export class MyDay extends Component {
    static template = "lead_energy.MyDay";
    static components = { Layout, MyDayLine };
    static props = { ...standardActionServiceProps };
    static displayName = _t("My Day");

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.keys = [
            ["↑ ↓", _t("another lead")],
            ["Enter", _t("open it")],
            ...KEYS.map(([key, , text]) => [key.toUpperCase(), text]),
            ["Esc", _t("close")],
        ];
        this.list = useRef("list");
        this.state = useState({ day: { sections: [] }, whose: this.props.state?.whose || "" });
        useSetupAction({ getLocalState: () => ({ whose: this.state.whose }) });
        onWillStart(() => this.load());
        // activities that others, or the user elsewhere, plan or do
        const refresh = useDebounced(() => this.load(), 500);
        this.bus.subscribe("mail.activity/updated", refresh);
        onWillUnmount(() => this.bus.unsubscribe("mail.activity/updated", refresh));
        useEffect(
            () => this.names[0]?.focus(),
            () => []
        );
        useEffect(
            () => this.focusLine(),
            () => [this.state.day]
        );
        this.useKeys();
    }

    useKeys() {
        const area = () => this.list.el;
        const use = (key, callback) => useHotkey(key, callback, { area, allowRepeat: true });
        use("arrowdown", () => this.moveFocus(1));
        use("arrowup", () => this.moveFocus(-1));
        const outcomes = OUTCOMES.map((number) => [number, `[data-number="${number}"]`]);
        for (const [key, selector] of [...KEYS, ...outcomes]) {
            const press = ({ target }) =>
                target.closest("[data-lead]")?.querySelector(selector)?.click();
            useHotkey(key, press, { area });
        }
    }

    get names() {
        return [...this.list.el.querySelectorAll(".o_lead_my_day_name")];
    }

    get leads() {
        return this.state.day.sections.flatMap(({ leads }) => leads);
    }

    /** Whether the lines are of several people. */
    get isTeam() {
        return this.state.whose.startsWith("team");
    }

    moveFocus(step) {
        const line = document.activeElement.closest("[data-lead]");
        const index = this.names.findIndex((name) => line?.contains(name));
        this.names[index + step]?.focus();
    }

    async load() {
        const [kind, id] = this.state.whose.split(":");
        const whose = kind ? { [`${kind}_id`]: Number(id) } : {};
        const question = this.orm.call("crm.lead", "get_my_day", [], whose);
        this.question = question;
        const day = await question;
        if (question === this.question) {
            this.before = this.leads.map((lead) => lead.id);
            this.state.day = day;
        }
        // else it was asked again meanwhile, and is answered there
    }

    /** @param {number} leadId with which something was done: there the focus goes on */
    async reload(leadId) {
        // a notice and its way back outlive the screen
        if (status(this) !== "destroyed") {
            this.doneWith = leadId;
            await this.load();
        }
    }

    /** Focus the lead with which something was done; has it gone, the next one. */
    focusLine() {
        if (!this.doneWith) {
            return;
        }
        const ids = new Set(this.leads.map((lead) => lead.id));
        const index = this.before.indexOf(this.doneWith);
        const inOrder = [...this.before.slice(index), ...this.before.slice(0, index).toReversed()];
        const leadId = inOrder.find((id) => ids.has(id));
        this.doneWith = false;
        this.list.el.querySelector(`[data-lead="${leadId}"] .o_lead_my_day_name`)?.focus();
    }

    async choose(ev) {
        this.state.whose = ev.target.value;
        await this.load();
    }

    openLeads() {
        this.action.doAction("lead_energy.crm_lead_action", { clearBreadcrumbs: true });
    }
}

registry.category("actions").add("lead_energy.my_day", MyDay);
