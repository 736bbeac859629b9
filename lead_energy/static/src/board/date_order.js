import { patch } from "@web/core/utils/patch";
import { SearchModel } from "@web/search/search_model";

// what has happened comes latest first, what is planned soonest first
const PAST = ["converted_date", "create_date", "date_closed", "date_open", "write_date"];
// what is searched by, but not stored
const STORED = {
    activity_date_deadline: "next_step_date",
    is_over_limit: "lead_status_date",
    my_activity_date_deadline: "next_step_date",
};
const NAMES = /\(\s*['"](\w+)['"]/g;

patch(SearchModel.prototype, {
    /**
     * Leads that are filtered by a date come sorted by it, unless a favourite says
     * how they are to be sorted.
     *
     * @override
     */
    _getOrderBy() {
        const orderBy = super._getOrderBy();
        const isOfLeads =
            this.resModel === "crm.lead" && this.globalContext.default_type === "lead";
        if (orderBy.length || !isOfLeads) {
            return orderBy;
        }
        const name = this._getFilterDate();
        return name
            ? [
                  { name, asc: !PAST.includes(name) },
                  { name: "lead_score", asc: false },
              ]
            : orderBy;
    },

    /** The date by which the leads are filtered, if any. */
    _getFilterDate() {
        for (const { searchItemId } of this.query) {
            const { type, domain, fieldName } = this.searchItems[searchItemId];
            const names =
                type === "dateFilter"
                    ? [fieldName]
                    : type === "filter"
                      ? [...String(domain).matchAll(NAMES)].map((match) => match[1])
                      : [];
            for (const name of names) {
                const field = this.searchViewFields[STORED[name] || name];
                if (STORED[name] && field) {
                    return STORED[name];
                }
                if (field && ["date", "datetime"].includes(field.type) && field.sortable) {
                    return name;
                }
            }
        }
        return null;
    },
});
