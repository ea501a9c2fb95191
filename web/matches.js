// What the pages that show matches share: scores, conditions and passages. Text from outside is only ever set as text, never as
// markup.
"use strict";

function reasons(title, sentences) {
  if (!sentences?.length) return [];
  const list = make("ul");
  for (const sentence of sentences) list.append(make("li", sentence));
  return [make("h4", title), list];
}

function showParts(rows, parts) {
  for (const part of parts) {
    const row = make("tr");
    row.append(make("td", part.kind));
    const cell = make("td");
    if (part.has_data) {
      const meter = make("meter");
      Object.assign(meter, { min: 0, max: 100, low: 40, high: 70, optimum: 100, value: part.score });
      meter.title = `${Math.round(part.score)} of 100, ${Math.round(part.weight * 100)} % of the score`;
      cell.append(meter);
    }
    row.append(cell, make("td", part.has_data ? `${Math.round(part.score)}` : "no data"));
    rows.append(row);
  }
}

function skillChips(matched, missing) {
  const chips = make("ul", undefined, "chips");
  for (const skill of matched) chips.append(make("li", `✓ ${skill}`));
  for (const skill of missing) chips.append(make("li", skill, "missing"));
  return chips;
}

const KINDS = {
  driving_licence: "Driving licence", certificate: "Certificate", language: "Language",
  right_to_work: "Right to work", place: "Lives in", skill: "Skill",
};

// How a CV stands to each condition of a job: met with the passage, open with the question, not met with what the CV says.
function showChecks(checks) {
  if (!checks?.length) return [];
  const list = make("ul", undefined, "checks");
  for (const check of checks) {
    const item = make("li", `${KINDS[check.kind] ?? check.kind}: ${check.wanted}`, check.outcome);
    if (check.question) item.append(make("span", ` – open: ${check.question}`));
    if (check.evidence) item.append(make("q", check.evidence.quote));
    list.append(item);
  }
  return [make("h4", "Needed for this job"), list];
}

// Jobs like a job, fetched when asked for.
function similarJobs(jobId) {
  const details = make("details");
  details.append(make("summary", "Jobs like this one"));
  details.addEventListener("toggle", async () => {
    if (!details.open || details.children.length > 1) return;
    try {
      const { jobs } = await api(`api/jobs/${encodeURIComponent(jobId)}/similar?limit=5`);
      const list = make("ul");
      for (const job of jobs) {
        const words = [job.title, job.company, job.location].filter(Boolean).join(" · ");
        const item = make("li", `${Math.round(job.score)} – ${words}`);
        item.append(skillChips(job.matched_skills, []));
        list.append(item);
      }
      details.append(jobs.length ? list : make("p", "There is no other open job like it.", "place"));
    } catch (error) {
      say(error.message, true);
    }
  });
  return details;
}
