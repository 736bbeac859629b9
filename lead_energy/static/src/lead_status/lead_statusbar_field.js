import { useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { StatusBarField, statusBarField } from "@web/views/fields/statusbar/statusbar_field";

/** The status in the form: as on the board, and with the description as a tooltip. */
export class LeadStatusbarField extends StatusBarField {
    static template = "lead_energy.LeadStatusbarField";

    setup() {
        super.setup();
        this.leadStatus = useService("lead_status");
        this.orm = useService("orm");
        this.descriptions = useState({});
    }

    /** They are read when somebody turns to the bar: forms are opened all day. */
    async loadDescriptions() {
        this.loading ??= this.orm.silent.searchRead("crm.lead.status", [], ["description"]);
        for (const { id, description } of await this.loading) {
            this.descriptions[id] = description || "";
        }
    }

    getDescription(item) {
        return this.descriptions[item.value] || "";
    }

    /** @override */
    async selectItem(item) {
        const { name, record } = this.props;
        if (record.isNew) {
            return super.selectItem(item);
        }
        if (await record.save()) {
            await this.leadStatus.move(record.resId, item.value, record.data[name].id, () =>
                record.load()
            );
        }
    }
}

export const leadStatusbarField = {
    ...statusBarField,
    component: LeadStatusbarField,
    supportedTypes: ["many2one"],
};

registry.category("fields").add("lead_statusbar", leadStatusbarField);
