import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { LeadStatusCardField } from "../lead_status/lead_status_card_field";
import { ScoreBadge } from "../score_badge/score_badge";
import { LeadMailDialog } from "./lead_mail_dialog";

const ICONS = {
    overdue: "fa-exclamation-circle text-danger",
    today: "fa-clock-o",
    hot: "fa-fire text-danger",
    new: "fa-bell-o",
    material: "fa-book",
    rework: "fa-repeat",
};
// how long a notice with a way back is shown
const NOTICE = 8000;

/** A lead of the day: why it is there, and what can be done about it right here. */
export class MyDayLine extends Component {
    static template = "lead_energy.MyDayLine";
    static components = { LeadStatusCardField, ScoreBadge };
    static props = {
        lead: Object,
        closedStatusId: [Number, Boolean],
        nextAttempt: String,
        showUser: Boolean,
        reload: Function,
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.leadStatus = useService("lead_status");
        this.notification = useService("notification");
        this.store = useService("mail.store");
        // not by `useService`: the undo of a notice comes when the line has gone
        this.orm = this.env.services.orm;
        this.icons = ICONS;
        this.outcomes = [
            { name: "reached", icon: "fa-check", label: _t("Reached") },
            { name: "not_reached", icon: "fa-volume-off", label: _t("Not reached") },
            { name: "appointment", icon: "fa-calendar", label: _t("Appointment") },
            { name: "material", icon: "fa-book", label: _t("Material") },
            { name: "not_interested", icon: "fa-thumbs-o-down", label: _t("Not interested") },
            { name: "wrong_number", icon: "fa-chain-broken", label: _t("Wrong number") },
        ];
        this.line = useRef("line");
        this.panel = useRef("panel");
        this.state = useState({ focus: "", note: "", day: "" });
        useEffect(
            (focus) => {
                if (focus) {
                    this.panel.el.querySelector(focus).focus();
                }
            },
            () => [this.state.focus]
        );
        useHotkey("escape", () => this.close(), {
            area: () => this.panel.el,
            isAvailable: () => Boolean(this.state.focus),
        });
    }

    get title() {
        const { partner_name, contact_name, name } = this.props.lead;
        return [partner_name, contact_name].filter(Boolean).join(" · ") || name;
    }

    get details() {
        const { name, lead_status_id, user_id } = this.props.lead;
        return [
            this.title === name ? "" : name,
            lead_status_id.display_name,
            this.props.showUser && user_id,
        ]
            .filter(Boolean)
            .join(" · ");
    }

    /** What the widgets of the board want to know of their record. */
    get record() {
        const { lead } = this.props;
        const model = { load: () => this.reload() };
        return { resId: lead.id, resModel: "crm.lead", data: lead, model };
    }

    get outcomesShown() {
        return this.outcomes.filter(({ name }) => name !== "wrong_number" || this.props.lead.phone);
    }

    /** Show what can have come of it, with the focus where the user goes on. */
    open(focus) {
        this.state.day = this.props.nextAttempt;
        this.state.focus = focus;
    }

    openOutcomes() {
        this.open("button");
    }

    openNote() {
        this.open("textarea");
    }

    toggle() {
        if (this.state.focus) {
            this.close();
        } else {
            this.openOutcomes();
        }
    }

    close() {
        Object.assign(this.state, { focus: "", note: "" });
        this.line.el?.querySelector(".o_lead_my_day_name").focus();
    }

    reload() {
        return this.props.reload(this.props.lead.id);
    }

    openLead() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.lead",
            res_id: this.props.lead.id,
            views: [[false, "form"]],
        });
    }

    mail() {
        this.dialog.add(
            LeadMailDialog,
            { leadId: this.props.lead.id, title: _t("Mail to %s", this.title) },
            { onClose: () => this.reload() }
        );
    }

    async plan() {
        await this.store.scheduleActivity("crm.lead", [this.props.lead.id]);
        await this.reload();
    }

    /** @param {string} name of the outcome that was chosen */
    choose(name) {
        const ways = {
            not_reached: () => this.tell(name, this.state.day),
            appointment: () => this.makeAppointment(),
            not_interested: () => this.lose(),
            wrong_number: () => this.tellWrongNumber(),
        };
        return ways[name] ? ways[name]() : this.tell(name);
    }

    /** Tell the server what came of it, show that it knows, and offer the way back. */
    async tell(outcome, detail) {
        const { id } = this.props.lead;
        const args = [[id], outcome, this.state.note, detail ?? false];
        const { message, undo } = await this.orm.call("crm.lead", "record_outcome", args);
        this.close();
        await this.reload();
        const ways = [];
        if (outcome === "reached") {
            ways.push({ name: _t("Next step"), icon: "fa-calendar-plus-o", onClick: this.plan });
        }
        if (!["appointment", "note"].includes(outcome)) {
            const onClick = () => this.orm.call("crm.lead", "undo_outcome", [[id], undo]);
            ways.push({ name: _t("Undo"), icon: "fa-undo", onClick });
        }
        this.notify(message, ways);
    }

    notify(message, ways) {
        const close = this.notification.add(message, {
            type: "success",
            autocloseDelay: NOTICE,
            buttons: ways.map(({ onClick, ...way }, index) => ({
                ...way,
                primary: !index,
                onClick: async () => {
                    close();
                    await onClick.call(this);
                    await this.reload();
                },
            })),
        });
    }

    /** The appointment first: discarded, nothing came of it. */
    makeAppointment() {
        this.dialog.add(FormViewDialog, {
            resModel: "calendar.event",
            title: _t("Appointment with %s", this.title),
            context: {
                default_name: this.title,
                default_res_id: this.props.lead.id,
                default_res_model: "crm.lead",
            },
            canExpand: false,
            onRecordSaved: () => this.tell("appointment"),
        });
    }

    /** The dialog of a loss asks for the reason; what was typed here is kept as a note. */
    async lose() {
        const { id, lead_status_id } = this.props.lead;
        if (this.state.note.trim()) {
            await this.orm.call("crm.lead", "record_outcome", [[id], "note", this.state.note]);
            this.state.note = "";
        }
        await this.leadStatus.move(id, this.props.closedStatusId, lead_status_id.id, () => {
            this.close();
            return this.reload();
        });
    }

    /** It is noted at once; the number goes only if the user says so. */
    async tellWrongNumber() {
        const { id, phone } = this.props.lead;
        const write = (number) => this.orm.write("crm.lead", [id], { phone: number });
        await this.tell("wrong_number");
        this.dialog.add(ConfirmationDialog, {
            title: _t("Take the number off?"),
            body: _t(
                "%(number)s is noted as wrong, and the lead stays in the day until you have found another. Shall the number be taken off the lead, too?",
                { number: phone }
            ),
            confirmLabel: _t("Take it off"),
            confirm: async () => {
                await write(false);
                await this.reload();
                const onClick = () => write(phone);
                this.notify(_t("%s is taken off", phone), [
                    { name: _t("Undo"), icon: "fa-undo", onClick },
                ]);
            },
            cancelLabel: _t("Keep it"),
            cancel: () => {},
        });
    }
}
