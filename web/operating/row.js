// One CV or job: how it stands in each stage, doing it again from one of them, and all that happened to it as a line of time.
import * as calls from "./calls.js";
import { STAGES, at, bytes, duration, when } from "./format.js";
import { action, ask, badge, facts, heading, link, node, replace, small, state, whole } from "./page.js";

const STEPS = { creation: "Taken in", parsing: "Reading", embedding: "Embedding", matching: "Matching", explanation: "Explaining" };
const PAGE = 100;

const nounOf = (kind) => (kind === "jobs" ? "job" : "CV");

export function retry(kind, id, stage, text, subject) {
  const what = nounOf(kind);
  return action(text, subject, async () => {
    const more =
      what === "job"
        ? "CVs near to it are matched again then."
        : "What is there stays until the new result takes its place; what comes after this stage follows by itself.";
    if (!(await ask(`Do this ${what} again from “${STAGES[stage]}” on?`, node("p", {}, more), "Do it again"))) return;
    const answer = what === "job" ? await calls.retryJob(id) : await calls.retryCv(id, stage);
    say(`${whole(answer.items)} ${answer.items === 1 ? "waits" : "wait"} for a worker.`);
  });
}

function stageCard(kind, id, stage, one) {
  return node(
    "li",
    { class: one.status },
    node("b", {}, STAGES[stage]),
    state(one.status),
    small(`${whole(one.attempts)} ${one.attempts === 1 ? "attempt" : "attempts"} since it was asked for`),
    one.claimed_at && small("last taken ", when(one.claimed_at)),
    one.lease_until && small("a worker has it until ", at(one.lease_until)),
    one.status === "pending" && small("due ", when(one.next_attempt_at)),
    one.failure && node("p", {}, node("b", {}, one.failure.reason), ` ${one.failure.message}`),
    retry(kind, id, stage, "Retry from here …", STAGES[stage]),
  );
}

function explanations(id, counts) {
  const kinds = counts.map((one) => node("div", {}, state(one.status), ` ${whole(one.count)}`, one.reason && ` ${one.reason}`));
  return node(
    "li",
    {},
    node("b", {}, STAGES.explanation),
    kinds.length ? kinds : small("no matches yet"),
    kinds.length > 0 && retry("cvs", id, "explanation", "Retry from here …", STAGES.explanation),
  );
}

// Something that happened, with how long after the one before it.
function moment(line, before) {
  const after = before ? new Date(line.at) - new Date(before.at) : null;
  const { run } = line;
  const details = [
    line.duration_ms !== undefined && `took ${duration(line.duration_ms)}`,
    line.attempt > 1 && `attempt ${line.attempt}`,
    line.items > 1 && `${whole(line.items)} matches`,
  ]
    .filter(Boolean)
    .join(", ");
  return node(
    "li",
    { class: line.outcome },
    node("div", {}, at(line.at), after !== null && small(`+${duration(after)}`)),
    node(
      "div",
      {},
      node("b", {}, STEPS[line.step] ?? line.step),
      " ",
      state(line.outcome),
      " ",
      details,
      line.actor && node("div", {}, "asked for by ", node("b", {}, line.actor)),
      line.failure && node("p", {}, node("b", {}, line.failure.reason), ` ${line.failure.message} `, badge(line.failure.kind)),
      run &&
        small(
          run.function ? link(run.function, "runs", { function: run.function }) : "its run is not on record any more",
          run.host && `, ${run.host}`,
          run.trigger && `, by ${run.trigger}`,
          run.trace_id && [", trace ", node("code", {}, run.trace_id)],
        ),
    ),
  );
}

export function openOne(view, kind, id) {
  const read = kind === "jobs" ? calls.job : calls.cv;
  const about = node("div");
  const stages = node("ul", { class: "parts" });
  const line = node("ol", { class: "timeline" });
  const foot = node("p");
  let pages = 1;
  view.append(
    node("p", {}, link(kind === "jobs" ? "All jobs" : "All CVs", kind), " · ", node("code", { class: "id" }, id)),
    about,
    heading("Stages"),
    stages,
    heading("What happened"),
    line,
    foot,
  );

  async function history() {
    let answer = await read(id, { limit: PAGE });
    const first = answer;
    const lines = [...answer.history];
    for (let page = 1; page < pages && answer.next_cursor; page += 1) {
      answer = await read(id, { limit: PAGE, cursor: answer.next_cursor });
      lines.push(...answer.history);
    }
    return { first, lines, more: Boolean(answer.next_cursor) };
  }

  return {
    async read() {
      const { first, lines, more } = await history();
      const { cv, job } = first;
      if (cv) {
        replace(
          about,
          facts([
            ["Version", `${cv.version}${cv.is_latest ? ", the latest" : ", a later one took its place"}`],
            ["File", `${cv.media_type}, ${bytes(cv.file_size)}`],
            ["Taken in", at(cv.created_at)],
            ["Read by", cv.parsed_by],
            ["Vector of", cv.embedding_model],
            ["Last matched", cv.last_analyzed && when(cv.last_analyzed)],
          ]),
        );
        replace(
          stages,
          stageCard(kind, id, "cv_parsing", cv.parsing),
          stageCard(kind, id, "cv_embedding", cv.embedding),
          stageCard(kind, id, "cv_matching", cv.matching),
          explanations(id, cv.explanation),
        );
      } else {
        replace(
          about,
          facts([
            ["Title", job.title],
            ["State", state(job.is_open ? "open" : "closed")],
            ["Taken in", at(job.created_at)],
            ["Changed", at(job.updated_at)],
            ["Ends", job.expires_at && when(job.expires_at)],
            ["Vector of", job.embedding_model],
          ]),
        );
        replace(stages, stageCard(kind, id, "job_embedding", job.embedding));
      }
      replace(
        line,
        lines.map((one, index) => moment(one, lines[index - 1])),
      );
      replace(
        foot,
        more &&
          action("What followed", "", async () => {
            pages += 1;
          }),
        !lines.length && "Nothing is on record: histories are kept for a while only.",
      );
    },
  };
}
