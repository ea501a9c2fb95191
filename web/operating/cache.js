// The cache: whether it helps, what it holds, and having it forget.
import * as calls from "./calls.js";
import { bytes, percent, seconds } from "./format.js";
import { action, counted, facts, heading, hint, node, replace, small, table, whole } from "./page.js";

async function clear(prefix) {
  const what = prefix ? `“${prefix}”` : "everything";
  await counted({
    title: (count) => `Forget ${whole(count)} ${count === 1 ? "key" : "keys"} of ${what}?`,
    preview: () => calls.clearCache({ prefix, dry_run: true }),
    byReason: (found) => [[prefix ? `begin with “${prefix}”` : "keys of this project", found.count]],
    perform: (count) => calls.clearCache({ prefix, dry_run: false, expected_count: count }),
    yes: (found) => `Forget ${whole(found.count)}`,
    done: (answer) => `${whole(answer.cleared)} keys were forgotten. Answers are made anew once.`,
    nothing: "The cache holds no such key.",
  });
}

const lookUps = (one) => [percent(one?.hit_rate), whole(one?.hits), whole(one?.misses), whole(one?.stale), whole(one?.writes)];
const HITS = ["Hit rate", "Hits", "Misses", "Stale", "Kept"];

export function open(view) {
  const about = node("div");
  const windows = table("Look-ups", ["Time", ...HITS], "Nothing was looked up.");
  const prefixes = table("Keys", ["Begin with", "Keys", ...HITS, "Actions"], "The cache is empty.");
  view.append(
    about,
    heading("Look-ups"),
    windows.element,
    heading(
      "Keys, and the look-ups of 24 h",
      action("Forget everything …", "", () => clear("")),
    ),
    prefixes.element,
    hint("Forgetting makes no answer wrong, only slower once. “Stale”: it was there, but made of what is not so any more."),
  );
  return {
    async read() {
      const cache = await calls.cache();
      const { server = {} } = cache;
      replace(
        about,
        facts(
          [
            ["Kind", cache.kind === "redis" ? "Redis, shared by all" : "in the memory of this process"],
            ["Keys", `${whole(cache.keys)}${cache.all_keys_looked_at ? "" : " or more"}`],
            [
              "Memory",
              server.memory_bytes !== undefined &&
                `${bytes(server.memory_bytes)}${server.max_memory_bytes ? ` of ${bytes(server.max_memory_bytes)}` : ""}`,
            ],
            ["When that is used up", server.eviction_policy],
            ["Thrown out", server.evicted_keys !== undefined && whole(server.evicted_keys)],
            ["Expired", server.expired_keys !== undefined && whole(server.expired_keys)],
            ["Connections", server.connections !== undefined && whole(server.connections)],
            ["Up for", server.uptime_seconds !== undefined && seconds(server.uptime_seconds)],
            ["Version", server.version],
          ].filter(([, value]) => value),
        ),
      );
      windows.show(cache.look_ups.map((one) => [one.window, ...lookUps(one)]));
      prefixes.show(
        cache.prefixes.map((one) => [
          node("code", {}, one.prefix),
          whole(one.keys),
          ...lookUps(one.look_ups),
          action("Forget …", one.prefix, () => clear(one.prefix)),
        ]),
      );
    },
  };
}
