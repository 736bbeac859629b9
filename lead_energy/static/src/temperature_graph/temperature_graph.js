import { patch } from "@web/core/utils/patch";
import { GraphRenderer } from "@web/views/graph/graph_renderer";

const FIELD = "lead_temperature";

/** Hot, warm and cold have in a chart the colours that they have everywhere. */
patch(GraphRenderer.prototype, {
    getBarChartData() {
        const data = super.getBarChartData(...arguments);
        if (this.isByTemperature) {
            for (const dataset of this.model.data.datasets) {
                dataset.backgroundColor = data.labels.map(
                    (label) => this.getTemperatureColor(label) || dataset.backgroundColor
                );
            }
        } else if (this.isSplitByTemperature) {
            for (const dataset of this.model.data.datasets) {
                dataset.backgroundColor =
                    this.getTemperatureColor(dataset.label) || dataset.backgroundColor;
            }
        }
        return data;
    },

    getLineChartData() {
        const data = super.getLineChartData(...arguments);
        for (const dataset of this.isSplitByTemperature ? data.datasets : []) {
            const color = this.getTemperatureColor(dataset.label);
            if (color) {
                Object.assign(dataset, {
                    backgroundColor: `color-mix(in srgb, ${color} 50%, white)`,
                    borderColor: color,
                    hoverBackgroundColor: color,
                    pointBackgroundColor: color,
                });
            }
        }
        return data;
    },

    getPieChartData() {
        const data = super.getPieChartData(...arguments);
        if (this.isByTemperature) {
            for (const dataset of data.datasets) {
                const colors = dataset.backgroundColor.map(
                    (color, index) => this.getTemperatureColor(data.labels[index]) || color
                );
                Object.assign(dataset, { backgroundColor: colors, hoverBackgroundColor: colors });
            }
        }
        return data;
    },

    getLegendOptions() {
        const options = super.getLegendOptions(...arguments);
        const { generateLabels } = options.labels;
        options.labels.generateLabels = (chart) =>
            generateLabels(chart).map((item) => ({ ...item, ...this.getLegendColors(item) }));
        return options;
    },

    getTooltipItems(data, metaData, { dataPoints }) {
        const items = super.getTooltipItems(...arguments);
        for (const item of items) {
            if (Array.isArray(item.boxColor)) {
                item.boxColor = item.boxColor[dataPoints[0].dataIndex];
            }
        }
        return items;
    },

    /** A bar each, or a piece of the pie. */
    get isByTemperature() {
        const { groupBy } = this.model.metaData;
        return groupBy.length === 1 && groupBy[0].fieldName === FIELD;
    },

    /** A part of each bar, or a line each. */
    get isSplitByTemperature() {
        const { groupBy } = this.model.metaData;
        return groupBy.length === 2 && groupBy[1].fieldName === FIELD;
    },

    getLegendColors(item) {
        if (!this.isByTemperature) {
            return {};
        }
        if (this.model.metaData.mode === "pie") {
            const color = this.getTemperatureColor(item.fullText);
            return color ? { fillStyle: color } : {};
        }
        // bars of different colours have none in common
        return { fillStyle: "transparent", strokeStyle: "transparent" };
    },

    getTemperatureColor(label) {
        const { selection } = this.model.metaData.fields[FIELD];
        const option = selection.find(([, name]) => name === label);
        return (
            option &&
            getComputedStyle(document.documentElement)
                .getPropertyValue(`--lead-energy-${option[0]}`)
                .trim()
        );
    },
});
