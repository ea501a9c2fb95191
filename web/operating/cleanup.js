// What the cleaning of old data would delete now, and what its last run removed.
import * as calls from "./calls.js";
import { at, seconds } from "./format.js";
import { action, ask, hint, link, node, replace, table, whole } from "./page.js";

const TASK = "cleanup_old_data";
const KINDS = {
  superseded_predictions: "Predictions that later ones replaced",
  interactions: "Interactions",
  task_runs: "Records of runs",
  stage_minutes: "Times of stages",
  history: "Histories",
  chat_calls: "Requests to the chat API",
  audit_log: "Audit log",
  idempotency_keys: "Idempotency keys",
  expired_uploads: "Uploads that never came",
  superseded_cvs: "CVs that later ones replaced",
};

async function clean(total) {
  if (
    !(await ask(
      "Clean up now?",
      node("p", {}, `About ${whole(total)} would be deleted, in small batches. What a prediction that is shown needs is never touched.`),
      "Clean up",
    ))
  )
    return;
  say(`${TASK} runs …`);
  const answer = await calls.runTask(TASK);
  say(`${TASK}: ${answer.message}`);
}

export function open(view) {
  const kinds = table("What would be deleted", ["What", "Kept for", "Would go now", "Went last time"], "Nothing is cleaned up.");
  const total = node("p", { class: "card" }, "Counting …");
  view.append(
    total,
    kinds.element,
    hint(
      "Counted by the conditions by which it deletes. The schedule is among the ",
      link("schedules", "work"),
      ", what it removed in the ",
      link("audit log", "audit", { caller: TASK }),
      ".",
    ),
  );
  return {
    live: false,
    async read() {
      const preview = await calls.cleanup();
      const last = preview.last_run;
      replace(
        total,
        preview.total ? `${whole(preview.total)} would be deleted now.` : "Nothing would be deleted now.",
        last ? [" The last run ended ", at(last.at), "."] : " It has not run yet.",
        " ",
        action("Clean up now …", "", () => clean(preview.total)),
      );
      const removed = (kind) => whole(last ? (last.removed[kind] ?? 0) : null);
      kinds.show([
        ...preview.kinds.map((one) => [
          KINDS[one.kind] ?? one.kind,
          seconds(one.kept_for_days * 86_400),
          whole(one.count),
          removed(one.kind),
        ]),
        [
          "Files that no row points at",
          "–",
          `${whole(preview.orphaned_files)}${preview.all_files_looked_at ? "" : " or more"}`,
          removed("orphaned_files"),
        ],
      ]);
    },
  };
}
