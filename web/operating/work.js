// Queues and schedules: how they stand, pausing, resuming, running now, and sending a test through a queue.
import * as calls from "./calls.js";
import { STAGES, STAGE_OF, at, listOf, seconds, when } from "./format.js";
import { action, ask, badge, field, heading, hint, link, node, replace, small, state, table, whole } from "./page.js";
import { testQueue } from "./probe.js";

function pausing(what, one) {
  const isQueue = what === "queue";
  const key = { "data-key": `pausing ${what} ${one.name}` };
  if (one.paused) {
    return action(
      "Resume",
      one.name,
      async () => {
        await (isQueue ? calls.resumeQueue : calls.resumeTask)(one.name);
        say(`The ${what} ${one.name} goes on: all hosts follow within two seconds.`);
      },
      key,
    );
  }
  return action(
    "Pause …",
    one.name,
    async () => {
      const more = isQueue
        ? "No host works on its messages until it is resumed. Its schedule goes on: pause that, too, to stop the stage."
        : "Its task does not run until it is resumed; a tick that was missed then runs once.";
      const given = await ask(
        `Pause the ${what} ${one.name}?`,
        [
          node("p", {}, more),
          field("Why, for the others who look", node("input", { name: "reason", maxlength: 200, autocomplete: "off" })),
        ],
        "Pause it",
      );
      if (!given) return;
      await (isQueue ? calls.pauseQueue : calls.pauseTask)(one.name, given.reason ? { reason: given.reason } : {});
      say(`The ${what} ${one.name} is paused: all hosts follow within two seconds.`);
    },
    key,
  );
}

function standing(one) {
  if (one.error) return [badge("does not answer", "bad"), small(one.error)];
  if (!one.paused) return badge("works", "good");
  return [state("paused"), small("by ", one.paused.by, " ", when(one.paused.since)), one.paused.reason && small(one.paused.reason)];
}

function queueRow(queue) {
  const stage = STAGE_OF[queue.function];
  const list = stage && listOf(stage);
  return [
    [node("b", {}, queue.name), stage && small(STAGES[stage])],
    link(queue.function, "runs", { function: queue.function }),
    whole(queue.waiting),
    whole(queue.in_flight),
    seconds(queue.oldest_seconds),
    queue.dead > 0 ? link(whole(queue.dead), ["dead-letters", queue.name], {}, { class: "bad" }) : whole(queue.dead),
    queue.rows_waiting
      ? [link(whole(queue.rows_waiting), list, { stage, status: "pending" }), small(`oldest ${seconds(queue.rows_oldest_seconds)}`)]
      : whole(queue.rows_waiting),
    queue.rows_failed ? link(whole(queue.rows_failed), list, { stage, status: "failed" }, { class: "bad" }) : whole(queue.rows_failed),
    standing(queue),
    [pausing("queue", queue), action("Test", queue.name, () => testQueue(queue.name))],
  ];
}

async function runNow(name) {
  say(`${name} runs …`);
  const answer = await calls.runTask(name);
  const rows =
    answer.items === undefined ? "" : ` ${whole(answer.items)} taken, ${whole(answer.succeeded)} done, ${whole(answer.failed)} failed.`;
  say(`${name}: ${answer.message}${rows}`);
}

function lastRun(run, lastTick) {
  if (!run) return lastTick ? ["called ", when(lastTick), small("no run is on record")] : "not yet";
  return [
    state(run.state),
    small(when(run.started_at)),
    small(`${run.trigger}: ${whole(run.items)} taken, ${whole(run.failed)} failed`),
    run.error && small(run.error),
  ];
}

function nextRun(schedule) {
  const late = schedule.next_tick_at && new Date(schedule.next_tick_at) < Date.now() - 60_000;
  return schedule.paused
    ? "when resumed"
    : [
        late ? node("span", { class: "bad" }, "late, ", when(schedule.next_tick_at)) : when(schedule.next_tick_at),
        schedule.next_tick_at && small(at(schedule.next_tick_at)),
      ];
}

function scheduleRow(schedule) {
  const uneven = [
    schedule.overlapped > 0 && `${whole(schedule.overlapped)} left out, the run before went on`,
    schedule.doubled > 0 && `${whole(schedule.doubled)} called twice, run once`,
  ].filter(Boolean);
  return [
    [node("b", {}, schedule.name), small(schedule.schedule), schedule.tuning_hint && node("p", { class: "tuning" }, schedule.tuning_hint)],
    lastRun(schedule.last_run, schedule.last_tick_at),
    nextRun(schedule),
    schedule.limit ? [whole(schedule.limit), small(schedule.limit_setting)] : "–",
    uneven.length ? uneven.map((text) => node("div", {}, text)) : "–",
    standing(schedule),
    [
      action("Run now", schedule.name, () => runNow(schedule.name)),
      pausing("schedule", schedule),
      link("Runs", "runs", { function: schedule.name }, { "aria-label": `Runs of ${schedule.name}` }),
    ],
  ];
}

export function open(view) {
  const queues = table(
    "Queues",
    ["Queue", "Function", "Messages wait", "In flight", "Oldest", "Dead", "Rows wait", "Rows failed", "State", "Actions"],
    "There are no queues.",
  );
  const schedules = table(
    "Schedules",
    ["Task", "Last run", "Next run", "Takes at most", "Uneven ticks", "State", "Actions"],
    "There are no schedules.",
  );
  const sum = node("span");
  view.append(
    heading("Queues"),
    queues.element,
    hint(
      "Rows are the truth, messages are hints at them: a message that is lost costs time until the schedule's next run, and nothing else.",
    ),
    heading("Schedules"),
    schedules.element,
    hint(sum),
  );
  return {
    async read() {
      const tasks = await calls.tasks({ limit: 1 });
      queues.show(tasks.queues.map(queueRow));
      schedules.show(tasks.schedules.map(scheduleRow));
      replace(
        sum,
        link(`${whole(tasks.running.length)} ${tasks.running.length === 1 ? "batch runs" : "batches run"} now`, "runs"),
        ". “Run now” runs beside the schedule, also while that is paused, and never while a run is going on.",
      );
    },
  };
}
