// Batches: those that are worked on now, and those that ran.
import * as calls from "./calls.js";
import { STAGE_OF, at, duration, listOf, when } from "./format.js";
import {
  badge,
  field,
  filter,
  heading,
  link,
  node,
  onPage,
  option,
  pager,
  replace,
  small,
  state,
  table,
  timeField,
  whole,
} from "./page.js";

const STATES = ["running", "completed", "failed", "skipped", "abandoned"];

// Why rows failed, each with the list of those that did.
function kinds(run) {
  const stage = STAGE_OF[run.name];
  return Object.entries(run.error_kinds)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) =>
      node(
        "div",
        {},
        stage
          ? link(`${whole(count)} ${reason}`, listOf(stage), { stage, status: "failed", reason }, { class: "bad" })
          : node("span", { class: "bad" }, `${whole(count)} ${reason}`),
      ),
    );
}

function row(run) {
  return [
    [at(run.started_at), small(when(run.started_at))],
    link(run.name, "runs", { function: run.name }),
    state(run.state),
    run.state === "running" ? [badge(`for ${duration(Date.now() - new Date(run.started_at))}`, "busy")] : duration(run.duration_ms),
    whole(run.items),
    whole(run.succeeded),
    [run.failed ? node("span", { class: "bad" }, whole(run.failed)) : "0", run.retried > 0 && small(`${whole(run.retried)} come again`)],
    [kinds(run), run.error && small(run.error)],
    [badge(run.trigger), " ", small(run.host)],
    run.trace_id ? node("code", { class: "id" }, run.trace_id) : "–",
  ];
}

const COLUMNS = ["Began", "Function", "State", "Took", "Rows", "Done", "Failed", "Why", "Caused by", "Trace"];

export function open(view, { query }) {
  const places = [];
  const running = table("Running now", COLUMNS, "Nothing is worked on at this moment.");
  const runs = table("Runs", COLUMNS, "No run is on record that fits.");
  const names = node("select", { name: "function" }, option("", "any"));
  const given = (name) => query.get(name) ?? "";
  if (given("function")) names.append(option(given("function"), given("function"), given("function")));
  const foot = node("div");
  view.append(
    heading("Running now"),
    running.element,
    heading("Runs"),
    filter("runs", [
      field("Function or task", names),
      field(
        "State",
        node(
          "select",
          { name: "state" },
          option("", "any", given("state")),
          STATES.map((one) => option(one, one, given("state"))),
        ),
      ),
      field("Begun from", timeField("from", given("from"))),
      field("Until", timeField("to", given("to"))),
    ]),
    runs.element,
    foot,
  );
  return {
    async read() {
      const tasks = await calls.tasks(onPage(query, places));
      const known = [...tasks.queues.map((queue) => queue.function), ...tasks.schedules.map((schedule) => schedule.name)];
      if (names.options.length < known.length)
        replace(
          names,
          option("", "any"),
          known.map((one) => option(one, one, given("function"))),
        );
      running.show(tasks.running.map(row));
      runs.show(tasks.runs.map(row));
      replace(foot, pager(places, tasks.next_cursor));
    },
  };
}
