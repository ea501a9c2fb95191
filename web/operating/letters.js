// Dead letters: messages that were given up, why, and putting them back or dropping them.
import * as calls from "./calls.js";
import { at, seconds, when } from "./format.js";
import { action, address, counted, heading, hint, link, node, replace, small, table, whole } from "./page.js";
import { testQueue } from "./probe.js";

const LIMIT = 200;
const LISTS = { cv: "cvs", job: "jobs" };

export const titleOf = ([, queue]) => `Dead letters of ${queue}`;

async function settle(queue, deed, named) {
  const asked = { action: deed, ...named };
  const verb = deed === "redrive" ? "Redrive" : "Drop";
  return counted({
    title: (count) => `${verb} ${whole(count)} dead ${count === 1 ? "letter" : "letters"} of ${queue}?`,
    preview: () => calls.settleDeadLetters(queue, { ...asked, dry_run: true }),
    byReason: (found) => Object.entries(found.by_reason),
    perform: (count) => calls.settleDeadLetters(queue, { ...asked, dry_run: false, expected_count: count }),
    yes: (found) => `${verb} ${whole(found.count)}`,
    done: (outcome) =>
      deed === "redrive"
        ? `Went back into ${queue}: ${whole(outcome.count)}. Failed rows that are due again: ${whole(outcome.rows_made_due)}.`
        : `Dropped: ${whole(outcome.count)}. Their rows stay as they are.`,
    nothing: "There is no such dead letter any more.",
  });
}

function named(letter) {
  const { names } = letter;
  if (!names) return letter.unreadable ? small(letter.unreadable) : "–";
  const list = LISTS[names.kind];
  return [
    list
      ? link(`${names.kind} ${names.id}`, [list, names.id], {}, { class: "id" })
      : node("code", { class: "id" }, `${names.kind} ${names.id}`),
    names.status && small(`${names.status}, ${whole(names.attempts)} attempts`),
    names.failure && node("p", {}, names.failure.message),
  ];
}

function openQueue(view, queue, reason) {
  const shown = table(`Dead letters of ${queue}`, ["Choose", "Reason", "Names", "Sent", "Received"], "There are no dead letters here.");
  const reasons = node("p", { class: "reasons" });
  const total = node("p");
  const chosen = new Set();
  const given = () => (chosen.size ? { ids: [...chosen] } : reason ? { reason } : {});
  const which = () => (chosen.size ? `the ${whole(chosen.size)} chosen` : reason ? `all of “${reason}”` : "all");
  const actions = node("p");
  const showActions = () =>
    replace(
      actions,
      node("button", { type: "button", "data-key": "redrive", onclick: () => settleThese("redrive") }, `Redrive ${which()} …`),
      node("button", { type: "button", "data-key": "drop", onclick: () => settleThese("drop") }, `Drop ${which()} …`),
      action("Test the queue", queue, () => testQueue(queue)),
    );
  async function settleThese(deed) {
    try {
      // What was chosen stays so until it is done: else the next click would mean all of them.
      if (await settle(queue, deed, given())) chosen.clear();
    } catch (error) {
      say(error.message, true);
    }
    document.dispatchEvent(new CustomEvent("read-anew"));
  }
  function choice(letter) {
    const box = node("input", {
      type: "checkbox",
      "aria-label": `Choose ${letter.id}`,
      "data-key": letter.id,
      onchange: (event) => {
        if (event.target.checked) chosen.add(letter.id);
        else chosen.delete(letter.id);
        showActions();
      },
    });
    box.checked = chosen.has(letter.id);
    return box;
  }
  view.append(
    node("p", {}, link("All queues", "dead-letters")),
    total,
    reasons,
    actions,
    shown.element,
    hint(
      "Read when you ask for it: with SQS each look adds one to the receive count. “Redrive” puts messages back and makes their failed rows due again; “drop” deletes messages and leaves the rows.",
    ),
  );
  return {
    live: false,
    async read() {
      const letters = await calls.deadLetters(queue, LIMIT);
      const list = reason ? letters.dead_letters.filter((one) => one.reason === reason) : letters.dead_letters;
      for (const id of chosen) if (!list.some((one) => one.id === id)) chosen.delete(id);
      total.textContent = `${whole(letters.total)} in all, of which ${whole(letters.dead_letters.length)} are listed${reason && `, those of “${reason}”`}.`;
      const part = (text, wanted, count) =>
        node(
          "a",
          {
            href: address(["dead-letters", queue], { reason: wanted }),
            "data-key": text,
            "aria-current": wanted === reason ? "true" : undefined,
          },
          count === null ? text : `${text} ${whole(count)}`,
        );
      replace(
        reasons,
        part("any reason", "", null),
        Object.entries(letters.by_reason).map(([name, count]) => part(name, name, count)),
      );
      showActions();
      shown.show(
        list.map((letter) => [
          choice(letter),
          node("b", {}, letter.reason),
          named(letter),
          [at(letter.sent_at), small(when(letter.sent_at))],
          [`${whole(letter.receive_count)} times`, small("first ", when(letter.first_received_at))],
        ]),
      );
    },
  };
}

export function open(view, { parts, query }) {
  if (parts[1]) return openQueue(view, parts[1], query.get("reason") ?? "");
  const queues = table("Queues", ["Queue", "Dead", "Wait", "In flight", "Delayed", "Oldest", "Actions"], "There are no queues.");
  view.append(
    heading("Queues"),
    queues.element,
    hint(
      "A message that was received five times without being done is given up and lies here. Nothing of its row is lost: the schedules find rows that wait.",
    ),
  );
  return {
    async read() {
      const answer = await calls.queuesWithDeadLetters();
      queues.show(
        answer.queues.map((one) => [
          link(one.queue, ["dead-letters", one.queue]),
          one.dead > 0 ? node("b", { class: "bad" }, whole(one.dead)) : whole(one.dead),
          whole(one.waiting),
          whole(one.in_flight),
          whole(one.delayed),
          seconds(one.oldest_age_seconds),
          [
            link("Look", ["dead-letters", one.queue], {}, { "aria-label": `Dead letters of ${one.queue}` }),
            action("Test", one.queue, () => testQueue(one.queue)),
          ],
        ]),
      );
    },
  };
}
