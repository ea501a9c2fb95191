// What needs somebody, gathered from everything, each with the place where it is mended.
import { STAGES, STAGE_OF, duration, listOf, percent, seconds, when } from "./format.js";
import { link, node, whole } from "./page.js";

// The limits of the alerts in k8s/monitoring/rules.yml.
const BACKLOG = 1000;
const OLDEST_SECONDS = 900;
const LATE_SECONDS = 300;
const FAILURE_RATE = { cv_parsing: 0.1, cv_embedding: 0.05, job_embedding: 0.05 };
const FEWEST_ATTEMPTS = 10;
const SLOW_MS = 5000;

const since = (pause) => [" by ", pause.by, " ", when(pause.since), pause.reason && `: ${pause.reason}`];

function ofParts(health) {
  return health.parts
    .filter((one) => one.status !== "ok")
    .map((one) => [`${one.name} is ${one.status}${one.detail ? `: ${one.detail}` : ""}`]);
}

function ofQueue(queue) {
  const found = [];
  const stage = STAGE_OF[queue.function];
  if (queue.error) found.push([`The queue ${queue.name} does not answer: ${queue.error}`]);
  if (queue.paused) found.push([`The queue ${queue.name} is paused`, since(queue.paused), link("Resume it", "work")]);
  if (queue.dead > 0) found.push([`${whole(queue.dead)} dead in ${queue.name}`, link("Look at them", ["dead-letters", queue.name])]);
  if (queue.rows_failed > 0 && stage) {
    const what = stage === "explanation" ? "explanations" : listOf(stage) === "jobs" ? "jobs" : "CVs";
    found.push([
      `${STAGES[stage]}: ${whole(queue.rows_failed)} ${what} failed`,
      link("See why", listOf(stage), { stage, status: "failed" }),
    ]);
  }
  return found;
}

function ofSchedule(schedule) {
  const found = [];
  const late = (Date.now() - new Date(schedule.next_tick_at)) / 1000;
  if (schedule.paused) found.push([`The schedule ${schedule.name} is paused`, since(schedule.paused), link("Resume it", "work")]);
  else if (late > LATE_SECONDS) found.push([`${schedule.name} is late by ${seconds(late)}`, link("Run it", "work")]);
  if (["failed", "abandoned"].includes(schedule.last_run?.state)) {
    found.push([
      `The last run of ${schedule.name} ${schedule.last_run.state === "failed" ? "failed" : "was abandoned"}`,
      link("See its runs", "runs", { function: schedule.name }),
    ]);
  }
  if (schedule.tuning_hint) found.push([`${schedule.name}: ${schedule.tuning_hint}`]);
  return found;
}

const missed = (target) =>
  target.measure === "p95_ms"
    ? `p95 is ${duration(target.is)}, not ${duration(target.theirs)}`
    : `a worker does ${whole(target.is)} an hour, not ${whole(target.theirs)}`;

function ofStage(stage) {
  const found = [];
  const name = STAGES[stage.stage] ?? stage.stage;
  const runs = () => link("See its runs", "runs", { function: stage.function });
  const { waiting, oldest_seconds: oldest } = stage.backlog;
  if (waiting > BACKLOG)
    found.push([`${name}: ${whole(waiting)} wait`, link("See them", listOf(stage.stage), { stage: stage.stage, status: "pending" })]);
  if (waiting > 0 && oldest > OLDEST_SECONDS)
    found.push([
      `${name}: the oldest waits for ${seconds(oldest)}`,
      link("See them", listOf(stage.stage), { stage: stage.stage, status: "pending" }),
    ]);
  if (stage.count >= FEWEST_ATTEMPTS && stage.failure_rate > (FAILURE_RATE[stage.stage] ?? 1))
    found.push([`${name}: ${percent(stage.failure_rate)} fail`, runs()]);
  if (stage.p95_ms > SLOW_MS && stage.stage !== "explanation") found.push([`${name}: p95 is ${duration(stage.p95_ms)}`, runs()]);
  for (const target of stage.targets ?? []) {
    if (target.meets_theirs === false) found.push([`${name} does not reach what the replaced system promises: ${missed(target)}`, runs()]);
  }
  return found;
}

export function needs(health, dashboard, tasks) {
  const found = [
    ...ofParts(health),
    ...tasks.queues.flatMap(ofQueue),
    ...tasks.schedules.flatMap(ofSchedule),
    ...dashboard.stages.flatMap(ofStage),
  ];
  if (!found.length) return [node("li", { class: "none" }, "Nothing needs you.")];
  return found.map(([text, ...more]) =>
    node(
      "li",
      {},
      text,
      more.map((one) => (one instanceof Node ? [" ", one] : one)),
    ),
  );
}
