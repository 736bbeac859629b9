import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const field = (name) => `.modal .o_field_widget[name=${name}]`;
const choose = (name, value) => [
    { trigger: `${field(name)} input[data-value=${value}]`, run: "click" },
    { trigger: `${field(name)} input[data-value=${value}]:checked` },
];
const button = (name) => ({
    trigger: `.modal footer button[name=${name}]:enabled`,
    run: "click",
});
const select = (name) => ({
    trigger: `.o_data_row:contains("${name}") .o_list_record_selector input`,
    run: "click",
});
const convert = { trigger: "button[name=action_convert]:visible", run: "click" };

registry.category("web_tour.tours").add("lead_energy_convert_several", {
    steps: () => [
        { trigger: ".o_switch_view.o_list", run: "click" },
        select("Roof of Amsel"),
        select("Roof of Buche"),
        convert,
        {
            content: "The dialog says which lead needs a decision",
            trigger: `${field("doubts")}:contains(Buche):not(:contains(Amsel))`,
        },
        ...choose("action", "create"),
        ...choose("action", "each_exist_or_create"),
        { trigger: `${field("doubts")}:contains(Buche)` },
        button("action_mass_convert"),
        {
            content: "and it is what is left",
            trigger: ".o_breadcrumb:contains(These leads need your decision)",
        },
        { trigger: '.o_list_view:not(:contains("Amsel")) .o_data_row:contains("Buche")' },
    ],
});

registry.category("web_tour.tours").add("lead_energy_convert_one", {
    steps: () => [
        { trigger: ".o_switch_view.o_list", run: "click" },
        select("Roof of Amsel"),
        convert,
        ...choose("company_choice", "none"),
        ...choose("company_choice", "exist"),
        ...choose("company_choice", "create"),
        button("action_next"),
        ...choose("contact_choice", "exist"),
        ...choose("contact_choice", "create"),
        button("action_back"),
        { trigger: `${field("company_choice")} input[data-value=create]:checked` },
        button("action_next"),
        { trigger: `${field("contact_name")} input` },
        button("action_next"),
        ...choose("result", "partner"),
        { trigger: `${field("preview")}:contains(stays a lead)` },
        ...choose("result", "quotation"),
        { trigger: `${field("preview")}:contains(draft quotation)` },
        button("action_convert"),
        { trigger: ".o_field_widget[name=order_line]:contains(Solar Module)" },
    ],
});

registry.category("web_tour.tours").add("lead_energy_undo", {
    steps: () => [
        { trigger: "button.oe_stat_button:contains(Conversions)", run: "click" },
        { trigger: ".o_data_row button[name=action_open_undo]", run: "click" },
        { trigger: `${field("removed")}:contains(Amsel Solartechnik)` },
        { trigger: `${field("reason")} input`, run: "edit By mistake" },
        button("action_undo"),
        { trigger: ".o_form_view .o_statusbar_status .o_arrow_button_current:contains(Open)" },
    ],
});

const page = ".o_form_view";
const notice = (text) => `.o_lead_conversion_notice:contains(${text})`;
const undo = [
    { trigger: `${field("removed")}` },
    { trigger: `${field("reason")} input`, run: "edit By mistake" },
    button("action_undo"),
    { trigger: "body:not(:has(.modal))" },
];
const noLoss = {
    content: "Nothing offers to lose who became a business partner",
    trigger: `${page}:not(:has(.o_form_statusbar button[data-hotkey=l]))`,
};

/** Partner and contact first, the quotation from the same lead, both undone. */
registry.category("web_tour.tours").add("lead_energy_two_stages", {
    steps: () => [
        { trigger: `${page} button[data-hotkey=l], ${page} .o_form_statusbar .oi-ellipsis-v` },
        convert,
        {
            content: "What must be given is marked",
            trigger: ".modal .o_wrap_label:has(+ .o_wrap_input [name=commercial_partner_id])",
            run({ anchor }) {
                const label = anchor.querySelector(".o_form_label");
                const mark = getComputedStyle(label, "::after").content;
                if (!mark.includes("*")) {
                    throw new Error(`the name is not marked: ${mark}`);
                }
            },
        },
        button("action_next"),
        {
            content: "A colleague's inquiry is told, its content is not",
            trigger: ".modal [name=colleagues]:contains(Otto Other):not(:contains(Secret))",
        },
        {
            content: "The focus goes along with the steps",
            trigger: `${field("contact_choice")} input[data-value=create]:focus`,
        },
        button("action_next"),
        { trigger: `${field("result")} input:focus` },
        ...choose("result", "partner"),
        button("action_convert"),
        { trigger: "body:not(:has(.modal))" },
        { content: "It is told", trigger: notice("Anna Amsel") },
        {
            content: "The lead is where it was, and shows its partner",
            trigger: `${page} [name=partner_only] [name=partner_id]:contains(Anna Amsel)`,
        },
        noLoss,
        {
            content: "The status leads nowhere but by the undo",
            trigger: `${page} .o_field_lead_statusbar:not(:has(button:enabled:not(.dropdown-toggle):not(.o_arrow_button_current)))`,
        },
        { trigger: ".o_lead_conversion_notice .o_notification_close", run: "click" },
        { content: "Weeks later, by the same button", ...convert },
        { trigger: `${field("result")}:not(:has(input[data-value=partner]))` },
        { trigger: ".modal [name=colleagues]:contains(Otto Other)" },
        ...choose("result", "quotation"),
        {
            content: "How much, of what, and why",
            trigger: `${field("preview")} li li:contains(22 × Solar Module)`,
        },
        button("action_convert"),
        { trigger: ".o_field_widget[name=order_line]:contains(Solar Module)" },
        {
            content: "The notice leads to the inquiry",
            trigger: ".o_lead_conversion_notice .o_notification_buttons button:nth-child(2)",
            run: "click",
        },
        { trigger: `${page} .o_field_widget[name=lead_number]` },
        {
            content: "where the undo is one click away",
            trigger: `${page} button[name=action_undo_conversion]:visible`,
            run: "click",
        },
        ...undo,
        { content: "back to the business partner", trigger: `${page} [name=partner_only]` },
        { trigger: `${page} [name=partner_only] button`, run: "click" },
        ...undo,
        {
            content: "back to the open lead",
            trigger: `${page}:not(:has([name=partner_only])) button[data-hotkey=l], ${page}:not(:has([name=partner_only])) .o_form_statusbar .oi-ellipsis-v`,
        },
    ],
});

registry.category("web_tour.tours").add("lead_energy_undo_from_notice", {
    steps: () => [
        convert,
        button("action_next"),
        { trigger: field("contact_choice") },
        button("action_next"),
        ...choose("result", "quotation"),
        button("action_convert"),
        { trigger: ".o_field_widget[name=order_line]:contains(Solar Module)" },
        { trigger: ".o_lead_conversion_notice button:has(.fa-undo)", run: "click" },
        ...undo,
        { trigger: `${page} .o_field_widget[name=lead_number]` },
        {
            content: "and there is a lead to convert again",
            trigger: "button[name=action_convert]:visible",
        },
    ],
});

/** Counts what the web client asks the server for a dialog, Odoo's and ours. */
const counted = [];
let stopCounting;

function count(run) {
    return () => {
        const requests = [];
        const listener = ({ detail }) => {
            const { model, method, action_id } = detail.data.params;
            const name = `${model || action_id} ${method || "load"}`;
            if (/lead2opportunity|action_convert|load/.test(name)) {
                requests.push(name);
            }
        };
        rpcBus.addEventListener("RPC:REQUEST", listener);
        stopCounting = () => {
            rpcBus.removeEventListener("RPC:REQUEST", listener);
            counted.push(requests);
        };
        run();
    };
}

const natively = () =>
    window.odoo.__WOWL_DEBUG__.root.env.services.action.doAction(
        "crm.action_crm_lead2opportunity_partner",
        {
            additionalContext: {
                active_model: "crm.lead",
                active_id: Number(location.pathname.match(/\d+$/)[0]),
            },
        }
    );

registry.category("web_tour.tours").add("lead_energy_convert_requests", {
    steps: () => [
        { trigger: page, run: count(natively) },
        {
            trigger: ".modal footer button[name=action_apply]:enabled",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) button[name=action_undo_conversion]:visible",
            run: () => stopCounting(),
        },
        { trigger: "button[name=action_undo_conversion]:visible", run: "click" },
        ...undo,
        {
            trigger: "button[name=action_convert]:visible",
            run: count(() =>
                document.querySelector(".o_form_statusbar button[name=action_convert]").click()
            ),
        },
        button("action_next"),
        { trigger: field("contact_choice") },
        button("action_next"),
        { trigger: field("preview") },
        button("action_convert"),
        {
            trigger: "body:not(:has(.modal)) button[name=action_undo_conversion]:visible",
            run() {
                stopCounting();
                const [native, ours] = counted;
                if (ours.length > native.length + 1) {
                    throw new Error(`Odoo asks ${native}; we ask ${ours}`);
                }
            },
        },
    ],
});
