import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { session } from "@web/session";

const getKey = () => `lead_energy.kept.${session.db}.${user.userId}`;

/** What this device keeps for the next lead that is typed in on it: {field: ids}. */
export const keptValues = {
    get() {
        try {
            const kept = JSON.parse(browser.localStorage.getItem(getKey()));
            return kept && typeof kept === "object" ? kept : {};
        } catch {
            return {}; // written by something else
        }
    },

    /** A browser that stores nothing just keeps nothing. */
    update(values) {
        try {
            browser.localStorage.setItem(getKey(), JSON.stringify({ ...this.get(), ...values }));
        } catch {
            // full or forbidden
        }
    },
};
