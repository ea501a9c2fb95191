// The variants of matching: how they do, whether they differ, and their shares.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const KINDS = ["click", "save", "apply", "hire"];
const WORDS = { click: "clicks", save: "saves", apply: "applications", hired: "hires" };
const WIDTH = 136;
const HEIGHT = 18;

let variants = [];

const percent = (part, digits = 1) => part === undefined ? "–" : `${(part * 100).toFixed(digits)} %`;
const points = (part) => `${part >= 0 ? "+" : "−"}${Math.abs(part * 100).toFixed(2)}`;
const number = (value) => value === undefined ? "–" : value.toFixed(3);
const day = (time) => new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

function draw(name, attributes) {
  const drawn = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) drawn.setAttribute(key, value);
  return drawn;
}

function picture(title) {
  const drawn = draw("svg", { class: "interval", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const words = draw("title", {});
  words.textContent = title;
  drawn.append(words);
  return drawn;
}

function whisker(low, high, at) {
  const middle = HEIGHT / 2;
  const [from, to] = [at(low), at(high)];
  return draw("path", { class: "whisker", d: `M${from} 5V13M${from} ${middle}H${to}M${to} 5V13` });
}

// A bar from 0 to the rate with the whisker of its interval.
function rateCell(rate, most) {
  const cell = make("td", percent(rate.rate, 2));
  cell.append(make("small", `${rate.count} of ${rate.of}`));
  if (rate.of === 0) return cell;
  const at = (part) => Math.min(1, part / most) * (WIDTH - 4) + 2;
  const drawn = picture(`${percent(rate.low, 2)} to ${percent(rate.high, 2)}`);
  drawn.append(draw("rect", { class: "bar", x: 2, y: 4, width: Math.max(0, at(rate.rate) - 2), height: 10 }), whisker(rate.low, rate.high, at));
  cell.append(drawn, make("small", `${percent(rate.low, 2)} – ${percent(rate.high, 2)}`));
  return cell;
}

function showRates(metrics) {
  const shown = metrics.variants.filter((one) => one.impressions > 0);
  const most = Object.fromEntries(KINDS.map((kind) => [kind, Math.max(0.001, ...shown.map((one) => one[kind].high))]));
  element("rates").tBodies[0].replaceChildren(...metrics.variants.map((one) => {
    const row = make("tr", undefined, one.variant === metrics.baseline ? "baseline" : one.traffic === 0 ? "off" : "");
    row.append(make("td", one.variant), make("td", one.candidates), make("td", one.impressions));
    for (const kind of KINDS) row.append(rateCell(one[kind], most[kind]));
    const both = [one.precision_at_10.rate, one.recall_at_10.rate, one.f1_at_10];
    row.append(make("td", percent(one.position_corrected_click_rate, 2)), make("td", number(one.ndcg_at_10)), make("td", both.map(number).join(" / ")));
    return row;
  }));
}

// A whisker around 0, on one scale for all rows.
function showDifferences(metrics) {
  const known = metrics.comparisons.filter((one) => one.difference !== undefined);
  const most = Math.max(0.001, ...known.map((one) => Math.max(Math.abs(one.low), Math.abs(one.high))));
  const at = (part) => (part / most + 1) / 2 * (WIDTH - 6) + 3;
  const rows = metrics.comparisons.map((one) => {
    const row = make("tr");
    const cell = make("td");
    if (one.difference !== undefined) {
      const drawn = picture(`${points(one.difference)} points, between ${points(one.low)} and ${points(one.high)}`);
      drawn.append(draw("path", { class: "zero", d: `M${at(0)} 0V${HEIGHT}` }), whisker(one.low, one.high, at),
        draw("circle", { class: "dot", cx: at(one.difference), cy: HEIGHT / 2, r: 3 }));
      cell.append(`${points(one.difference)} points`, drawn);
    } else {
      cell.append("–");
    }
    row.append(make("td", one.variant), make("td", WORDS[one.metric]), cell, make("td", one.sentence, one.outcome));
    return row;
  });
  if (!rows.length) {
    const row = make("tr");
    const cell = make("td", "No other variant is on.");
    cell.colSpan = 4;
    row.append(cell);
    rows.push(row);
  }
  element("differences").tBodies[0].replaceChildren(...rows);
}

function showMetrics(metrics) {
  element("verdict").textContent = metrics.verdict;
  element("warnings").replaceChildren(...metrics.warnings.map((warning) => make("li", warning)));
  const clicks = Math.round(metrics.position_bias.harvested_clicks);
  element("since").textContent = `Comparisons count predictions since ${day(metrics.compared_since)}. `
    + `The correction for position rests on ${clicks} clicks on jobs shown at several ranks.`;
  showRates(metrics);
  showDifferences(metrics);
}

async function count() {
  const query = new URLSearchParams({ days: element("days").value, baseline: element("baseline").value || "default" });
  try {
    showMetrics(await api(`api/admin/evaluation_metrics?${query}`));
  } catch (error) {
    element("verdict").textContent = error.message;
  }
}

function confirmed(text) {
  const dialog = element("confirm");
  element("confirm-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

async function change(question, path, options, done) {
  if (!await confirmed(question)) return;
  try {
    await api(path, options);
    say(done);
    await refresh();
  } catch (error) {
    say(error.message, true);
  }
}

function put(name, settings, question, done) {
  const body = JSON.stringify(settings);
  return change(question, `api/admin/variants/${encodeURIComponent(name)}`, { method: "PUT", headers: { "content-type": "application/json" }, body }, done);
}

const settingsOf = ({ share, is_on, weights, retrieved_per_cv, explanation }) => ({ share, is_on, weights, retrieved_per_cv, explanation });

function showVariant(one) {
  const row = make("tr", undefined, one.is_on ? "" : "off");
  const name = make("td", one.name);
  for (const fault of one.faults ?? []) name.append(make("small", `left out: ${fault.field} ${fault.message}`, "fewer"));
  const share = make("input");
  Object.assign(share, { type: "number", min: 0, max: 1000000, step: "any", value: one.share });
  share.setAttribute("aria-label", `Share of ${one.name}`);
  const shareCell = make("td");
  shareCell.append(share);

  const settings = make("td");
  const words = [one.weights ? "own weights" : "the release's weights", one.retrieved_per_cv && `${one.retrieved_per_cv} jobs retrieved`, one.explanation && `explained: ${one.explanation}`];
  settings.append(words.filter(Boolean).join(", "));
  if (one.weights) {
    const own = make("small");
    own.append(make("code", Object.entries(one.weights).map(([part, weight]) => `${part} ${typeof weight === "number" ? +weight.toFixed(2) : JSON.stringify(weight)}`).join(" · ")));
    settings.append(own);
  }

  const actions = make("td");
  const button = (text, act) => {
    const made = make("button", text);
    made.type = "button";
    made.addEventListener("click", act);
    actions.append(made, " ");
  };
  button("Set share", () => {
    if (!share.reportValidity() || share.value === "") return;
    put(one.name, { ...settingsOf(one), share: Number(share.value) }, `Change the share of ${one.name} from ${one.share} to ${share.value}?`, `${one.name} has the share ${share.value} now.`);
  });
  if (one.is_on && one.name !== "default") {
    button("Switch off", () => change(`Switch ${one.name} off? Its candidates get another variant when they are matched next.`, `api/admin/variants/${encodeURIComponent(one.name)}`, { method: "DELETE" }, `${one.name} is off.`));
  } else if (!one.is_on) {
    button("Switch on", () => put(one.name, { ...settingsOf(one), is_on: true }, `Switch ${one.name} on?`, `${one.name} is on.`));
  }
  button("Edit", () => edit(one));
  const changed = make("td", day(one.changed_at));
  row.append(name, shareCell, make("td", one.is_on ? percent(one.traffic) : "off"), settings, changed, actions);
  return row;
}

function edit(one) {
  element("edit").closest("details").open = true;
  element("name").value = one.name;
  element("share").value = one.share;
  element("retrieved").value = one.retrieved_per_cv ?? "";
  element("explanation").value = one.explanation ?? "";
  element("weights").value = one.weights ? JSON.stringify(one.weights, null, 1) : "";
  element("weights").focus();
}

async function refresh() {
  try {
    ({ variants } = await api("api/admin/variants"));
  } catch (error) {
    element("verdict").textContent = error.message;
    return;
  }
  element("variants").tBodies[0].replaceChildren(...variants.map(showVariant));
  const baseline = element("baseline");
  const chosen = baseline.value || "default";
  baseline.replaceChildren(...variants.map((one) => make("option", one.name)));
  baseline.value = variants.some((one) => one.name === chosen) ? chosen : "default";
  await count();
}

element("question").addEventListener("submit", (event) => {
  event.preventDefault();
  count();
});
element("edit").addEventListener("submit", (event) => {
  event.preventDefault();
  const settings = { share: Number(element("share").value), is_on: true };
  if (element("retrieved").value) settings.retrieved_per_cv = Number(element("retrieved").value);
  if (element("explanation").value) settings.explanation = element("explanation").value;
  try {
    if (element("weights").value.trim()) settings.weights = JSON.parse(element("weights").value);
  } catch {
    return say("The weights are no JSON.", true);
  }
  const name = element("name").value;
  const there = variants.some((one) => one.name === name);
  put(name, settings, there ? `Change ${name}, and switch it on?` : `Add ${name}, with the share ${settings.share}?`, `${name} is stored.`);
});
refresh();
