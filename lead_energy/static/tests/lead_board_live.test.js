import { waitForChannels, waitNotifications } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { after, beforeEach, expect, press, queryAll, queryOne, queryRect, test } from "@odoo/hoot";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getKanbanColumn,
    MockServer,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
    toggleMenuItem,
    toggleSearchBarMenu,
} from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";
import { AnimatedNumber } from "@web/views/view_components/animated_number";

const BOARD = "lead_energy.board";
const OPEN = 0;
const CONTACTED = 1;
const LOADED = ["read_progress_bar", "web_read_group"];

class Status extends models.Model {
    _name = "crm.lead.status";

    name = fields.Char();
    description = fields.Text();
    fold = fields.Boolean();

    _records = [
        { id: 1, name: "Open", description: "Nobody has talked to them" },
        { id: 2, name: "Contacted" },
        { id: 3, name: "Closed" },
        { id: 4, name: "Converted" },
    ];
}

class Lead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    lead_status_id = fields.Many2one({ relation: "crm.lead.status" });
    lead_status_days = fields.Integer();
    is_over_limit = fields.Boolean();
    is_rotting = fields.Boolean();
    lead_score = fields.Integer();
    next_step_date = fields.Date();
    next_contact_date = fields.Date();
    priority = fields.Selection({
        selection: [
            ["0", "Low"],
            ["1", "High"],
        ],
    });
    lead_temperature = fields.Selection({
        selection: [
            ["hot", "Hot"],
            ["warm", "Warm"],
            ["cold", "Cold"],
        ],
    });

    _records = [
        { id: 1, name: "Amsel", lead_status_id: 1, lead_score: 90, lead_temperature: "hot" },
        { id: 2, name: "Buche", lead_status_id: 1, lead_score: 50, lead_temperature: "warm" },
        { id: 3, name: "Distel", lead_status_id: 2, lead_score: 95, lead_temperature: "hot" },
        { id: 4, name: "Erle", lead_status_id: 2, lead_score: 10, lead_temperature: "cold" },
        { id: 5, name: "Fichte", lead_status_id: 4, lead_score: 20, lead_temperature: "cold" },
    ];

    _views = {
        "form,quick": `<form><field name="name"/></form>`,
        search: `
            <search>
                <filter name="due" string="Due"
                    domain="[('next_contact_date', '&lt;=', 'today')]"/>
                <filter name="best" string="Best" domain="[('lead_score', '&gt;', 80)]"/>
            </search>`,
    };
}

defineMailModels();
defineModels([Status, Lead]);

beforeEach(() => patchWithCleanup(AnimatedNumber, { enableAnimations: false }));

/** What the board asks the server for. */
function stepCalls() {
    onRpc("crm.lead", "*", ({ method }) => {
        if (!["get_views", "has_group", "onchange", "has_access"].includes(method)) {
            expect.step(method);
        }
    });
}

async function mountBoard(options = {}) {
    await mountView({
        resModel: "crm.lead",
        type: "kanban",
        groupBy: ["lead_status_id"],
        context: { default_type: "lead" },
        arch: `
            <kanban js_class="lead_energy_board" class="o_lead_energy_board" on_create="quick_create"
                    quick_create_view="quick"
                    default_order="lead_score desc, next_step_date, id">
                <field name="lead_status_id" options='{"group_by_tooltip": {"description": ""}}'/>
                <field name="lead_score"/>
                <field name="next_step_date"/>
                <progressbar field="lead_temperature"
                    colors='{"hot": "danger", "warm": "warning", "cold": "info"}'/>
                <templates>
                    <t t-name="card">
                        <field name="name"/>
                        <field name="lead_status_id" widget="lead_status_card"/>
                    </t>
                </templates>
            </kanban>`,
        ...options,
    });
    await waitForChannels([BOARD]);
}

const cards = (column) =>
    [...getKanbanColumn(column).querySelectorAll(".o_kanban_record")].map((el) =>
        el.innerText.split("\n")[0].trim()
    );
const card = (name) => queryOne(`.o_kanban_record:contains(${name})`);
const count = (column) =>
    getKanbanColumn(column).querySelector(".o_kanban_counter_side, .o_animated_number")?.innerText;

const write = (ids, values) => MockServer.env["crm.lead"].write(ids, values);

/** The bus brings news, one after the other. */
async function hear(...all) {
    for (const news of all) {
        MockServer.env["bus.bus"]._sendone(BOARD, BOARD, news);
        await waitNotifications([BOARD, news]);
    }
    await runAllTimers();
    await animationFrame();
    await animationFrame();
}

function onMove() {
    onRpc("crm.lead", "move_lead_status", ({ args: [[leadId], statusId] }) => {
        write([leadId], { lead_status_id: statusId });
        return { moved: true, status_id: statusId, message: "moved", undo: {} };
    });
}

test("a card that a colleague moves goes to its place, and no other is drawn anew", async () => {
    stepCalls();
    await mountBoard();
    expect.verifySteps(LOADED);
    expect(cards(OPEN)).toEqual(["Amsel", "Buche"]);
    const others = queryAll(".o_kanban_record:not(:contains(Amsel))");
    write([1], { lead_status_id: 2 });
    await hear({ ids: [1] });
    expect(cards(OPEN)).toEqual(["Buche"]);
    expect(cards(CONTACTED)).toEqual(["Distel", "Amsel", "Erle"]);
    expect(count(OPEN)).toBe("1");
    expect(count(CONTACTED)).toBe("3");
    const now = queryAll(".o_kanban_record:not(:contains(Amsel))");
    expect(now.every((el) => others.includes(el))).toBe(true);
    expect(".o_notification").toHaveText(/Amsel: Contacted/);
    expect.verifySteps(["web_search_read", "read_progress_bar"]);
});

test("what changes on a card without moving it is shown without a word", async () => {
    stepCalls();
    await mountBoard();
    expect.verifySteps(LOADED);
    write([1], { name: "Amsel & Sons" });
    await hear({ ids: [1] });
    expect(cards(OPEN)).toEqual(["Amsel & Sons", "Buche"]);
    expect(".o_notification").toHaveCount(0);
    expect.verifySteps(["web_search_read"]);
});

test("a card whose score rises climbs in its column", async () => {
    await mountBoard();
    write([4], { lead_score: 99, lead_temperature: "hot" });
    await hear({ ids: [4] });
    expect(cards(CONTACTED)).toEqual(["Erle", "Distel"]);
    write([2], { lead_score: 90, next_step_date: "2019-03-01" });
    await hear({ ids: [2] });
    expect(cards(OPEN)).toEqual(["Buche", "Amsel"], { message: "what is planned comes first" });
});

test("a lead that comes or goes is put in or taken out", async () => {
    await mountBoard();
    const id = MockServer.env["crm.lead"].create({
        name: "Ginster",
        lead_status_id: 1,
        lead_score: 70,
        lead_temperature: "hot",
    });
    await hear({ ids: [id] });
    expect(cards(OPEN)).toEqual(["Amsel", "Ginster", "Buche"]);
    expect(count(OPEN)).toBe("3");
    MockServer.env["crm.lead"].unlink([1]);
    await hear({ ids: [1] });
    expect(cards(OPEN)).toEqual(["Ginster", "Buche"]);
    expect(count(OPEN)).toBe("2");
    expect(".o_notification").toHaveCount(0);
});

test("leads that are not on this board cost one read", async () => {
    stepCalls();
    await mountBoard({ domain: [["lead_score", ">", 15]] });
    expect.verifySteps(LOADED);
    write([4], { lead_status_id: 1 });
    await hear({ ids: [4] });
    expect.verifySteps(["web_search_read"]);
    expect(cards(OPEN)).toEqual(["Amsel", "Buche"]);
});

test("news that come together are read together", async () => {
    stepCalls();
    await mountBoard();
    expect.verifySteps(LOADED);
    write([1, 2], { lead_status_id: 2 });
    await hear({ ids: [1] }, { ids: [2] });
    expect.verifySteps(["web_search_read", "read_progress_bar"]);
    expect(cards(CONTACTED)).toEqual(["Distel", "Amsel", "Buche", "Erle"]);
    expect(".o_notification").toHaveText(/2 cards have moved/);
});

test("a reload loads all, but waits for what is being typed in", async () => {
    stepCalls();
    await mountBoard();
    expect.verifySteps(LOADED);
    await contains(".o_kanban_quick_add:eq(0)").click();
    await contains(".o_kanban_quick_create [name=name] input").edit("Ginster", { confirm: false });
    write([1], { lead_score: 20 });
    await hear({ reload: true });
    expect(".o_kanban_quick_create [name=name] input").toHaveValue("Ginster");
    expect.verifySteps([]);
    await press("Escape");
    await animationFrame();
    await runAllTimers();
    await animationFrame();
    expect.verifySteps(LOADED);
    expect(cards(OPEN)).toEqual(["Buche", "Amsel"]);
});

test("a move asks for the one card and counts once", async () => {
    onMove();
    stepCalls();
    await mountBoard();
    expect.verifySteps(LOADED);
    await contains(card("Buche")).dragAndDrop(getKanbanColumn(CONTACTED));
    await animationFrame();
    expect.verifySteps(["move_lead_status", "web_search_read", "read_progress_bar"]);
    expect(cards(CONTACTED)).toEqual(["Distel", "Buche", "Erle"]);
    expect(count(OPEN)).toBe("1");
    expect(".o_notification").toHaveCount(1);
    // the own move is told, too
    await hear({ ids: [2] });
    expect.verifySteps(["web_search_read"]);
    expect(".o_notification").toHaveCount(0);
});

test("a creation counts the board once, and the card is there once", async () => {
    stepCalls();
    await mountBoard();
    expect.verifySteps(LOADED);
    await contains(".o_kanban_quick_add:eq(0)").click();
    await contains(".o_kanban_quick_create [name=name] input").edit("Ginster", { confirm: false });
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["web_save", "web_read", "read_progress_bar"]);
    expect(cards(OPEN)).toEqual(["Ginster", "Amsel", "Buche"]);
    const [id] = MockServer.env["crm.lead"].search([["name", "=", "Ginster"]]);
    await hear({ ids: [id] });
    expect.verifySteps(["web_search_read"]);
    expect(cards(OPEN)).toEqual(["Ginster", "Amsel", "Buche"]);
});

test("a card that is held is not torn away", async () => {
    onMove();
    await mountBoard();
    const { drop, moveTo } = await contains(card("Buche")).drag();
    await moveTo(getKanbanColumn(CONTACTED));
    write([1, 2], { lead_status_id: 4 });
    await hear({ ids: [1, 2] });
    expect(cards(OPEN).filter((name) => name)).toEqual(["Amsel", "Buche"]);
    await drop();
    await animationFrame();
    await animationFrame();
    expect(cards(OPEN)).toEqual([]);
    expect(cards(CONTACTED)).toEqual(["Distel", "Buche", "Erle"]);
});

test("a card is dropped where the pointer is, also when the board has scrolled", async () => {
    onRpc("crm.lead", "move_lead_status", ({ args: [[leadId], statusId] }) => {
        expect.step(statusId);
        write([leadId], { lead_status_id: statusId });
        return { moved: true };
    });
    await mountBoard();
    const renderer = queryOne(".o_kanban_renderer");
    // three columns that do not fit
    renderer.style.width = "600px";
    renderer.style.overflowX = "auto";
    for (const column of queryAll(".o_kanban_group")) {
        column.style.minWidth = column.style.maxWidth = "300px";
    }
    const { drop, moveTo } = await contains(card("Buche")).drag();
    await moveTo(getKanbanColumn(CONTACTED));
    const pointer = queryRect(getKanbanColumn(CONTACTED));
    renderer.scrollLeft = 300;
    await animationFrame();
    await animationFrame();
    expect(renderer.scrollLeft).toBe(300);
    expect(queryRect(getKanbanColumn(2)).x).toBeWithin(pointer.x - 2, pointer.x + 2);
    expect(getKanbanColumn(2)).toHaveClass("o_kanban_hover");
    expect(getKanbanColumn(CONTACTED)).not.toHaveClass("o_kanban_hover");
    await drop();
    await animationFrame();
    expect.verifySteps([4]);
});

test("the order is chosen in the menu of a column, and kept", async () => {
    after(() => user.updateUserSettings("lead_board_order", false));
    onRpc("crm.lead", "web_read_group", ({ kwargs }) => expect.step(kwargs.order));
    onRpc("res.users.settings", "set_res_users_settings", ({ kwargs }) => {
        expect.step(kwargs.new_settings);
        return kwargs.new_settings;
    });
    await mountBoard();
    expect.verifySteps(["lead_score DESC, next_step_date ASC, id ASC"]);
    await contains(".o_group_config button:eq(0)").click();
    expect(".o_lead_board_order").toHaveCount(5);
    expect(".o_lead_board_order.fw-bold").toHaveText("Hot first");
    await contains(".o_lead_board_order:contains(Newest first)").click();
    await animationFrame();
    expect.verifySteps([{ lead_board_order: "newest" }, "id DESC"]);
    expect(cards(OPEN)).toEqual(["Buche", "Amsel"]);
    await contains(".o_group_config button:eq(0)").click();
    expect(".o_lead_board_order.fw-bold").toHaveText("Newest first");
    // and where a card goes
    write([1], { lead_status_id: 2 });
    await hear({ ids: [1] });
    expect(cards(CONTACTED)).toEqual(["Erle", "Distel", "Amsel"]);
});

test("who has chosen an order finds it again, and may choose the first one, too", async () => {
    after(() => user.updateUserSettings("lead_board_order", false));
    user.updateUserSettings("lead_board_order", "stars");
    onRpc("crm.lead", "web_read_group", ({ kwargs }) => expect.step(kwargs.order));
    onRpc("res.users.settings", "set_res_users_settings", ({ kwargs }) => kwargs.new_settings);
    await mountBoard();
    expect.verifySteps(["priority DESC, lead_score DESC, id ASC"]);
    await contains(".o_group_config button:eq(0)").click();
    await contains(".o_lead_board_order:contains(Hot first)").click();
    await animationFrame();
    expect.verifySteps(["lead_score DESC, next_step_date ASC, id ASC"]);
});

test("a filter by a date sorts by it, as long as it is set", async () => {
    onRpc("crm.lead", "web_read_group", ({ kwargs }) => expect.step(kwargs.order));
    await mountBoard({ searchViewId: false });
    const own = "lead_score DESC, next_step_date ASC, id ASC";
    expect.verifySteps([own]);
    await toggleSearchBarMenu();
    await toggleMenuItem("Best");
    expect.verifySteps([own]);
    await toggleMenuItem("Due");
    expect.verifySteps(["next_contact_date ASC, lead_score DESC"]);
    await toggleMenuItem("Due");
    expect.verifySteps([own]);
});

test("other lists of Odoo keep their order", async () => {
    onRpc("crm.lead", "web_search_read", ({ kwargs }) => expect.step(kwargs.order));
    await mountView({
        resModel: "crm.lead",
        type: "list",
        searchViewId: false,
        arch: `<list><field name="name"/></list>`,
    });
    await toggleSearchBarMenu();
    await toggleMenuItem("Due");
    expect.verifySteps(["", ""]);
});

test("everything on a card works by keyboard, and the focus stays at the lead", async () => {
    onMove();
    await mountBoard();
    queryOne(".o_lead_status_card", { root: card("Buche") }).focus();
    // the browser makes a click of it, unless somebody takes it
    const [keydown] = await press(" ");
    expect(keydown.defaultPrevented).toBe(false);
    expect(card("Buche")).not.toHaveClass("o_record_selected");
    queryOne(".o_lead_status_card", { root: card("Buche") }).focus();
    await press("Enter");
    await animationFrame();
    await animationFrame();
    await press("ArrowDown");
    await animationFrame();
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect(cards(CONTACTED)).toEqual(["Distel", "Buche", "Erle"]);
    expect(card("Buche")).toBeFocused();
});

test("the card itself still opens by Enter and is chosen by Space", async () => {
    await mountBoard({ selectRecord: (id) => expect.step(id) });
    card("Buche").focus();
    await press(" ");
    await animationFrame();
    expect(card("Buche")).toHaveClass("o_record_selected");
    await press(" ");
    await animationFrame();
    await press("Enter");
    await animationFrame();
    expect.verifySteps([2]);
});

test("the head of a column tells what the status means, and no more", async () => {
    await mountBoard();
    await contains(".o_column_title:eq(0)").hover();
    await runAllTimers();
    await animationFrame();
    expect(".o-tooltip").toHaveText("Nobody has talked to them");
});

test("in another grouping, a change of a lead that is shown loads the board", async () => {
    stepCalls();
    await mountBoard({ groupBy: ["lead_temperature"] });
    expect.verifySteps(LOADED);
    write([1], { lead_temperature: "cold" });
    await hear({ ids: [1] });
    expect.verifySteps(["web_search_read", ...LOADED]);
});
