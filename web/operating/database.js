// What Postgres tells of itself: tables, indexes, slow statements, connections, locks.
import * as calls from "./calls.js";
import { at, bytes, duration, percent, seconds, when } from "./format.js";
import { badge, facts, heading, hint, node, replace, small, table, whole } from "./page.js";

function shownState(one) {
  return facts([
    ["Postgres", one.server_version],
    ["Up", when(one.started_at)],
    ["Size", bytes(one.size_bytes)],
    ["Read from memory", percent(one.cache_hit_ratio)],
    ["Most connections", whole(one.max_connections)],
    ["Committed", whole(one.commits)],
    ["Taken back", whole(one.rollbacks)],
    ["Deadlocks", whole(one.deadlocks)],
    ["Temporary files", bytes(one.temporary_bytes)],
    ["Transaction ids used up", percent(one.transaction_ids_used, 2)],
    ["Counted since", one.counted_since ? at(one.counted_since) : "the database was made"],
  ]);
}

const tableRow = (one) => [
  [node("b", {}, one.name), one.needs_vacuum && badge("needs vacuum", "warn")],
  bytes(one.size_bytes),
  bytes(one.indexes_bytes),
  whole(one.live_rows),
  [whole(one.dead_rows), small(percent(one.dead_ratio))],
  whole(one.index_scans),
  whole(one.sequential_scans),
  percent(one.hot_update_ratio),
  [when(one.last_vacuum), small("analyzed ", when(one.last_analyze))],
];

const indexRow = (one) => [
  [
    node("b", {}, one.name),
    !one.is_valid && badge("not valid", "bad"),
    one.is_unused && badge("never used", "warn"),
    one.is_unique && badge("unique"),
  ],
  one.table,
  bytes(one.size_bytes),
  whole(one.scans),
  when(one.last_used),
];

function statementRow(one) {
  const text = one.statement.replace(/\s+/g, " ").trim();
  return [
    node(
      "details",
      { "data-key": text },
      node("summary", {}, node("code", {}, text.length > 90 ? `${text.slice(0, 90)} …` : text)),
      node("pre", {}, one.statement),
    ),
    whole(one.calls),
    duration(one.total_ms),
    duration(one.mean_ms),
    duration(one.max_ms),
    whole(one.rows),
    percent(one.cache_hit_ratio),
  ];
}

export function open(view) {
  const about = node("div");
  const tables = table(
    "Tables",
    ["Table", "Size", "Indexes", "Rows", "Dead rows", "By index", "Whole reads", "Light updates", "Vacuumed"],
    "There are no tables.",
  );
  const indexes = table("Indexes", ["Index", "Table", "Size", "Used", "Last used"], "There are no indexes.");
  const statements = table("Slow statements", ["Statement", "Calls", "In all", "Mean", "Longest", "Rows", "From memory"], "None is known.");
  const unknown = node("div");
  const connections = table("Connections", ["State", "How many", "Longest"], "There are no connections.");
  const longest = table(
    "Oldest transactions",
    ["Process", "Application", "State", "Transaction", "In this state", "Waits for"],
    "No transaction is open.",
  );
  const locks = table("Locks that are waited for", ["Process", "Waits", "Kind", "Lock", "Table", "Held up by"], "Nobody waits for a lock.");
  const slots = table("Replication slots", ["Slot", "Read from", "Kept for it"], "There are no replication slots.");
  view.append(
    about,
    heading("Statements that took most time"),
    unknown,
    statements.element,
    heading("Tables"),
    tables.element,
    heading("Indexes"),
    indexes.element,
    heading("Connections"),
    connections.element,
    heading("Oldest transactions"),
    longest.element,
    heading("Locks that are waited for"),
    locks.element,
    heading("Replication slots"),
    slots.element,
    hint("Values in statements are placeholders: nothing of a CV stands here. Light updates needed no change of an index."),
  );
  return {
    live: false,
    async read() {
      const report = await calls.database();
      replace(about, shownState(report.database));
      const how = report.slow_statements.how_to_switch_on;
      replace(unknown, how && hint(how));
      statements.show(report.slow_statements.statements.map(statementRow));
      tables.show(report.tables.map(tableRow));
      indexes.show(report.indexes.map(indexRow));
      connections.show(report.connections.map((one) => [one.state, whole(one.count), seconds(one.longest_seconds)]));
      longest.show(
        report.longest_running.map((one) => [
          one.pid,
          one.application,
          one.state,
          seconds(one.transaction_seconds),
          seconds(one.state_seconds),
          one.waits_for ?? "–",
        ]),
      );
      locks.show(
        report.lock_waits.map((one) => [
          one.pid,
          seconds(one.seconds),
          one.kind,
          one.mode,
          one.table ?? "–",
          [one.blocked_by].flat().join(", "),
        ]),
      );
      slots.show(
        report.replication_slots.map((one) => [
          one.name,
          one.is_active ? badge("yes", "good") : badge("no", "warn"),
          bytes(one.retained_bytes),
        ]),
      );
    },
  };
}
