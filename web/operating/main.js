// The operator's page: which section is shown, and reading it anew every few seconds.
import * as audit from "./audit.js";
import * as batches from "./batches.js";
import * as cache from "./cache.js";
import * as cleanup from "./cleanup.js";
import * as database from "./database.js";
import * as letters from "./letters.js";
import * as overview from "./overview.js";
import { replace } from "./page.js";
import * as rows from "./rows.js";
import * as runs from "./runs.js";
import * as work from "./work.js";

const PERIOD = 5000;
// Each section's `open(view, route)` builds it and gives back `{ read, live }`: how it is read anew, and whether that is done by itself.
const SECTIONS = {
  overview,
  work,
  runs,
  cvs: rows,
  jobs: rows,
  "dead-letters": letters,
  cache,
  batches,
  database,
  cleanup,
  audit,
};

let shown = null; // the section that is shown
let name = null;
let timer = null;
let paused = false;
let readAt = null;
let brought = false; // whether somebody brought a token along

// An address that somebody cut short is no reason to show nothing.
function plain(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function route() {
  const [path, search] = location.hash.replace(/^#\/?/, "").split("?");
  const parts = path.split("/").filter(Boolean).map(plain);
  return { parts: parts.length ? parts : ["overview"], query: new URLSearchParams(search ?? "") };
}

function open() {
  const wanted = route();
  if (!Object.hasOwn(SECTIONS, wanted.parts[0])) wanted.parts = ["overview"];
  const [section] = wanted.parts;
  const other = name !== null && name !== wanted.parts.join("/");
  name = wanted.parts.join("/");
  let link = null;
  for (const one of element("sections").querySelectorAll("a")) {
    const here = one.getAttribute("href") === `#/${section}`;
    if (here) link = one;
    if (here) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
  const title = wanted.parts[1] && SECTIONS[section].titleOf ? SECTIONS[section].titleOf(wanted.parts) : link.textContent;
  document.title = `${title} · Operating · cv-matching`;
  element("title").textContent = title;
  const view = document.createElement("div");
  shown = SECTIONS[section].open(view, wanted);
  replace(element("view"), view);
  if (other) {
    say("");
    element("title").focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  readAt = null;
  showTime();
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
  read();
}

// Somebody who marks text or answers a question is not disturbed.
function isDisturbing() {
  const marked = getSelection();
  return element("dialog").open || (!marked.isCollapsed && element("view").contains(marked.anchorNode));
}

async function read() {
  clearTimeout(timer);
  const mine = shown;
  let problem = null;
  try {
    await mine.read();
    readAt = new Date();
  } catch (error) {
    problem = error;
  }
  if (mine !== shown) return;
  const stale = readAt ? ` What you see is of ${readAt.toLocaleTimeString()}.` : "";
  const locked = Boolean(problem?.needsToken || problem?.status === 403);
  element("token").hidden = !locked;
  element("view").hidden = locked;
  element("problem").hidden = !problem || (problem.needsToken && !brought);
  element("problem").textContent = !problem
    ? ""
    : problem.needsToken
      ? "This token is not taken: it has ended, or is not for this server."
      : problem.message + stale;
  showTime();
  clearTimeout(timer);
  timer = setTimeout(tick, PERIOD);
}

function tick() {
  if (shown.live === false || paused || document.hidden || isDisturbing()) timer = setTimeout(tick, PERIOD);
  else read();
}

function showTime() {
  const how = shown.live === false ? "read once" : paused ? "paused" : "every 5 s";
  element("refreshed").textContent = readAt ? `${readAt.toLocaleTimeString()}, ${how}` : "";
  element("pause").hidden = shown.live === false;
}

element("pause").addEventListener("click", () => {
  paused = !paused;
  element("pause").textContent = paused ? "Go on refreshing" : "Pause refreshing";
  element("pause").setAttribute("aria-pressed", paused);
  showTime();
  if (!paused) read();
});
element("refresh").addEventListener("click", read);
element("token").addEventListener("submit", (event) => {
  event.preventDefault();
  takeToken(event.target.elements.token.value.trim());
  brought = true;
  event.target.reset();
  read();
});
element("message").addEventListener("click", () => say(""));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !element("dialog").open) say("");
});
document.addEventListener("read-anew", read);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !paused && shown.live !== false) read();
});
addEventListener("hashchange", open);
open();
