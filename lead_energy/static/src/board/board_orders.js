import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { stringToOrderBy } from "@web/search/utils/order_by";

const SETTING = "lead_board_order";

/** How the leads in a column can be sorted. The first is the order of the view. */
export const BOARD_ORDERS = {
    hot: { label: _t("Hot first"), order: "" },
    next_step: { label: _t("Next step first"), order: "next_step_date, lead_score desc, id" },
    newest: { label: _t("Newest first"), order: "id desc" },
    longest: { label: _t("Longest in status first"), order: "lead_status_date, id" },
    stars: { label: _t("Stars first"), order: "priority desc, lead_score desc, id" },
};

/** The order that this person has chosen, on whatever device. */
export function getBoardOrder() {
    const name = user.settings[SETTING];
    return name in BOARD_ORDERS ? name : "hot";
}

export function saveBoardOrder(name) {
    return user.setUserSettings(SETTING, name);
}

/** @returns {Object[]} empty where the view's own order is the chosen one */
export function getBoardOrderBy() {
    return stringToOrderBy(BOARD_ORDERS[getBoardOrder()].order);
}

function getComparable(record, name) {
    const value = name === "id" ? record.resId : record.data[name];
    if (value === false || value === null || value === undefined) {
        return null;
    }
    return value.toMillis ? value.toMillis() : value; // a date
}

/** Whether the order is known here, and the cards hold what it asks for. */
export function canCompare(orderBy, record) {
    const isKnown = ({ name }) => name === "id" || name in record.activeFields;
    return orderBy.length > 0 && orderBy.every(isKnown);
}

/** As PostgreSQL sorts: nothing is greater than anything. */
export function compareRecords(orderBy, first, second) {
    for (const { name, asc } of orderBy) {
        const a = getComparable(first, name);
        const b = getComparable(second, name);
        if (a !== b) {
            const isLess = a !== null && (b === null || a < b);
            return isLess === asc ? -1 : 1;
        }
    }
    return 0;
}
