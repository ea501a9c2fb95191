// How well the system is: what needs somebody, each part, and each stage with its pace, its targets and what waits.
import { needs } from "./attention.js";
import * as calls from "./calls.js";
import { WINDOWS, series } from "./chart.js";
import { STAGES, duration, listOf, percent, seconds, when } from "./format.js";
import { action, address, badge, heading, hint, link, node, replace, small, state, table, whole } from "./page.js";

// The parts are tried for real, which writes a file and embeds a text: less often than the rest is read.
const TRY_AGAIN = 30_000;
const MEASURES = { p95_ms: "p95", worker_per_hour: "a worker, an hour" };

function part(one) {
  return node(
    "li",
    { class: one.status },
    node("b", {}, one.name),
    state(one.status),
    small(duration(one.milliseconds)),
    one.detail && node("p", {}, one.detail),
  );
}

const measured = (measure, value) => (value === undefined ? "–" : measure === "p95_ms" ? duration(value) : whole(value));

// Whether it holds what the replaced system promises, and what this one is built for.
function targets(list) {
  return (list ?? []).map((one) => {
    const against = (text, wanted, met) => {
      const outcome = met === undefined ? "not measured" : met ? "met" : "not met";
      return node(
        "li",
        { class: outcome.replace(" ", "-") },
        `${text} ${measured(one.measure, wanted)}`,
        node("span", { class: "unseen" }, `, ${outcome}`),
      );
    };
    return node(
      "div",
      { class: "targets" },
      small(`${MEASURES[one.measure] ?? one.measure}: ${measured(one.measure, one.is)}`),
      node("ul", { class: "checks" }, against("replaced:", one.theirs, one.meets_theirs), against("ours:", one.ours, one.meets_ours)),
    );
  });
}

function clearing(backlog) {
  if (!backlog.waiting) return "nothing waits";
  return [
    backlog.one_worker_seconds !== undefined && node("div", {}, `one worker: ${seconds(backlog.one_worker_seconds)}`),
    backlog.workers_for_ten_minutes !== undefined &&
      node(
        "div",
        {},
        `within 10 min: ${whole(backlog.workers_for_ten_minutes)} ${backlog.workers_for_ten_minutes === 1 ? "worker" : "workers"}`,
      ),
    backlog.schedule_alone_seconds !== undefined && node("div", {}, `the schedule alone: ${seconds(backlog.schedule_alone_seconds)}`),
    backlog.one_worker_seconds === undefined && small("no pace is known: nothing was done in the last hour"),
  ];
}

const times = (one) => ["p50", "p95", "p99"].map((name) => node("div", {}, small(name), ` ${duration(one[`${name}_ms`])}`));
const perHour = (one) => `${one.per_hour < 10 ? one.per_hour.toFixed(1) : whole(one.per_hour)} an hour`;
const picture = (one, { window, step_seconds: step }) => (one.series?.length ? series(one.series, window, step) : "–");
const rate = (one) => [
  percent(one.failure_rate),
  one.failed > 0 && small(`${whole(one.failed)} failed${one.retried ? `, ${whole(one.retried)} came again` : ""}`),
];

function stageRow(one, dashboard) {
  const list = listOf(one.stage);
  const { backlog } = one;
  return [
    [node("b", {}, STAGES[one.stage] ?? one.stage), node("div", {}, link(one.function, "runs", { function: one.function }))],
    backlog.waiting ? link(whole(backlog.waiting), list, { stage: one.stage, status: "pending" }) : "0",
    backlog.waiting ? seconds(backlog.oldest_seconds) : "–",
    backlog.failed ? link(whole(backlog.failed), list, { stage: one.stage, status: "failed" }, { class: "bad" }) : "0",
    [whole(one.count), small(perHour(one))],
    times(one),
    rate(one),
    picture(one, dashboard),
    targets(one.targets),
    clearing(backlog),
  ];
}

function wayRow(name, one, dashboard) {
  return [node("b", {}, name), whole(one.count), times(one), rate(one), picture(one, dashboard), targets(one.targets)];
}

export function open(view, { query }) {
  const window = Object.hasOwn(WINDOWS, query.get("window") ?? "") ? query.get("window") : "1h";
  let health = null;
  let triedAt = 0;
  const verdict = node("p", { class: "card" }, "Looking …");
  const needed = node("ul", { class: "needs" });
  const parts = node("ul", { class: "parts" });
  const tried = small();
  const stages = table(
    "Stages",
    ["Stage", "Waiting", "Oldest", "Failed", "Done", "Time", "Failure rate", "Done, failed, p95", "Targets", "What clears it"],
    "There are no stages.",
  );
  const ways = table("Whole ways", ["Way", "Count", "Time", "Failure rate", "Done, failed, p95", "Targets"], "Nothing was measured.");
  const routes = table("Routes", ["Route", "Requests", "Time", "Failure rate"], "No route was asked.");
  const windows = node(
    "nav",
    { class: "windows", "aria-label": "Time that is looked at" },
    Object.keys(WINDOWS).map((one) =>
      node(
        "a",
        { href: address("overview", { window: one }), "data-key": `window ${one}`, "aria-current": one === window ? "true" : undefined },
        one,
      ),
    ),
  );

  view.append(
    verdict,
    needed,
    heading("Stages", windows),
    stages.element,
    hint(
      "Bars: what was done in each step, the failed part marked; the line: the 95th percentile. “Replaced” is what the replaced system promises, “ours” what this one is built for.",
    ),
    heading(
      "Parts",
      action("Try them now", "", async () => {
        triedAt = 0;
      }),
      " ",
      tried,
    ),
    parts,
    heading("Whole ways"),
    ways.element,
    node("details", { "data-key": "routes" }, node("summary", {}, "Each route"), routes.element),
  );

  async function tryParts() {
    if (health && Date.now() - triedAt < TRY_AGAIN) return;
    try {
      health = await calls.health();
    } catch (error) {
      if (!error.body?.parts) throw error;
      health = error.body; // 503: it is down, and says what
    }
    triedAt = Date.now();
  }

  async function read() {
    await tryParts();
    replace(parts, [...health.parts].sort((a, b) => (a.status === "ok") - (b.status === "ok")).map(part));
    replace(tried, "tried ", when(new Date(triedAt).toISOString()), ", every 30 s · version ", health.version);
    verdict.className = `card ${health.status}`;
    const bad = health.parts.filter((one) => one.status !== "ok").map((one) => one.name);
    const text = { ok: "All parts are well.", degraded: "It works, but not as well as it should", down: "It cannot go on" }[health.status];
    replace(
      verdict,
      badge(health.status, { ok: "good", degraded: "warn", down: "bad" }[health.status]),
      ` ${text}${bad.length ? `: ${bad.join(", ")}.` : ""}`,
    );

    const [dashboard, tasks] = await Promise.all([calls.performance(window), calls.tasks({ limit: 1 })]);
    replace(needed, needs(health, dashboard, tasks));
    stages.show(dashboard.stages.map((one) => stageRow(one, dashboard)));
    ways.show(
      [
        ["From upload to explanation", dashboard.upload_to_explanation],
        ["Search within matching", dashboard.search],
        ["All requests", dashboard.api],
      ]
        .filter(([, one]) => one)
        .map(([name, one]) => wayRow(name, one, dashboard)),
    );
    routes.show(
      Object.entries(dashboard.routes)
        .sort(([, a], [, b]) => b.count - a.count)
        .map(([name, one]) => [node("code", {}, name), [whole(one.count), small(perHour(one))], times(one), rate(one)]),
    );
  }
  return { read };
}
