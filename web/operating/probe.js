// A test of a queue: a message through the real queue to the real function, and how long its way took.
import * as calls from "./calls.js";
import { at, duration } from "./format.js";
import { ask, badge, field, node, option, tell } from "./page.js";

const LONGEST = 25;

// A bar of the way's parts, to scale.
function bar(milliseconds) {
  const whole = Math.max(milliseconds.there_and_back, 0.001);
  const rest = Math.max(0, milliseconds.there_and_back - milliseconds.to_function - milliseconds.answering);
  return node(
    "dl",
    { class: "way" },
    [
      ["through the queue to the function", milliseconds.to_function],
      ["the function writes its answer", milliseconds.answering],
      ["until the answer is seen", rest],
    ].map(([name, value]) => {
      const meter = node("meter", { min: 0, max: whole, value, "aria-label": name });
      return node("div", {}, node("dt", {}, name), node("dd", {}, meter, duration(value)));
    }),
  );
}

export async function testQueue(queue) {
  const seconds = node(
    "select",
    { name: "timeout" },
    [5, 10, LONGEST].map((one) => option(String(one), `${one} s`, "10")),
  );
  const given = await ask(
    `Send a test through ${queue}?`,
    [
      node(
        "p",
        {},
        "A message goes the way of all others, behind those that wait, to the function that works on this queue, which does no other work on it. It is in the audit log.",
      ),
      field("Wait for the answer for", seconds),
    ],
    "Send it",
  );
  if (!given) return;
  say(`A test goes through ${queue} …`);
  const test = await calls.testQueue(queue, given.timeout);
  say("");
  await tell(`${queue}: there and back in ${duration(test.milliseconds.there_and_back)}`, [
    node(
      "p",
      {},
      "Answered by ",
      node("b", {}, test.function),
      " ",
      badge(test.host),
      ". Sent ",
      at(test.sent_at),
      ", received ",
      at(test.received_at),
      ", answered ",
      at(test.answered_at),
      ".",
    ),
    bar(test.milliseconds),
  ]);
}
