// CVs and jobs: which failed and why, or wait, or are worked on; and doing again all that a filter names.
import * as calls from "./calls.js";
import { openOne, retry } from "./row.js";
import { STAGES, STATUSES, at, shortId, when } from "./format.js";
import {
  action,
  counted,
  field,
  filter,
  heading,
  hint,
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

const OF_JOBS = ["job_embedding"];
const OF_CVS = ["cv_parsing", "cv_embedding", "cv_matching", "explanation"];

export const titleOf = ([kind, id]) => `${kind === "jobs" ? "Job" : "CV"} ${shortId(id)}`;

function standing(stage) {
  const more = [stage.items > 1 && `${whole(stage.items)} matches`, stage.attempts > 1 && `${whole(stage.attempts)} attempts`]
    .filter(Boolean)
    .join(", ");
  const waits = stage.status === "pending" && new Date(stage.next_attempt_at) > Date.now();
  return node(
    "div",
    { class: "standing" },
    STAGES[stage.stage],
    " ",
    state(stage.status),
    more && small(more),
    stage.failed_at && small("failed ", when(stage.failed_at)),
    waits && small("tried again ", when(stage.next_attempt_at)),
    stage.lease_until && stage.status === "processing" && small("a worker has it until ", at(stage.lease_until)),
    stage.failure && node("p", {}, node("b", {}, stage.failure.reason), ` ${stage.failure.message}`),
  );
}

// One that failed is done again from the stage in which it did; from any other stage on, its history's page does it.
function actions(kind, one) {
  const failed = one.stages.find((stage) => stage.status === "failed");
  return [
    failed && retry(kind, one.id, failed.stage, "Retry …", shortId(one.id)),
    link("History", [kind, one.id], {}, { "aria-label": `History of ${one.id}` }),
  ];
}

const reasonOf = (count) => count.reason ?? count.status;

async function retryAll(query) {
  const stage = query.get("stage");
  const asked = {
    stage,
    reason: query.get("reason") || undefined,
    failed_after: query.get("after") || undefined,
    failed_before: query.get("before") || undefined,
  };
  const what = stage === "explanation" ? "explanations" : OF_JOBS.includes(stage) ? "jobs" : "CVs";
  await counted({
    title: (count) => `Do ${whole(count)} failed ${what} again?`,
    preview: () => calls.retryFailed({ ...asked, dry_run: true }),
    byReason: (found) => found.counts.map((one) => [`${reasonOf(one)} (${STAGES[one.stage]})`, one.count]),
    perform: (count) => calls.retryFailed({ ...asked, dry_run: false, expected_count: count }),
    yes: (found) => `Do ${whole(found.count)} again`,
    done: (answer) => `${whole(answer.retried)} of ${whole(answer.count)} wait for a worker now.`,
    nothing: "Nothing failed that this filter names.",
  });
}

export function open(view, route) {
  const [kind, id] = route.parts;
  if (id) return openOne(view, kind, id);
  const { query } = route;
  const stages = kind === "jobs" ? OF_JOBS : OF_CVS;
  const given = (name) => query.get(name) ?? "";
  const status = given("status") || "failed";
  const places = [];
  const counts = table("Counted by stage and reason", ["Stage", "State", "Reason", "Count"], `None is ${status}.`);
  const rows = table(
    kind === "jobs" ? "Jobs" : "CVs",
    [kind === "jobs" ? "Job" : "CV", "Taken in", "How it stands", "Actions"],
    "There are none that fit.",
  );
  const reasons = node("datalist", { id: "reasons" });
  const foot = node("div");
  // Retrying is by stage: of jobs there is but one.
  const chosen = new URLSearchParams(query);
  if (kind === "jobs" && !given("stage")) chosen.set("stage", OF_JOBS[0]);
  const canRetry = status === "failed" && stages.includes(chosen.get("stage"));
  view.append(
    filter(
      kind,
      [
        field(
          "Stage",
          node(
            "select",
            { name: "stage" },
            option("", "any", given("stage")),
            stages.map((one) => option(one, STAGES[one], given("stage"))),
          ),
        ),
        field(
          "State",
          node(
            "select",
            { name: "status" },
            STATUSES.map((one) => option(one, one, status)),
          ),
        ),
        field(
          "Reason",
          node("input", { name: "reason", list: "reasons", value: given("reason"), autocomplete: "off", spellcheck: "false" }),
        ),
        field("From", timeField("after", given("after"))),
        field("Until", timeField("before", given("before"))),
      ],
      reasons,
    ),
    counts.element,
    node(
      "p",
      {},
      canRetry
        ? action("Retry all that this names …", "", () => retryAll(chosen))
        : small("To retry all that a filter names, choose a stage and the state “failed”."),
    ),
    heading(kind === "jobs" ? "Jobs" : "CVs"),
    rows.element,
    foot,
    hint("Nothing here says whose they are or what stands in them."),
  );
  return {
    async read() {
      const list = await (kind === "jobs" ? calls.jobs : calls.cvs)(onPage(query, places));
      const narrowed = (one) => ({
        stage: one.stage,
        status: one.status,
        reason: one.reason,
        after: given("after"),
        before: given("before"),
      });
      counts.show(
        list.counts.map((one) => [
          link(STAGES[one.stage], kind, { ...narrowed(one), reason: given("reason") }),
          state(one.status),
          one.reason ? [link(one.reason, kind, narrowed(one)), small(one.kind)] : "–",
          whole(one.count),
        ]),
      );
      replace(
        reasons,
        [...new Set(list.counts.map((one) => one.reason).filter(Boolean))].map((one) => option(one)),
      );
      rows.show(
        list.rows.map((one) => [
          [
            link(shortId(one.id), [kind, one.id], {}, { class: "id", title: one.id }),
            !one.is_current && small(kind === "jobs" ? "closed" : "not its candidate's latest"),
          ],
          [at(one.created_at), small(when(one.created_at))],
          one.stages.map(standing),
          actions(kind, one),
        ]),
      );
      replace(foot, pager(places, list.next_cursor));
    },
  };
}
