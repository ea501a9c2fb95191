// What was done by hand, and by whom.
import * as calls from "./calls.js";
import { at, when } from "./format.js";
import { field, filter, link, node, onPage, pager, replace, small, table, whole } from "./page.js";

const ACTIONS = [
  "queue.pause",
  "queue.resume",
  "queue.test",
  "schedule.pause",
  "schedule.resume",
  "task.run",
  "retry",
  "dead_letters.redrive",
  "dead_letters.drop",
  "cache.clear",
];

const details = (given) =>
  Object.entries(given ?? {})
    .filter(([, value]) => value !== null)
    .map(([name, value]) => node("div", {}, `${name.replaceAll("_", " ")}: ${typeof value === "object" ? JSON.stringify(value) : value}`));

export function open(view, { query }) {
  const given = (name) => query.get(name) ?? "";
  const places = [];
  const foot = node("div");
  const deeds = table("Audit log", ["When", "Who", "What", "To what", "How many", "Details"], "Nothing was done that fits.");
  view.append(
    filter(
      "audit",
      [
        field("What", node("input", { name: "action", list: "deeds", value: given("action"), autocomplete: "off", spellcheck: "false" })),
        field("Who", node("input", { name: "caller", value: given("caller"), autocomplete: "off", spellcheck: "false" })),
      ],
      node(
        "datalist",
        { id: "deeds" },
        ACTIONS.map((one) => node("option", { value: one })),
      ),
    ),
    deeds.element,
    foot,
  );
  return {
    async read() {
      const answer = await calls.auditLog(onPage(query, places));
      deeds.show(
        answer.deeds.map((one) => [
          [at(one.at), small(when(one.at))],
          link(one.caller, "audit", { caller: one.caller }),
          link(one.action, "audit", { action: one.action }),
          node("span", { class: "id" }, one.target),
          whole(one.count),
          details(one.details),
        ]),
      );
      replace(foot, pager(places, answer.next_cursor));
    },
  };
}
