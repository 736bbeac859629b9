import { Chatter } from "@mail/chatter/web_portal/chatter";
// what Odoo adds to the chatter for employees, first
import "@mail/chatter/web/chatter_patch";
import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";

/** Odoo's chatter, opened at a message to the prospect; sent, it closes. */
class LeadMail extends Chatter {
    /** @override */
    async load() {
        await super.load(...arguments);
        if (!this.isOpened) {
            // after the first load: now it is known whom to write to
            this.isOpened = true;
            this.toggleComposer("message");
        }
    }

    /** @override */
    onPostCallback() {
        this.props.close();
    }

    /** @override */
    onCloseFullComposerCallback(isDiscard) {
        if (isDiscard) {
            super.onCloseFullComposerCallback(isDiscard);
        } else {
            this.props.close();
        }
    }
}

/** A mail to a lead, without leaving the screen; it tells what was written before. */
export class LeadMailDialog extends Component {
    static template = "lead_energy.LeadMailDialog";
    static components = { Dialog, LeadMail };
    static props = { leadId: Number, title: String, close: Function };
}
