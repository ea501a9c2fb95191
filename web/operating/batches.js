// Requests to the chat API that writes explanations: what they cost, and what came of them.
import * as calls from "./calls.js";
import { at, duration, when } from "./format.js";
import { facts, field, filter, heading, hint, link, node, onPage, option, pager, replace, small, state, table, whole } from "./page.js";

const OUTCOMES = ["started", "answered", "failed"];
const money = (value) =>
  value === undefined || value === null ? "–" : value.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 4 });
const counted = (list) => list.map((one) => node("div", {}, `${whole(one.count)} ${one.name}`));

// Tells how far the day's budget is used up.
function budget(one) {
  const meter =
    one.daily_budget > 0 &&
    node("meter", { min: 0, max: one.daily_budget, value: one.spent_today, "aria-label": "Spent of the day's budget" });
  return facts([
    ["Model", one.model ?? "none is set up: explanations are written without one"],
    ["Spent today", [money(one.spent_today), meter]],
    ["Daily budget", one.daily_budget === undefined ? "no limit" : money(one.daily_budget)],
    ["Left today", one.left_today === undefined ? undefined : money(one.left_today)],
  ]);
}

export function open(view, { query }) {
  const given = (name) => query.get(name) ?? "";
  const places = [];
  const about = node("div");
  const why = node("div");
  const foot = node("div");
  const days = table(
    "Days",
    ["Day (UTC)", "Model", "Requests", "Failed", "Never ended", "Matches", "Texts used", "Tokens in / out", "Cost", "p50 / p95"],
    "There were no requests.",
  );
  const list = table(
    "Requests",
    ["Sent", "Model", "Outcome", "Took", "Matches", "Texts used", "Why others not", "Tokens in / out", "Cost"],
    "There are no requests that fit.",
  );
  view.append(
    about,
    heading("By day"),
    days.element,
    why,
    heading("Requests"),
    filter("batches", [
      field(
        "Outcome",
        node(
          "select",
          { name: "outcome" },
          option("", "any", given("outcome")),
          OUTCOMES.map((one) => option(one, one, given("outcome"))),
        ),
      ),
      field("Model", node("input", { name: "model", value: given("model"), autocomplete: "off", spellcheck: "false" })),
      field("Sums of the last days", node("input", { name: "days", type: "number", min: 1, max: 365, value: given("days") || "30" })),
    ]),
    list.element,
    foot,
    hint("Money is in the prices' currency. A request that has not ended counts with what it may cost at most."),
  );
  const tokens = (one) => [one.input_tokens, one.output_tokens].map(whole).join(" / ");
  return {
    async read() {
      const answer = await calls.batches(onPage(query, places));
      replace(about, budget(answer.budget));
      days.show(
        answer.days.map((one) => [
          one.day,
          one.model,
          whole(one.calls),
          one.failed ? node("span", { class: "bad" }, whole(one.failed)) : "0",
          whole(one.unended),
          whole(one.matches),
          whole(one.accepted),
          tokens(one),
          money(one.cost),
          [duration(one.p50_ms), " / ", duration(one.p95_ms)],
        ]),
      );
      replace(
        why,
        answer.errors.length > 0 && [heading("Why requests failed"), counted(answer.errors)],
        answer.faults.length > 0 && [heading("Why texts were not used"), counted(answer.faults)],
      );
      list.show(
        answer.batches.map((one) => [
          [at(one.started_at), small(when(one.started_at))],
          link(one.model, "batches", { model: one.model }),
          [state(one.outcome), one.error && small(one.error)],
          duration(one.duration_ms),
          whole(one.matches),
          whole(one.accepted),
          one.faults.length ? one.faults.map((fault) => node("div", {}, fault)) : "–",
          tokens(one),
          one.cost === undefined || one.cost === null ? small(`at most ${money(one.estimated_cost)}`) : money(one.cost),
        ]),
      );
      replace(foot, pager(places, answer.next_cursor));
    },
  };
}
