import { registry } from "@web/core/registry";

/**
 * Tells what a conversion made, with the ways there and back.
 *
 * @param {Object} env
 * @param {Object} params
 * @param {string} params.message
 * @param {{ name: string, icon: string, action: Object }[]} params.links
 */
export function announceConversion(env, { message, links }) {
    const close = env.services.notification.add(message, {
        type: "success",
        className: "o_lead_conversion_notice",
        // time to read, and to reach a button by keyboard
        autocloseDelay: 20000,
        buttons: links.map(({ name, icon, action }) => ({
            name,
            icon,
            onClick: () => {
                close();
                return env.services.action.doAction(action);
            },
        })),
    });
}

registry.category("effects").add("lead_conversion", announceConversion);
