import { crmKanbanView } from "@crm/views/crm_kanban/crm_kanban_view";
import { Component } from "@odoo/owl";
import { usePopover } from "@web/core/popover/popover_hook";
import { GroupConfigMenu } from "@web/views/view_components/group_config_menu";
import { BOARD_ORDERS, getBoardOrder, saveBoardOrder } from "./board_orders";

const { KanbanHeader } = crmKanbanView.Renderer.components;

/** What the managers say of a status, and nothing else. */
class LeadStatusTooltip extends Component {
    static template = "lead_energy.LeadStatusTooltip";
    static props = { tooltip: Array, close: Function };
}

class LeadBoardConfigMenu extends GroupConfigMenu {
    static template = "lead_energy.LeadBoardConfigMenu";
}

/** The head of a column: also where the order of the board is chosen. */
export class LeadBoardHeader extends KanbanHeader {
    static components = { ...KanbanHeader.components, GroupConfigMenu: LeadBoardConfigMenu };

    setup() {
        super.setup();
        this.popover = usePopover(LeadStatusTooltip);
    }

    /** @override */
    get configMenuProps() {
        const props = super.configMenuProps;
        const current = getBoardOrder();
        const orders = Object.entries(BOARD_ORDERS).map(([name, { label }]) => [
            `lead_order_${name}`,
            {
                label,
                method: () => this.chooseOrder(name),
                isVisible: true,
                class: `o_lead_board_order ${name === current ? "fw-bold" : ""}`,
                icon: `fa-fw ${name === current ? "fa-check" : "fa-sort-amount-desc"}`,
            },
        ]);
        return { ...props, configItems: [...props.configItems, ...orders] };
    }

    async chooseOrder(name) {
        await saveBoardOrder(name);
        await this.props.list.model.sortLeads();
    }
}
