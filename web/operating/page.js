// What the sections of the operator's page share: elements, tables, dialogs, and doing something with its answer told.

// Makes an element. Children are elements or text, never markup; `onclick` and its like are listeners.
export function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false));
  return made;
}

export const small = (...children) => node("small", {}, ...children);

// The address of a section: what is empty is left out.
export function address(parts, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = given.length ? `?${new URLSearchParams(given)}` : "";
  return `#/${[parts].flat().map(encodeURIComponent).join("/")}${search}`;
}

export function link(text, parts, query, attributes = {}) {
  const href = address(parts, query);
  return node("a", { href, "data-key": `${href} ${text}`, ...attributes }, text);
}

// A button that acts, tells what went wrong, and has everything read anew. `subject` tells it from its like in other rows.
export function action(text, subject, act, attributes = {}) {
  return node(
    "button",
    {
      type: "button",
      "data-key": `${text} ${subject}`,
      "aria-label": subject ? `${text}: ${subject}` : undefined,
      onclick: () => attempt(act),
      ...attributes,
    },
    text,
  );
}

export async function attempt(act) {
  try {
    await act();
  } catch (error) {
    say(error.message, true);
  }
  document.dispatchEvent(new CustomEvent("read-anew"));
}

export const badge = (text, kind) => node("span", { class: `badge ${kind ?? ""}` }, text);

const STATES = {
  ok: "good",
  completed: "good",
  answered: "good",
  open: "good",
  running: "busy",
  processing: "busy",
  started: "busy",
  retrying: "busy",
  requested: "busy",
  pending: "idle",
  degraded: "warn",
  paused: "warn",
  skipped: "warn",
  abandoned: "bad",
  failed: "bad",
  down: "bad",
};
export const state = (name) => badge(name, STATES[name] ?? "idle");

// Puts other children in, and keeps the focus and what was unfolded.
export function replace(container, ...children) {
  const focused = container.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const unfolded = new Set([...container.querySelectorAll("details[open]")].map((details) => details.dataset.key));
  container.replaceChildren(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false));
  for (const details of container.querySelectorAll("details[data-key]")) {
    if (unfolded.has(details.dataset.key)) details.open = true;
  }
  if (focused) [...container.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus({ preventScroll: true });
}

const isEmpty = (cell) => [cell].flat(3).every((one) => one === undefined || one === null || one === false || one === "");

// A table whose rows change: on a narrow screen each row is a card, whose lines say their column.
export function table(caption, columns, empty) {
  const body = node("tbody");
  const head = columns.map((column) => node("th", { scope: "col" }, column));
  const made = node(
    "div",
    { class: "scroll" },
    node("table", {}, node("caption", { class: "unseen" }, caption), node("thead", {}, node("tr", {}, head)), body),
  );
  const show = (rows) => {
    const cell = (content, index) =>
      node("td", { "data-label": columns[index] }, node("div", { class: "cell" }, isEmpty(content) ? "–" : content));
    const shown = rows.map((contents) => node("tr", {}, contents.map(cell)));
    if (!shown.length) shown.push(node("tr", { class: "empty" }, node("td", { colspan: columns.length }, empty)));
    replace(body, shown);
  };
  body.append(node("tr", { class: "empty" }, node("td", { colspan: columns.length }, "Reading …")));
  return { element: made, show };
}

export const heading = (text, ...more) => node("h3", {}, text, ...more);
export const hint = (...text) => node("p", { class: "hint" }, ...text);

// Names with values.
export function facts(pairs) {
  return node(
    "dl",
    { class: "facts" },
    pairs
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => node("div", {}, node("dt", {}, name), node("dd", {}, value))),
  );
}

export const option = (value, text, chosen) => node("option", { value, selected: value === chosen }, text);

// A labelled field of a filter. Its key keeps the focus when the filter is made anew.
export function field(label, made) {
  made.dataset.key = `field ${label}`;
  return node("label", {}, label, made);
}

// A form that sets the address; an empty field says nothing.
export function filter(parts, fields, more = []) {
  return node(
    "form",
    {
      class: "filter",
      onsubmit: (event) => {
        event.preventDefault();
        const given = [...new FormData(event.target)].map(([name, value]) => [
          name,
          isTime(event.target, name) && value ? new Date(value).toISOString() : value.trim(),
        ]);
        const wanted = address(parts, Object.fromEntries(given));
        if (location.hash === wanted) document.dispatchEvent(new CustomEvent("read-anew"));
        else location.hash = wanted;
      },
    },
    fields,
    node("button", { "data-key": "filter" }, "Show"),
    link("All", parts, {}, { class: "quiet" }),
    more,
  );
}

const isTime = (form, name) => form.elements[name].type === "datetime-local";

// A point in time in the reader's own zone, as its field wants it.
export function timeField(name, given) {
  const at = given ? new Date(given) : null;
  const value =
    at && !Number.isNaN(at.getTime()) ? new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
  return node("input", { type: "datetime-local", name, value });
}

// What a list is asked for: its filter, and the place where the page begins that is shown.
export const onPage = (query, places) => ({ ...Object.fromEntries(query), cursor: places.at(-1) });

// Newer and older pages. `places` holds the cursors that lead to the page that is shown.
export function pager(places, next) {
  const turn = (act) => () => attempt(async () => act());
  return node(
    "p",
    { class: "pager" },
    places.length > 0 && node("button", { type: "button", "data-key": "newer", onclick: turn(() => places.pop()) }, "Newer"),
    next && node("button", { type: "button", "data-key": "older", onclick: turn(() => places.push(next)) }, "Older"),
    places.length > 0 && small(`page ${places.length + 1}`),
  );
}

// Asks before something is done; without a `yes` there is only the way back. The answer is null, or what the dialog's fields hold.
export function ask(title, body, yes, no = "Leave it") {
  const dialog = element("dialog");
  element("dialog-yes").hidden = !yes;
  element("dialog-title").textContent = title;
  element("dialog-body").replaceChildren(...[body].flat(3).filter(Boolean));
  element("dialog-yes").textContent = yes;
  element("dialog-no").textContent = no;
  dialog.returnValue = "no";
  dialog.showModal();
  (dialog.querySelector("#dialog-body input, #dialog-body select") ?? element("dialog-no")).focus();
  return new Promise((resolve) =>
    dialog.addEventListener(
      "close",
      () => {
        const fields = [...dialog.querySelectorAll("#dialog-body [name]")].map((one) => [one.name, one.value.trim()]);
        resolve(dialog.returnValue === "yes" ? Object.fromEntries(fields) : null);
      },
      { once: true },
    ),
  );
}

// Tells something that is too long for a line.
export const tell = (title, body) => ask(title, body, "", "Close");

// What needs the number that a dry run gave: counts, shows what it found, does it with that number. Where the number is another
// by then, nothing was done, and it is asked anew. Says whether it was done.
export async function counted({ title, preview, byReason, perform, yes, done, nothing }) {
  let note = null;
  for (;;) {
    const found = await preview();
    if (!found.count) {
      say([note, nothing].filter(Boolean).join(" "));
      return false;
    }
    const rows = node(
      "ul",
      { class: "counts" },
      byReason(found).map(([reason, count]) => node("li", {}, node("b", {}, whole(count)), ` ${reason}`)),
    );
    const body = [
      note && node("p", { class: "bad" }, note),
      rows,
      found.more && hint("There are more than one call looks at: do it again for those."),
    ];
    if (!(await ask(title(found.count), body, yes(found)))) {
      say("Nothing was done.");
      return false;
    }
    try {
      say(done(await perform(found.count)));
      return true;
    } catch (error) {
      if (error.status !== 409) throw error;
      note = "The number changed in between, so nothing was done. This is how it is now.";
    }
  }
}

export const whole = (number) => (number === undefined || number === null ? "–" : Math.round(number).toLocaleString());
