import { ImportDataOptions } from "@base_import/import_data_options/import_data_options";
import { BaseImportModel } from "@base_import/import_model";
import { patch } from "@web/core/utils/patch";

patch(BaseImportModel.prototype, {
    /** Another file may be written in another way than the one before. */
    async updateData(fileChanged = false) {
        if (fileChanged) {
            this.importOptionsValues.encoding.value = "";
            this.importOptionsValues.separator.value = "";
        }
        return super.updateData(...arguments);
    },

    /** Offer the code page that DOS programs of Western Europe write, too. */
    _getCSVFormattingOptions() {
        const options = super._getCSVFormattingOptions(...arguments);
        options.encoding.options.push("cp850");
        return options;
    },

    /** Show what tells its row itself as it is: Odoo would count the row anew. */
    _handleImportErrors(messages, names) {
        const isWhole = (message) => message.is_complete && !message.field_path;
        const others = messages.filter((message) => !isWhole(message));
        if (others.length && super._handleImportErrors(others, names)) {
            return true;
        }
        for (const { type, message } of messages.filter(isWhole)) {
            this._addMessage(type, [message]);
        }
    },
});

patch(ImportDataOptions.prototype, {
    /** Do not offer to create what this user, or its name alone, cannot create. */
    async loadOptions() {
        const options = await super.loadOptions(...arguments);
        if (!this.props.fieldInfo.no_create) {
            return options;
        }
        return options.filter(([name]) => name !== "name_create_enabled_fields");
    },
});
