import { CrmKanbanDynamicGroupList, CrmKanbanModel } from "@crm/views/crm_kanban/crm_kanban_model";
import { crmKanbanView } from "@crm/views/crm_kanban/crm_kanban_view";
import { registry } from "@web/core/registry";

export class LeadBoardDynamicGroupList extends CrmKanbanDynamicGroupList {
    /**
     * A card moves when the server has moved the lead: a dialog may come first, and
     * somebody else may have moved it meanwhile.
     *
     * @override
     */
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        if (dataGroupId === targetGroupId || this.groupByField.name !== "lead_status_id") {
            return super.moveRecord(...arguments);
        }
        const source = this.groups.find((group) => group.id === dataGroupId);
        const target = this.groups.find((group) => group.id === targetGroupId);
        const record = source.list.records.find(({ id }) => id === dataRecordId);
        await this.model.leadStatus.move(record.resId, target.value, source.value, () =>
            this.model.load()
        );
    }
}

export class LeadBoardModel extends CrmKanbanModel {
    static DynamicGroupList = LeadBoardDynamicGroupList;
    static services = [...CrmKanbanModel.services, "lead_status"];

    setup(params, { lead_status }) {
        super.setup(...arguments);
        this.leadStatus = lead_status;
    }
}

export class LeadBoardController extends crmKanbanView.Controller {
    /**
     * A lead is typed in on the board, also by who taps before its columns are there.
     *
     * @override
     */
    async createRecord() {
        await this.model.whenReady;
        return super.createRecord();
    }
}

export const leadBoardView = {
    ...crmKanbanView,
    Controller: LeadBoardController,
    Model: LeadBoardModel,
};

registry.category("views").add("lead_energy_board", leadBoardView);
