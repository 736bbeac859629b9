import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Moves a card without dragging it: by touch, by keyboard, in any grouping. */
export class LeadStatusCardField extends Component {
    static template = "lead_energy.LeadStatusCardField";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardFieldProps };

    setup() {
        this.leadStatus = useService("lead_status");
        this.orm = useService("orm");
        this.state = useState({ statuses: [] });
    }

    get status() {
        return this.props.record.data[this.props.name];
    }

    get isOverLimit() {
        return this.props.record.data.is_over_limit;
    }

    get days() {
        return _t("%s d", this.props.record.data.lead_status_days);
    }

    get title() {
        const { lead_status_days, is_over_limit } = this.props.record.data;
        return is_over_limit
            ? _t("For %s days: longer than the limit of this status. Move to…", lead_status_days)
            : _t("For %s days. Move to…", lead_status_days);
    }

    /** The list is read when it is wanted: a board has many cards. */
    async loadStatuses() {
        this.state.statuses = await this.orm.searchRead(
            "crm.lead.status",
            [],
            ["name", "description"]
        );
    }

    async select(statusId) {
        const { model, resId } = this.props.record;
        if (statusId !== this.status.id) {
            await this.leadStatus.move(resId, statusId, this.status.id, () =>
                model.refreshLeads ? model.refreshLeads([resId]) : model.load()
            );
        }
    }
}

export const leadStatusCardField = {
    component: LeadStatusCardField,
    displayName: _t("Lead status on a card"),
    supportedTypes: ["many2one"],
    fieldDependencies: [
        { name: "lead_status_days", type: "integer", readonly: true },
        { name: "is_over_limit", type: "boolean", readonly: true },
    ],
};

registry.category("fields").add("lead_status_card", leadStatusCardField);
