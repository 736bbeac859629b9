import { onWillStart } from "@odoo/owl";
import { DomainSelector } from "@web/core/domain_selector/domain_selector";
import { getDomainDisplayedOperators } from "@web/core/domain_selector/domain_selector_operator_editor";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { getOperatorEditorInfo } from "@web/core/tree_editor/tree_editor_operator_editor";
import { useService } from "@web/core/utils/hooks";
import { DomainField, domainField } from "@web/views/fields/domain/domain_field";

const RELATIONS = ["many2one", "many2many", "one2many"];
const UNSCORABLE_TYPES = ["json", "separator", "binary", "properties", "properties_definition"];

/** Offers the fields and operators that a score can be computed from, and no others. */
class ScoreDomainSelector extends DomainSelector {
    setup() {
        this.orm = useService("orm");
        onWillStart(async () => {
            this.refused = new Set(
                await this.orm
                    .cache({ type: "ram" })
                    .call("crm.lead.score.rule", "get_refused_fields", [])
            );
        });
        super.setup();
    }

    // archived leads are scored, too: there is nothing to choose
    getShowArchivedCheckBox() {
        return false;
    }

    getOperators(fieldDef) {
        const operators = getDomainDisplayedOperators(fieldDef);
        return RELATIONS.includes(fieldDef?.type)
            ? operators.filter((operator) => !operator.includes("like"))
            : operators;
    }

    getDefaultOperator(fieldDef) {
        return this.getOperators(fieldDef)[0];
    }

    getOperatorEditorInfo(fieldDef) {
        return getOperatorEditorInfo(this.getOperators(fieldDef), fieldDef);
    }

    getPathEditorInfo(resModel, defaultCondition) {
        const info = super.getPathEditorInfo(resModel, defaultCondition);
        return {
            ...info,
            extractProps: (params) => ({
                ...info.extractProps(params),
                filter: (fieldDef, path, model) =>
                    fieldDef.searchable &&
                    !UNSCORABLE_TYPES.includes(fieldDef.type) &&
                    !(model === "crm.lead" && this.refused.has(fieldDef.name)),
            }),
        };
    }
}

export class ScoreDomainField extends DomainField {
    static components = { ...DomainField.components, DomainSelector: ScoreDomainSelector };

    getContext(props = this.props) {
        return { ...super.getContext(props), active_test: false };
    }
}

registry.category("fields").add("lead_score_domain", {
    ...domainField,
    component: ScoreDomainField,
    displayName: _t("Condition of a Score Rule"),
});
