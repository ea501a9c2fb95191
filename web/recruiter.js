// A recruiter's jobs: posts and changes them with their conditions, and shows who fits, who is left out and why, and who is like
// a candidate. Text from outside is only ever set as text, never as markup.
"use strict";

const form = element("job");
let changed = null; // the job that is being changed
let cursor = null;

const listOf = (text) => text.split(",").map((one) => one.trim()).filter(Boolean);

function conditions() {
  const value = (name) => form.elements[name].value.trim();
  const conditions = {};
  for (const name of ["driving_licences", "certificates", "languages", "right_to_work", "skills"]) {
    const all = listOf(value(name));
    if (all.length) conditions[name] = all;
  }
  const place = { city: value("city") || null, country: value("country") || null };
  if (place.city || place.country) conditions.place = place;
  return conditions;
}

function fill(job) {
  const conditions = job?.must_haves ?? {};
  const texts = {
    title: job?.title, company: job?.company, location: job?.location, text: job?.text,
    driving_licences: conditions.driving_licences?.join(", "), certificates: conditions.certificates?.join(", "),
    languages: conditions.languages?.map((one) => [one.language, one.level].filter(Boolean).join(" ")).join(", "),
    right_to_work: conditions.right_to_work?.join(", "), skills: conditions.skills?.map((one) => one.name).join(", "),
    city: conditions.place?.city, country: conditions.place?.country,
  };
  for (const [name, text] of Object.entries(texts)) form.elements[name].value = text ?? "";
  changed = job;
  element("job-title").textContent = job ? `Change “${job.title}”` : "Post a job";
  element("save").textContent = job ? "Change" : "Post";
  element("cancel").hidden = !job;
}

async function attempt(action) {
  try {
    await action();
  } catch (error) {
    say(error.message, true);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const value = (name) => form.elements[name].value.trim() || null;
    // What the form does not show stays as it is.
    const kept = changed ? { ...changed } : {};
    const posting = {
      ...kept, title: value("title"), company: value("company"), location: value("location"), text: value("text"),
      must_haves: conditions(),
    };
    const job = changed
      ? await sendJson("PUT", `api/jobs/${encodeURIComponent(changed.id)}`, posting)
      : await sendJson("POST", "api/jobs", posting);
    fill(null);
    say(`“${job.title}” is ${job.embedding.status === "completed" ? "there" : "being read; candidates follow in a second"}.`);
    await showJobs();
  });
});
element("cancel").addEventListener("click", () => fill(null));
element("more").addEventListener("click", () => attempt(() => showJobs(cursor)));

async function showJobs(after = null) {
  const page = await api(`api/jobs?mine=true&limit=20${after ? `&cursor=${encodeURIComponent(after)}` : ""}`);
  if (!after) element("jobs").replaceChildren();
  for (const job of page.jobs) element("jobs").append(jobItem(job));
  cursor = page.next_cursor ?? null;
  element("more").hidden = !cursor;
}

function jobItem(job) {
  const item = make("li");
  item.append(make("strong", job.title));
  item.append(make("p", [job.company, job.location, job.status].filter(Boolean).join(" · "), "place"));
  const path = `api/jobs/${encodeURIComponent(job.id)}`;
  item.append(button("Candidates", () => attempt(() => showCandidates(job))));
  item.append(button("Change", () => attempt(async () => {
    fill(await api(path));
    form.scrollIntoView();
  })));
  if (job.status === "open") {
    item.append(button("Close", () => attempt(async () => {
      await api(path, { method: "DELETE" });
      await showJobs();
    })));
  }
  item.append(similarJobs(job.id));
  return item;
}

function candidateCard(jobId, one) {
  const card = element("match").content.cloneNode(true).firstElementChild;
  card.querySelector(".score b").textContent = Math.round(one.score);
  card.querySelector("h3").textContent = one.contact?.name ?? one.headline ?? "A candidate";
  const years = one.experience_months ? `${Math.floor(one.experience_months / 12)} years of work` : null;
  const fit = one.job_score === undefined ? null : `fits the job ${Math.round(one.job_score)} of 100`;
  const words = [one.contact && one.headline, years, one.seniority, one.contact?.email, one.contact?.phone, fit];
  card.querySelector(".place").textContent = words.filter(Boolean).join(" · ");
  const explanation = one.explanation ?? {};
  card.querySelector(".summary").textContent = explanation.summary ?? "";
  card.querySelector(".needed").append(...showChecks(one.must_haves));
  card.querySelector(".reasons").append(
    ...reasons("What speaks for it", explanation.strengths), ...reasons("What is not shown", explanation.gaps),
  );
  showParts(card.querySelector(".parts tbody"), one.parts);
  card.querySelector(".quotes").append(skillChips(one.matched_skills, one.missing_skills));
  for (const quote of explanation.quotes ?? []) {
    card.querySelector(".quotes").append(
      make("h4", quote.source === "cv" ? "The CV says" : "The job says"), make("blockquote", quote.text),
    );
  }
  card.querySelector(".body").append(button("More like this one", () => attempt(() => showSimilar(jobId, one))));
  return card;
}

function leftOut(answer) {
  if (!answer.left_out_count) return [];
  const list = make("ul");
  for (const one of answer.left_out) {
    const item = make("li", `A candidate of ${Math.round(one.score)}`);
    item.append(...showChecks(one.unmet).slice(1));
    list.append(item);
  }
  const box = make("div", undefined, "card");
  box.append(make("h3", `Left out by a condition: ${answer.left_out_count}`), list);
  return [box];
}

function showResults(title, jobId, answer) {
  element("results-title").textContent = title;
  element("candidates").replaceChildren(...answer.candidates.map((one) => candidateCard(jobId, one)), ...leftOut(answer));
  if (!answer.candidates.length) {
    const nobody = answer.left_out_count ? "No candidate but those left out is there yet." : "No candidate is there yet.";
    const words = answer.status === "pending" ? "The job is being read: ask again in a second." : nobody;
    element("candidates").prepend(make("p", words));
  }
  element("results").hidden = false;
  element("results").scrollIntoView();
}

async function showCandidates(job) {
  const answer = await api(`api/jobs/${encodeURIComponent(job.id)}/candidates?limit=20`);
  showResults(`Candidates for “${job.title}”`, job.id, answer);
}

async function showSimilar(jobId, one) {
  const path = `api/jobs/${encodeURIComponent(jobId)}/candidates/${encodeURIComponent(one.cv_id)}/similar?limit=20`;
  showResults(`Candidates like ${one.contact?.name ?? one.headline ?? "this one"}`, jobId, await api(path));
}

attempt(() => showJobs());
