import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, queryAll, queryAllTexts, queryAttribute, test } from "@odoo/hoot";
import { hover, leave } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    getDisplayedFieldNames,
    getOperatorOptions,
    openModelFieldSelectorPopover,
} from "@web/../tests/core/tree_editor/condition_tree_editor_test_helpers";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const DETAILS = {
    groups: [
        {
            id: 1,
            label: "Need",
            dimension: "Fit",
            minimum: 0,
            maximum: 40,
            points: 45,
            lines: [{ label: "Urgent", points: 45 }],
        },
        {
            id: 2,
            label: "Energy",
            dimension: "Fit",
            minimum: -10,
            maximum: 30,
            points: 12.5,
            lines: [
                { label: "Storage", points: 20 },
                { label: "No roof", points: -7.5 },
            ],
        },
        { id: 0, points: -0.5, lines: [{ label: "Rounding", points: -0.5 }] },
    ],
    range: { minimum: 30, maximum: 80, next: "Influence", span: 25 },
    history: [
        ["2026-01-01 12:00:00", 20, "create"],
        ["2026-01-06 12:00:00", 57, "rating"],
    ],
    thresholds: { warm: 30, hot: 60, mql: 40, sql: 60 },
};

class Lead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    city = fields.Char();
    user_id = fields.Many2one({ string: "Salesperson", relation: "res.users" });
    lead_score = fields.Integer();
    lead_score_excluded = fields.Boolean();
    lead_score_trend = fields.Integer();
    lead_score_explanation = fields.Text();
    lead_score_details = fields.Json();
    lead_temperature = fields.Selection({
        selection: [
            ["cold", "Cold"],
            ["warm", "Warm"],
            ["hot", "Hot"],
        ],
    });

    _records = [
        {
            id: 1,
            name: "Amsel",
            lead_score: 57,
            lead_temperature: "warm",
            lead_score_trend: 12,
            lead_score_explanation: "Need: Urgent: +45\nEnergy: Storage: +12.5",
            lead_score_details: DETAILS,
        },
        { id: 2, name: "Buche", lead_score: 80, lead_temperature: "hot", lead_score_trend: -5 },
        { id: 3, name: "Distel", lead_score: 0, lead_temperature: "cold" },
    ];
}

class Rule extends models.Model {
    _name = "crm.lead.score.rule";

    domain = fields.Char();

    _records = [{ id: 1, domain: "[('city', '=', 'Bonn')]" }];
}

defineMailModels();
defineModels([Lead, Rule]);

function mountForm(field, widget, resId = 1) {
    return mountView({
        resModel: "crm.lead",
        resId,
        type: "form",
        arch: `<form><field name="${field}" widget="${widget}"/></form>`,
    });
}

function mountList() {
    return mountView({
        resModel: "crm.lead",
        type: "list",
        arch: `
            <list>
                <field name="name"/>
                <field name="lead_score" widget="lead_score_badge"/>
                <field name="lead_score_trend" widget="lead_score_trend"/>
            </list>`,
    });
}

test("the badge has the colour of the temperature, and reads the lines when asked", async () => {
    onRpc("crm.lead", "read", ({ args }) => expect.step(["read", ...args]));
    await mountList();
    expect(queryAllTexts(".o_lead_score_badge")).toEqual(["57", "80", "0"]);
    expect(".o_lead_score_badge:eq(0)").toHaveClass("text-bg-warning");
    expect(".o_lead_score_badge:eq(1)").toHaveClass("text-bg-danger");
    expect(".o_lead_score_badge:eq(2)").toHaveClass("o_lead_score_cold");
    expect.verifySteps([]);
    await hover(".o_lead_score_badge:eq(0)");
    await animationFrame();
    expect.verifySteps([["read", [1], ["lead_score_explanation"]]]);
    expect(queryAllTexts(".o_lead_score_lines > div")).toEqual([
        "Score 57",
        "Need: Urgent: +45",
        "Energy: Storage: +12.5",
    ]);
    await leave();
    await animationFrame();
    expect(".o_lead_score_lines").toHaveCount(0);
});

test("a lead without points says so; the keyboard opens a badge, too", async () => {
    await mountForm("lead_score", "lead_score_badge", 3);
    await contains(".o_lead_score_badge").focus();
    await animationFrame();
    expect(".o_lead_score_lines").toHaveText("Score 0\nNothing is rated yet.");
});

test("a click on a badge in a list opens its lines and not the lead", async () => {
    mockService("action", { doAction: () => expect.step("doAction") });
    await mountList();
    await contains(".o_lead_score_badge:eq(1)").click();
    await animationFrame();
    expect(".o_lead_score_lines").toHaveCount(1);
    expect.verifySteps([]);
});

test("the trend tells rise and fall, and nothing when the score stayed", async () => {
    await mountList();
    expect(queryAllTexts(".o_lead_score_trend")).toEqual(["12", "5"]);
    expect(".o_lead_score_trend:eq(0)").toHaveClass("text-success");
    expect(".o_lead_score_trend:eq(1)").toHaveClass("text-danger");
    expect(queryAttribute(".o_lead_score_trend:eq(1)", "title")).toBe(
        "5 points less than 30 days ago"
    );
});

test("the card shows lines by criterion that add up, and what is in reach", async () => {
    mockDate("2026-01-11 12:00:00", 0);
    await mountForm("lead_score_details", "lead_score_card");
    const rows = queryAll(".o_lead_score_card tr").map((row) =>
        [...row.cells].map((cell) => cell.innerText.trim())
    );
    expect(rows).toEqual([
        ["Need: Urgent", "+45"],
        ["Energy Fit, -10 … 30", "+12.50"],
        ["Storage", "+20"],
        ["No roof", "−7.50"],
        ["Total: Rounding", "−0.50"],
        ["Score", "57"],
    ]);
    expect(".o_lead_score_range").toHaveText(
        "Can still reach 30 to 80. Ask for Influence first: it moves the score by up to 25."
    );
});

test("the chart holds a score until it changes, from the first day until now", async () => {
    mockDate("2026-01-11 12:00:00", 0);
    await mountForm("lead_score_details", "lead_score_card");
    // half of the time at 20, half at 57, of a chart 220 wide and 48 high
    expect(queryAttribute(".o_lead_score_line", "d")).toBe("M 0.0 37.2 H 110.0 V 20.9 H 220");
});

test("the editor of a condition offers what can be scored, and no others", async () => {
    onRpc("crm.lead.score.rule", "get_refused_fields", () => ["user_id", "lead_score"]);
    onRpc("crm.lead", "search_count", () => 7);
    await mountView({
        resModel: "crm.lead.score.rule",
        resId: 1,
        type: "form",
        arch: `
            <form>
                <field name="domain" widget="lead_score_domain" options="{'model': 'crm.lead'}"/>
            </form>`,
    });
    await contains(".o_edit_mode, .o_domain_show_selection_button, .fa-caret-right").click();
    await openModelFieldSelectorPopover();
    const names = getDisplayedFieldNames();
    expect(names).toInclude("City");
    expect(names).not.toInclude("Salesperson");
    expect(names).not.toInclude("Lead score");
    expect(names).not.toInclude("Lead score details");
    expect(getOperatorOptions()).toInclude("contains");
});
