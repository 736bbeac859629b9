import { registry } from "@web/core/registry";

const line = (name) => `.o_lead_my_day_line:contains("${name}")`;
const inSection = (section, name) => `[data-section=${section}] ${line(name)}`;
const gone = (name) => ({ trigger: `.o_lead_my_day:not(:has(${line(name)}))` });
const noDialog = { trigger: "body:not(:has(.modal))" };
const see = (trigger) => ({ trigger });
const click = (trigger) => ({ trigger, run: "click" });
const press = (key) => ({ trigger: "body", run: `press ${key}` });
const undo = click(".o_notification_buttons button:contains(Undo)");

/** Two taps: what came of it, and which. */
const tell = (name, outcome) => [
    click(`${line(name)} .o_lead_my_day_outcome`),
    click(`${line(name)} [data-outcome=${outcome}]`),
];

/** No telephone rings in a test. */
const silence = {
    content: "The telephone stays silent",
    trigger: ".o_lead_my_day_call",
    run() {
        document.addEventListener("click", (ev) => {
            if (ev.target.closest("a[href^='tel:']")) {
                ev.preventDefault();
            }
        });
    },
};

registry.category("web_tour.tours").add("lead_energy_my_day", {
    steps: () => [
        silence,
        {
            content: "Why it is here; on a phone all is large enough for a thumb",
            trigger: `${inSection("overdue", "Amsel")} [data-reason=overdue]`,
            run() {
                const width = document.documentElement.scrollWidth;
                if (width > window.innerWidth) {
                    throw new Error(`the page is ${width} pixels wide`);
                }
                const buttons = document.querySelectorAll(".o_lead_my_day_line .btn:not(.badge)");
                const small = [...buttons].filter((button) => {
                    const box = button.getBoundingClientRect();
                    return window.innerWidth < 768 && Math.min(box.height, box.width) < 44;
                });
                if (small.length) {
                    throw new Error(`too small: ${small.map((button) => button.className)}`);
                }
            },
        },
        {
            content: "A call, and what came of it: two taps",
            trigger: `${line("Amsel")} a[href="tel:+49 30 23125 101"]`,
            run: "click",
        },
        click(`${line("Amsel")} [data-outcome=reached]`),
        gone("Amsel"),
        { content: "taken back, it is there again", ...undo },
        see(inSection("overdue", "Amsel")),
        {
            content: "Not reached: the next attempt on a day that can be chosen",
            ...click(`${line("Amsel")} .o_lead_my_day_outcome`),
        },
        {
            trigger: `${line("Amsel")} input[type=date]`,
            run({ anchor }) {
                anchor.value = "2030-01-15";
                anchor.dispatchEvent(new Event("input", { bubbles: true }));
            },
        },
        click(`${line("Amsel")} [data-outcome=not_reached]`),
        gone("Amsel"),
        { content: "A note", ...click(`${line("Buche")} .o_lead_my_day_note`) },
        { trigger: `${line("Buche")} textarea:focus`, run: "edit Asks for a leaflet" },
        click(`${line("Buche")} [data-outcome=note]`),
        see(`${line("Buche")}:not(:has(textarea)):contains(Asks for a leaflet)`),
        { content: "The status", ...click(`${line("Buche")} .o_lead_status_card`) },
        click(".o_lead_status_item:contains(Qualified)"),
        see(`${line("Buche")}:contains(Qualified)`),
        { content: "A mail", ...click(`${line("Buche")} .o_lead_my_day_mail`) },
        { trigger: ".modal .o-mail-Composer-input", run: "edit Good day" },
        click(".modal .o-mail-Composer-send:enabled"),
        noDialog,
        { content: "The next step", ...click(`${line("Distel")} .o_lead_my_day_plan`) },
        click(".modal button[name=action_schedule_activities]"),
        noDialog,
        gone("Distel"),
        { content: "Material", ...tell("Eiche", "material")[0] },
        tell("Eiche", "material")[1],
        see(inSection("material", "Eiche")),
        ...tell("Eiche", "done"),
        gone("Eiche"),
        { content: "An appointment", ...tell("Fichte", "appointment")[0] },
        tell("Fichte", "appointment")[1],
        click(".modal .o_form_button_save"),
        noDialog,
        see(`.o_notification:contains(Appointment made)`),
        { content: "A wrong number goes when it is said", ...tell("Buche", "wrong_number")[0] },
        tell("Buche", "wrong_number")[1],
        click(".modal button:contains(Take it off)"),
        see(`${line("Buche")}:not(:has(.o_lead_my_day_call))`),
        { content: "Not interested, with the reason", ...tell("Buche", "not_interested")[0] },
        tell("Buche", "not_interested")[1],
        click(".modal .o_selection_badge:contains(No roof)"),
        click(".modal button:contains(Mark as Lost)"),
        gone("Buche"),
    ],
});

/** Press a key until something has the focus. */
const pressUntil = (key, wanted) => ({
    content: `${key} to ${wanted}`,
    trigger: "body",
    async run(helpers) {
        for (let index = 0; index < 25; index++) {
            if (document.activeElement?.textContent.includes(wanted)) {
                return;
            }
            await helpers.press(key);
        }
        throw new Error(`${key} does not reach ${wanted}`);
    },
});
const focused = (name) => see(`${line(name)} .o_lead_my_day_name:focus`);

registry.category("web_tour.tours").add("lead_energy_my_day_keys", {
    steps: () => [
        silence,
        focused("Amsel"),
        press("w"),
        see(`${line("Amsel")} [data-outcome=reached]:focus`),
        press("2"),
        gone("Amsel"),
        { content: "On with the next", ...focused("Buche") },
        press("ArrowDown"),
        focused("Eiche"),
        press("ArrowUp"),
        focused("Buche"),
        press("n"),
        { trigger: `${line("Buche")} textarea:focus`, run: "edit Two words: wt" },
        press("Tab"),
        see(`${line("Buche")} [data-outcome=note]:focus`),
        press("Enter"),
        see(`${line("Buche")}:contains(Two words: wt)`),
        focused("Buche"),
        press("s"),
        see(".o_lead_status_item"),
        pressUntil("ArrowDown", "Qualified"),
        press("Enter"),
        see(`${line("Buche")}:contains(Qualified)`),
        focused("Buche"),
        press("m"),
        see(".modal .o-mail-Composer-input:focus"),
        press("Escape"),
        noDialog,
        focused("Buche"),
        press("t"),
        see(`${line("Buche")} [data-outcome=reached]:focus`),
        press("Escape"),
        see(`${line("Buche")}:not(:has([data-outcome]))`),
        focused("Buche"),
        press("p"),
        see(".modal button[name=action_schedule_activities]"),
        press("Alt+q"),
        noDialog,
        focused("Buche"),
        press("Enter"),
        see(".o_form_view .o_field_widget[name=partner_name]"),
    ],
});

registry.category("web_tour.tours").add("lead_energy_my_day_leader", {
    steps: () => [
        see(".o_lead_my_day_empty"),
        { trigger: ".o_lead_my_day_whose select", run: "selectByLabel Rita Rep" },
        see(inSection("overdue", "Amsel")),
        { trigger: ".o_lead_my_day_whose select", run: "selectByLabel Energy Sales" },
        {
            content: "In a team each line says whose it is",
            trigger: `${line("Amsel")}:contains(Rita Rep)`,
        },
        { content: "and it is still chosen", ...click(`${line("Amsel")} .o_lead_my_day_name`) },
        click(".o_form_view:has(.o_field_widget) .o_back_button, .breadcrumb-item a"),
        see(`${line("Amsel")}:contains(Rita Rep)`),
    ],
});
