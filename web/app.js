// Upload of a CV and its results: sends the file, follows the stages, shows the matches.
"use strict";

const POLL_MILLISECONDS = 300;
const PATIENCE_MILLISECONDS = 120_000;

let current = 0; // counts uploads, so that an older one that is still followed stops

function showSteps(cv, explained) {
  const stages = { ...cv.stages, explaining: { status: explained ? "completed" : cv.stages.matching.status === "completed" ? "processing" : "pending" } };
  element("steps").hidden = false;
  let before = true;
  for (const step of element("steps").children) {
    const status = stages[step.dataset.step].status;
    const done = status === "completed" && before;
    step.className = done ? "done" : status === "failed" ? "failed" : before ? "at-work" : "";
    before = done;
  }
}

function showProfile(profile) {
  const content = element("profile-content");
  content.replaceChildren();
  const { basics = {}, work = [], skills = [], analysis = {} } = profile;
  content.append(make("h3", [basics.name, basics.label].filter(Boolean).join(" · ") || "No name was found"));
  const contact = [basics.email, basics.phone, basics.location?.city].filter(Boolean).join(" · ");
  if (contact) content.append(make("p", contact, "place"));
  for (const [index, job] of work.slice(0, 3).entries()) {
    const end = job.endDate ?? (analysis.currentWork?.includes(index) ? "today" : null);
    const dates = [job.startDate, end].filter(Boolean).join(" – ");
    content.append(make("p", [[job.position, job.name].filter(Boolean).join(", "), dates].filter(Boolean).join(" · ")));
  }
  const list = make("ul", undefined, "chips");
  for (const skill of skills.slice(0, 24)) list.append(make("li", skill.name));
  if (skills.length > 24) list.append(make("li", `and ${skills.length - 24} more`));
  content.append(list);
  for (const warning of analysis.warnings ?? []) content.append(make("p", warning, "place"));
  element("profile").hidden = false;
}

function showMatch(match) {
  const item = element("match").content.cloneNode(true).firstElementChild;
  item.querySelector(".score b").textContent = Math.round(match.score);
  item.querySelector("h3").textContent = match.title;
  const words = [match.company, match.location, match.remote, match.employment_type?.replace("_", " ")];
  item.querySelector(".place").textContent = words.filter(Boolean).join(" · ");
  const explanation = match.explanation ?? {};
  item.querySelector(".summary").textContent = explanation.summary ?? "";
  item.querySelector(".reasons").append(
    ...reasons("What speaks for it", explanation.strengths),
    ...reasons("What is not shown", explanation.gaps),
    ...reasons("What would help", explanation.suggestions),
    ...reasons("What carries over", explanation.transferable_skills?.map((skill) => skill.sentence)),
    ...reasons("What an interview may ask", explanation.questions),
  );
  const generator = explanation.generator;
  if (generator && generator !== "local") item.querySelector(".reasons").append(make("p", `Written by ${generator} and checked against your CV and the ad.`, "place"));
  showParts(item.querySelector(".parts tbody"), match.parts);
  const quotes = item.querySelector(".quotes");
  quotes.append(skillChips(match.matched_skills, match.missing_skills));
  for (const quote of explanation.quotes ?? []) {
    quotes.append(make("h4", quote.source === "cv" ? "Your CV says" : "The job says"), make("blockquote", quote.text));
  }
  for (const { from, to, passage } of explanation.transferable_skills ?? []) {
    if (passage) quotes.append(make("h4", `From ${from} to ${to}`), make("blockquote", passage.text));
  }
  item.querySelector("details").addEventListener("toggle", (event) => {
    if (event.target.open) record(match, "click");
  }, { once: true });
  item.querySelector(".needed").append(...showChecks(match.must_haves));
  const away = button("Not for me", async () => {
    await record(match, "dismiss");
    item.remove();
  });
  item.querySelector(".body").append(similarJobs(match.job_id), away);
  return item;
}

// Jobs that would stand in the list but for a condition: told, not hidden.
function showLeftOut(jobs) {
  const list = make("ul");
  for (const job of jobs ?? []) {
    const item = make("li", `${[job.title, job.company, job.location].filter(Boolean).join(" · ")} (${Math.round(job.score)})`);
    item.append(...showChecks(job.unmet).slice(1));
    list.append(item);
  }
  element("left-out").replaceChildren(list);
  element("left-out-title").hidden = element("left-out").hidden = !jobs?.length;
}

function record(match, kind) {
  return sendJson("POST", "api/candidate/interactions", { match_id: match.match_id, kind }).catch(() => {});
}

function showMatches(answer) {
  element("matches").replaceChildren(...answer.recommendations.map(showMatch));
  showLeftOut(answer.left_out);
  element("results").hidden = answer.count === 0 && !answer.left_out?.length;
}

async function follow(cvId, upload) {
  const until = Date.now() + PATIENCE_MILLISECONDS;
  let shown = false;
  while (Date.now() < until && upload === current) {
    const cv = await api(`api/candidate/cvs/${cvId}`);
    if (cv.profile && !shown) {
      showProfile(cv.profile);
      shown = true;
    }
    const failed = Object.values(cv.stages).find((stage) => stage.status === "failed");
    if (failed) {
      showSteps(cv, false);
      return say(failed.failure?.message ?? "This CV could not be worked on.", true);
    }
    const answer = await api(`api/candidate/recommendations?cv_id=${cvId}&limit=20`);
    showSteps(cv, answer.status === "completed");
    if (answer.status === "completed") {
      showMatches(answer);
      for (const match of answer.recommendations) record(match, "impression");
      return say(answer.count ? "" : "No open job fits yet. Matches appear here when new jobs are posted.");
    }
    await pause(POLL_MILLISECONDS);
  }
  if (upload === current) say("This takes longer than it should. The work goes on: reload this page later.", true);
}

async function send(file) {
  const upload = ++current;
  element("results").hidden = element("profile").hidden = element("steps").hidden = true;
  if (file.size > 4 * 1024 * 1024) return say("This file is larger than 4 MiB. Save it without large pictures and try again.", true);
  say(`Sending ${file.name} …`);
  try {
    const body = new FormData();
    body.append("file", file);
    const headers = { "idempotency-key": crypto.randomUUID() };
    const answer = await api("api/candidate/upload_and_parse", { method: "POST", headers, body });
    say("");
    await follow(answer.cv_id, upload);
  } catch (error) {
    say(error.message, true);
  }
}

// What was there before a reload is shown again.
async function resume() {
  try {
    const { cvs } = await api("api/candidate/cvs?limit=1");
    if (cvs.length) await follow(cvs[0].cv_id, ++current);
  } catch (error) {
    say(error.message, true);
  }
}

const drop = element("drop");
element("file").addEventListener("change", (event) => {
  if (event.target.files[0]) send(event.target.files[0]);
  event.target.value = "";
});
for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
});
resume();
