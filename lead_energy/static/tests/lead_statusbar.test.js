import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { hover } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

class Status extends models.Model {
    _name = "crm.lead.status";

    name = fields.Char();
    description = fields.Text();

    _records = [
        { id: 1, name: "Open" },
        { id: 2, name: "Contacted", description: "We talked" },
    ];
}

class Lead extends models.Model {
    _name = "crm.lead";

    lead_status_id = fields.Many2one({ relation: "crm.lead.status" });

    _records = [{ id: 1, lead_status_id: 1 }];
}

defineMailModels();
defineModels([Status, Lead]);

test("a form reads the statuses once, and what they mean when somebody turns to them", async () => {
    onRpc("crm.lead.status", "*", ({ method, kwargs }) =>
        expect.step([method, ...(kwargs.fields || [])])
    );
    await mountView({
        resModel: "crm.lead",
        resId: 1,
        type: "form",
        arch: `
            <form>
                <header><field name="lead_status_id" widget="lead_statusbar"/></header>
            </form>`,
    });
    expect.verifySteps([["search_read", "display_name"]]);
    await hover(".o_statusbar_status");
    await animationFrame();
    expect.verifySteps([["search_read", "description"]]);
    expect(".o_arrow_button[data-value='2']").toHaveAttribute("title", "We talked");
    await hover(".o_form_view");
    await hover(".o_statusbar_status");
    await animationFrame();
    expect.verifySteps([]);
});
