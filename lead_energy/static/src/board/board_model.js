import { CrmKanbanDynamicGroupList, CrmKanbanModel } from "@crm/views/crm_kanban/crm_kanban_model";
import { toRaw } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { getBasicEvalContext, getFieldsSpec } from "@web/model/relational_model/utils";
import { canCompare, compareRecords, getBoardOrderBy } from "./board_orders";

const GROUP = "lead_status_id";
const COUNTED = "lead_temperature";

export class LeadBoardDynamicGroupList extends CrmKanbanDynamicGroupList {
    /**
     * A card moves when the server has moved the lead: a dialog may come first, and
     * somebody else may have moved it meanwhile.
     *
     * @override
     */
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        if (dataGroupId === targetGroupId || this.groupByField.name !== GROUP) {
            return super.moveRecord(...arguments);
        }
        const source = this.groups.find((group) => group.id === dataGroupId);
        const target = this.groups.find((group) => group.id === targetGroupId);
        const { resId } = source.list.records.find(({ id }) => id === dataRecordId);
        await this.model.leadStatus.move(resId, target.value, source.value, () =>
            this.model.refreshLeads([resId])
        );
    }
}

/**
 * A board that follows what happens to its leads, wherever that is: it reads those
 * leads again, and moves their cards alone.
 */
export class LeadBoardModel extends CrmKanbanModel {
    static DynamicGroupList = LeadBoardDynamicGroupList;
    static services = [...CrmKanbanModel.services, "lead_status"];

    setup(params, { lead_status }) {
        super.setup(...arguments);
        this.leadStatus = lead_status;
        this.viewOrderBy = params.defaultOrderBy;
        this._useChosenOrder();
    }

    _useChosenOrder() {
        const chosen = getBoardOrderBy();
        this.defaultOrderBy = chosen.length ? chosen : this.viewOrderBy;
    }

    /** Sorts all columns by the order that the person has chosen. */
    sortLeads() {
        this._useChosenOrder();
        return this.load({ orderBy: this.defaultOrderBy });
    }

    /**
     * The chosen order holds whenever the search does not ask for another.
     *
     * @override
     */
    _getNextConfig(currentConfig, params) {
        const isUnsorted = params.orderBy && !params.orderBy.length;
        return super._getNextConfig(
            currentConfig,
            isUnsorted ? { ...params, orderBy: this.defaultOrderBy || [] } : params
        );
    }

    /**
     * Shows what is true now of some leads.
     *
     * @param {number[]} ids
     * @returns {Promise<Object[]>} the cards that went to another column
     */
    refreshLeads(ids) {
        return this.mutex.exec(() => this._refreshLeads(ids));
    }

    async _refreshLeads(ids) {
        const { root } = this;
        const records = await this._readLeads(ids);
        if (toRaw(root) !== toRaw(this.root)) {
            return []; // all was loaded anew meanwhile
        }
        if (this._isToLoadAnew(ids, records)) {
            await this.load();
            this.useSampleModel = false;
            this.notify();
            return [];
        }
        if (this.useSampleModel || !this._isByStatus) {
            return [];
        }
        const found = Object.fromEntries(records.map((values) => [values.id, values]));
        const changes = ids.map((id) => this._placeCard(id, found[id])).filter(Boolean);
        await Promise.all(
            root.groups
                .filter((group) => this._isToLoad(group, changes))
                .map(({ list }) => {
                    const { domain, limit, offset, orderBy } = list;
                    return list._load(offset, limit, orderBy, domain);
                })
        );
        if (changes.some(({ isCounted }) => isCounted)) {
            await this.hooks.onCardsMoved?.();
        }
        return changes.filter(({ source, target }) => source && target && source !== target);
    }

    get _isByStatus() {
        return this.root.isGrouped && this.root.groupByField.name === GROUP;
    }

    async _readLeads(ids) {
        const { activeFields, config, context, domain, fields, resModel } = this.root;
        const { records } = await this.orm.webSearchRead(
            resModel,
            Domain.and([domain, [["id", "in", ids]]]).toList(),
            {
                specification: getFieldsSpec(activeFields, fields, getBasicEvalContext(config)),
                context: { bin_size: true, ...context },
                limit: ids.length,
            }
        );
        return records;
    }

    /** Whether cards cannot just be moved: other columns, new ones, or none until now. */
    _isToLoadAnew(ids, records) {
        if (this.useSampleModel) {
            return records.length > 0;
        }
        return this._isByStatus
            ? records.some((values) => !this._getColumn(values))
            : this.root.records.some(({ resId }) => ids.includes(resId));
    }

    _getColumn(values) {
        return this.root.groups.find(({ value }) => value === values[GROUP].id);
    }

    /**
     * Puts the card of a lead where it belongs.
     *
     * @param {number} resId
     * @param {Object} [values] none if the lead is not on this board any more
     * @returns {Object|undefined} what has changed
     */
    _placeCard(resId, values) {
        const source = this.root.groups.find(({ list }) =>
            list.records.some((record) => record.resId === resId)
        );
        let record = source?.list.records.find((other) => other.resId === resId);
        const target = values && this._getColumn(values);
        if (!source && !target) {
            return;
        }
        const before = record && { data: record.data, resId };
        if (record && values) {
            record._setData(values);
        }
        const isCounted = source !== target || before.data[COUNTED] !== record.data[COUNTED];
        const change = { isCounted, source, target };
        if (source === target && !this._isToSort(target, record, before)) {
            return { ...change, record };
        }
        if (source) {
            source._removeRecords([record.id]);
        }
        if (target) {
            record ||= target.list._createRecordDatapoint(values);
            change.isToLoad = !this._insertCard(target, record);
        }
        return { ...change, record };
    }

    /** Whether a card that stays in its column has another place there. */
    _isToSort({ list: { orderBy } }, record, before) {
        return !canCompare(orderBy, record) || compareRecords(orderBy, record, before) !== 0;
    }

    /** @returns {boolean} whether it is known where in the column the card belongs */
    _insertCard(group, record) {
        const { orderBy, records } = group.list;
        const index = records.findIndex((other) => compareRecords(orderBy, record, other) < 0);
        group._addRecord(record, index < 0 ? records.length : index);
        // only the server knows whether it is among what a bar of the column shows
        return group.isFolded || (!group.config.extraDomain && canCompare(orderBy, record));
    }

    /** Whether a column has to be read anew, since its cards do not tell enough. */
    _isToLoad(group, changes) {
        const { count, isFolded, list } = group;
        const isEmptied = !list.records.length && count > 0;
        return (
            !isFolded &&
            (isEmptied || changes.some(({ isToLoad, target }) => isToLoad && target === group))
        );
    }
}
