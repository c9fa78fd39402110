// The functions of Observable Plot that tracker/reports/page/charts.js uses; esbuild leaves out all others.
export { areaY, axisX, axisY, dot, gridX, gridY, lineY, link, plot, ruleX, stackY, text } from "@observablehq/plot";
