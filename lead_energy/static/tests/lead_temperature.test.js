import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, expect, queryOne, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

const COLORS = { hot: "#aa0000", warm: "#00bb00", cold: "#0000cc" };

class Lead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    city = fields.Char();
    lead_temperature = fields.Selection({
        selection: [
            ["cold", "Cold"],
            ["warm", "Warm"],
            ["hot", "Hot"],
        ],
    });

    _records = [
        { id: 1, name: "Amsel", city: "Bonn", lead_temperature: "warm" },
        { id: 2, name: "Buche", city: "Bonn", lead_temperature: "hot" },
        { id: 3, name: "Distel", city: "Ulm", lead_temperature: "cold" },
        { id: 4, name: "Erle", city: "Ulm", lead_temperature: "hot" },
    ];
}

class ScoreModel extends models.Model {
    _name = "crm.lead.score.model";

    update_pending = fields.Boolean();
    update_done = fields.Integer();
    update_total = fields.Integer();

    _records = [{ id: 1, update_pending: true, update_done: 100, update_total: 1000 }];
}

defineMailModels();
defineModels([Lead, ScoreModel]);

beforeEach(() => {
    for (const [name, color] of Object.entries(COLORS)) {
        document.documentElement.style.setProperty(`--lead-energy-${name}`, color);
    }
    return () => document.documentElement.removeAttribute("style");
});

/** Return {label: colour} of a chart. */
async function getColors(type, groupBy, name = "backgroundColor") {
    await mountView({
        resModel: "crm.lead",
        type: "graph",
        arch: `<graph type="${type}">${groupBy
            .map((field) => `<field name="${field}"/>`)
            .join("")}</graph>`,
    });
    const { data } = window.Chart.getChart(queryOne("canvas"));
    if (groupBy.length > 1) {
        // without the line of the sums
        const parts = data.datasets.filter((set) => set.type !== "line");
        return Object.fromEntries(parts.map((set) => [set.label, set[name]]));
    }
    return Object.fromEntries(data.labels.map((label, i) => [label, data.datasets[0][name][i]]));
}

for (const [type, groupBy, name] of [
    ["bar", ["city", "lead_temperature"]],
    ["bar", ["lead_temperature"]],
    ["pie", ["lead_temperature"]],
    ["line", ["city", "lead_temperature"], "borderColor"],
]) {
    test(`hot, warm and cold have their colours: ${type} by ${groupBy}`, async () => {
        expect(await getColors(type, groupBy, name)).toEqual({
            Hot: COLORS.hot,
            Warm: COLORS.warm,
            Cold: COLORS.cold,
        });
    });
}

test("other charts keep the colours of Odoo", async () => {
    const colors = Object.values(await getColors("bar", ["lead_temperature", "city"]));
    expect(colors).toHaveLength(2);
    for (const color of colors) {
        expect(Object.values(COLORS)).not.toInclude(color);
    }
});

test("the progress of the scores moves by itself, and the form shows its end", async () => {
    let reads = 0;
    onRpc("crm.lead.score.model", "read", () => {
        reads++;
        return [
            { id: 1, update_pending: reads === 1, update_done: 600 * reads, update_total: 1000 },
        ];
    });
    onRpc("crm.lead.score.model", "web_read", ({ parent }) => {
        const [record] = parent();
        return [{ ...record, update_pending: reads < 2 }];
    });
    await mountView({
        resModel: "crm.lead.score.model",
        resId: 1,
        type: "form",
        arch: `<form>
                <div invisible="not update_pending">
                    <field name="update_done" widget="lead_score_progress"/>
                </div>
            </form>`,
    });
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "10");
    expect(".o_field_lead_score_progress").toHaveText("100 of 1000 leads done");
    await advanceTime(3000);
    await animationFrame();
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "60");
    expect(".o_field_lead_score_progress").toHaveText("600 of 1000 leads done");
    await advanceTime(3000);
    await animationFrame();
    expect(reads).toBe(2);
    expect("[role=progressbar]").toHaveCount(0);
    await advanceTime(6000);
    expect(reads).toBe(2, { message: "nobody asks any more" });
});
