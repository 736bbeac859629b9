import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getKanbanColumn,
    makeServerError,
    mockService,
    MockServer,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Status extends models.Model {
    _name = "crm.lead.status";

    name = fields.Char();
    description = fields.Text();

    _records = [
        { id: 1, name: "Open" },
        { id: 2, name: "Contacted", description: "We talked" },
        { id: 3, name: "Closed" },
        { id: 4, name: "Converted" },
    ];
}

class Lead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    lead_status_id = fields.Many2one({ relation: "crm.lead.status" });
    user_id = fields.Many2one({ relation: "res.users" });
    lead_status_days = fields.Integer();
    is_over_limit = fields.Boolean();

    _records = [
        { id: 1, name: "Amsel", lead_status_id: 1, lead_status_days: 3 },
        { id: 2, name: "Buche", lead_status_id: 1, lead_status_days: 40, is_over_limit: true },
        { id: 3, name: "Distel", lead_status_id: 2 },
        { id: 4, name: "Erle", lead_status_id: 3 },
        { id: 5, name: "Fichte", lead_status_id: 4 },
    ];
}

defineMailModels();
defineModels([Status, Lead]);

/** What the server does with a drop, as its tests of the method say. */
function move(leadId, statusId) {
    MockServer.env["crm.lead"].write([leadId], { lead_status_id: statusId });
    return { moved: true, status_id: statusId, message: "moved", undo: { rework_date: false } };
}

beforeEach(() => {
    onRpc("crm.lead", "web_save", () => expect.step("web_save"));
});

function mountBoard(groupBy = ["lead_status_id"]) {
    return mountView({
        resModel: "crm.lead",
        type: "kanban",
        groupBy,
        arch: `
            <kanban js_class="lead_energy_board">
                <templates>
                    <t t-name="card">
                        <field name="name"/>
                        <field name="lead_status_id" widget="lead_status_card"/>
                    </t>
                </templates>
            </kanban>`,
    });
}

const cards = (column) =>
    [...getKanbanColumn(column).querySelectorAll(".o_kanban_record > span, .o_kanban_record")]
        .filter((el) => el.matches(".o_kanban_record"))
        .map((el) => el.innerText.split("\n")[0].trim());

async function drop(fromColumn, toColumn) {
    await contains(`.o_kanban_group:eq(${fromColumn}) .o_kanban_record:eq(0)`).dragAndDrop(
        `.o_kanban_group:eq(${toColumn})`
    );
    await animationFrame();
}

test("a drop names the status that the user saw, and the card moves", async () => {
    onRpc("crm.lead", "move_lead_status", ({ args }) => {
        expect.step(["move", ...args]);
        return move(args[0][0], args[1]);
    });
    await mountBoard();
    await drop(0, 1);
    expect.verifySteps([["move", [1], 2, 1]]);
    expect(cards(0)).toEqual(["Buche"]);
    expect(cards(1)).toEqual(["Amsel", "Distel"]);
});

test("a drop is taken back from its notification", async () => {
    onRpc("crm.lead", "move_lead_status", ({ args }) => move(args[0][0], args[1]));
    onRpc("crm.lead", "undo_lead_status_move", ({ args }) => {
        expect.step(["undo", ...args]);
        MockServer.env["crm.lead"].write(args[0], { lead_status_id: 1 });
        return true;
    });
    await mountBoard();
    await drop(0, 1);
    await contains(".o_notification_buttons button:contains(Undo)").click();
    await animationFrame();
    expect.verifySteps([["undo", [1], 2, { rework_date: false }]]);
    expect(cards(0)).toEqual(["Amsel", "Buche"]);
    expect(".o_notification").toHaveCount(0);
});

test("a dialog that is cancelled leaves the card where it was", async () => {
    mockService("action", {
        doAction(action, { onClose }) {
            expect.step(action.res_model);
            onClose();
            return Promise.resolve();
        },
    });
    onRpc("crm.lead", "move_lead_status", () => ({
        action: { type: "ir.actions.act_window", res_model: "crm.lead.lost", target: "new" },
        undo: {},
    }));
    onRpc("crm.lead", "get_lead_status_move", ({ args }) => {
        expect.step(["became", ...args]);
        return { moved: false };
    });
    await mountBoard();
    await drop(0, 2);
    expect.verifySteps(["crm.lead.lost", ["became", [1], 1]]);
    expect(cards(0)).toEqual(["Amsel", "Buche"]);
    expect(cards(2)).toEqual(["Erle"]);
    expect(".o_notification").toHaveCount(0);
});

test("a dialog that is applied moves the card and offers the way back", async () => {
    let lead;
    mockService("action", {
        doAction(action, { onClose }) {
            lead.write([1], { lead_status_id: 3 });
            onClose();
            return Promise.resolve();
        },
    });
    onRpc("crm.lead", "move_lead_status", () => {
        lead = MockServer.env["crm.lead"];
        return { action: { type: "ir.actions.act_window" }, undo: { rework_date: "2030-01-01" } };
    });
    onRpc("crm.lead", "get_lead_status_move", () => ({
        moved: true,
        status_id: 3,
        message: "Amsel: Closed",
    }));
    onRpc("crm.lead", "undo_lead_status_move", ({ args }) => {
        expect.step(["undo", ...args]);
        return true;
    });
    await mountBoard();
    await drop(0, 2);
    expect(cards(2)).toEqual(["Amsel", "Erle"]);
    await contains(".o_notification_buttons button:contains(Undo)").click();
    expect.verifySteps([["undo", [1], 3, { rework_date: "2030-01-01" }]]);
});

test("a refused drop shows why, and the board shows what is true", async () => {
    expect.errors(1);
    onRpc("crm.lead", "move_lead_status", () => {
        // somebody else was quicker
        MockServer.env["crm.lead"].write([1], { lead_status_id: 4 });
        throw makeServerError({ message: "Amsel was moved to 'Converted' by Rita" });
    });
    await mountBoard();
    await drop(0, 1);
    await animationFrame();
    expect.verifyErrors([/Amsel was moved to 'Converted' by Rita/]);
    expect(".modal").toHaveText(/Rita/);
    expect(cards(0)).toEqual(["Buche"]);
    expect(cards(3)).toEqual(["Amsel", "Fichte"]);
});

test("grouped by anything else, a drop is Odoo's own", async () => {
    onRpc("crm.lead", "move_lead_status", () => expect.step("move"));
    await mountBoard(["name"]);
    await drop(0, 1);
    expect.verifySteps(["web_save"]);
});

test("the control on a card moves it without dragging", async () => {
    onRpc("crm.lead", "move_lead_status", ({ args }) => {
        expect.step(["move", ...args]);
        return move(args[0][0], args[1]);
    });
    await mountBoard();
    expect(".o_lead_status_card:eq(0)").toHaveText("3 d");
    expect(".o_lead_status_card:eq(1)").toHaveClass("btn-danger");
    await contains(".o_lead_status_card:eq(0)").click();
    expect(".o_lead_status_item").toHaveCount(4);
    expect(".o_lead_status_item[data-status='2']").toHaveAttribute("title", "We talked");
    await contains(".o_lead_status_item[data-status='2']").click();
    await animationFrame();
    expect.verifySteps([["move", [1], 2, 1]]);
    expect(cards(1)).toEqual(["Amsel", "Distel"]);
});

test("New, tapped before the columns are there, waits for them", async () => {
    const loaded = new Deferred();
    onRpc("web_read_group", () => loaded);
    await mountView({
        resModel: "crm.lead",
        type: "kanban",
        groupBy: ["lead_status_id"],
        arch: `
            <kanban js_class="lead_energy_board" on_create="quick_create">
                <templates>
                    <t t-name="card">
                        <field name="name"/>
                    </t>
                </templates>
            </kanban>`,
        createRecord: () => expect.step("another page"),
    });
    await contains(".o-kanban-button-new").click();
    expect(".o_kanban_quick_create").toHaveCount(0);
    loaded.resolve();
    await animationFrame();
    await animationFrame();
    expect(".o_kanban_quick_create").toHaveCount(1);
    expect.verifySteps([]);
});
