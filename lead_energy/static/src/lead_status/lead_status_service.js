import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Moves a lead to a status, wherever the user does it: by a drop on the board, by
 * the control on a card, in the form. The server decides; this shows its dialogs,
 * tells what happened and offers the way back.
 */
export const leadStatusService = {
    dependencies: ["action", "notification", "orm"],
    start(env, { action, notification, orm }) {
        const call = (method, leadId, ...args) => orm.call("crm.lead", method, [[leadId], ...args]);

        function openDialog(dialog) {
            return new Promise((resolve, reject) => {
                action.doAction(dialog, { onClose: resolve }).catch(reject);
            });
        }

        function offerUndo(leadId, { message, status_id, undo }, reload) {
            const close = notification.add(message, {
                type: "success",
                autocloseDelay: 8000,
                buttons: [
                    {
                        name: _t("Undo"),
                        icon: "fa-undo",
                        primary: true,
                        onClick: async () => {
                            close();
                            try {
                                await call("undo_lead_status_move", leadId, status_id, undo);
                            } finally {
                                await reload();
                            }
                        },
                    },
                ],
            });
        }

        /**
         * @param {number} leadId
         * @param {number} statusId where to
         * @param {number} fromStatusId the status that the user sees
         * @param {() => Promise} reload shows what is true now, also after a refusal
         */
        async function move(leadId, statusId, fromStatusId, reload) {
            let result;
            try {
                result = await call("move_lead_status", leadId, statusId, fromStatusId);
                if (result.action) {
                    const { undo } = result;
                    await openDialog(result.action);
                    result = await call("get_lead_status_move", leadId, fromStatusId);
                    result.undo = undo;
                }
            } finally {
                // also after a refusal; a dialog that was cancelled changed nothing
                if (!result || result.moved) {
                    await reload();
                }
            }
            if (result.message) {
                offerUndo(leadId, result, reload);
            }
        }

        return { move };
    },
};

registry.category("services").add("lead_status", leadStatusService);
