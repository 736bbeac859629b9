# what a test writes is not shown to anybody
# pylint: disable=translation-required
from odoo.tests import tagged

from ..common import HootCase
from .test_lead_screens import ScreensCase

# a colour as a page shows it, of how many things
COLOURS = """
    const root = getComputedStyle(document.documentElement);
    const probe = document.createElement("i");
    document.body.append(probe);
    const wanted = {};
    for (const name of ["hot", "warm", "cold"]) {
        probe.style.color = root.getPropertyValue(`--lead-energy-${name}`);
        wanted[name] = getComputedStyle(probe).color;
    }
    const complaints = [];
    const check = (selector, name) => {
        const found = document.querySelector(selector);
        const color = found && getComputedStyle(found).backgroundColor;
        if (color !== wanted[name]) {
            complaints.push(`${selector}: ${color} instead of ${wanted[name]}`);
        }
    };
    if (new Set(Object.values(wanted)).size !== 3) {
        return JSON.stringify(wanted);
    }
    %s
    return complaints.join("\\n");
"""
BOARD = """
    check(".o_column_progress .bg-danger", "hot");
    check(".o_column_progress .bg-warning", "warm");
    check(".o_column_progress .bg-info", "cold");
    check(".o_lead_score_badge.text-bg-danger", "hot");
    check(".o_lead_score_badge.text-bg-warning", "warm");
    check(".o_lead_score_badge.o_lead_score_cold", "cold");
"""
FORM = 'check(".o_field_widget[name=lead_temperature] .badge", %r);'
GRAPH = """
    const { datasets } = Chart.getChart(document.querySelector("canvas")).data;
    const bars = datasets.filter(({ type }) => type !== "line"); // that is their sum
    const colors = bars.map(({ backgroundColor }) => {
        probe.style.color = backgroundColor;
        return getComputedStyle(probe).color;
    });
    if (colors.sort().join() !== Object.values(wanted).sort().join()) {
        complaints.push(`chart: ${colors} instead of ${Object.values(wanted)}`);
    }
"""


@tagged("post_install", "-at_install")
class TestLeadColours(ScreensCase):
    """Hot, warm and cold have one colour each, wherever they are shown."""

    browser_size = "1366x768"

    def test_one_colour_on_board_form_and_chart(self):
        leads = {"cold": self.lead}
        for temperature in ("hot", "warm"):
            leads[temperature] = self.create_lead(name=temperature)
        scores = {"hot": 90, "warm": 45, "cold": 5}
        self.env.flush_all()
        for temperature, lead in leads.items():
            # as the cron writes it
            self.env.cr.execute(
                "UPDATE crm_lead SET lead_score = %s, lead_temperature = %s"
                " WHERE id = %s",
                [scores[temperature], temperature, lead.id],
            )
        self.env.invalidate_all()
        ready = ".o_kanban_record .o_lead_score_badge"
        self.check_page(self.url, ready, COLOURS % BOARD)
        for temperature, lead in leads.items():
            with self.subTest(temperature):
                self.check_page(
                    f"{self.url}/{lead.id}",
                    ".o_field_widget[name=lead_temperature] .badge",
                    COLOURS % FORM % temperature,
                )
        self.check_page(
            f"{self.url}?view_type=graph",
            ".o_graph_canvas_container canvas",
            COLOURS % GRAPH,
        )


@tagged("post_install", "-at_install")
class TestTemperatureWidgets(HootCase):
    def test_charts_and_progress(self):
        self.run_hoot("lead_temperature")
