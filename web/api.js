// What the pages share: making elements, saying what happens, the local token, and calls of the API. Text from outside is only
// ever set as text, never as markup.
"use strict";

const element = (id) => document.getElementById(id);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let token = null;

function make(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function button(text, action, className) {
  const made = make("button", text, className);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

function say(text, bad = false) {
  element("message").textContent = text;
  element("message").classList.toggle("bad", bad);
}

// A token that somebody brings along: where the server gives out none.
function takeToken(brought) {
  token = brought;
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Error("The server cannot be reached.");
  }
}

async function signIn() {
  const answer = await reach("local-token");
  if (!answer.ok) {
    const error = new Error("This server gives out no local token: use the API with a token of your own.");
    throw Object.assign(error, { needsToken: true });
  }
  token = (await answer.json()).token;
}

async function api(path, options = {}, again = true) {
  if (!token) await signIn();
  const answer = await reach(path, { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });
  if (answer.status === 401 && again) {
    token = null;
    return api(path, options, false);
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) {
    const fields = (body?.errors ?? []).map((error) => `${error.field} ${error.message}`).join("; ");
    const error = new Error(fields || body?.detail || body?.title || `The server answered ${answer.status}.`);
    throw Object.assign(error, { status: answer.status, body });
  }
  return body;
}

function sendJson(method, path, value) {
  return api(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(value) });
}
