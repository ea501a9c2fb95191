// Times, durations, sizes and rates as an operator reads them.
import { node } from "./page.js";

const known = (value) => value !== undefined && value !== null;

export function duration(milliseconds) {
  if (!known(milliseconds)) return "–";
  if (milliseconds > 0 && milliseconds < 0.01) return "< 0.01 ms";
  if (milliseconds < 1) return `${milliseconds.toFixed(2)} ms`;
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const steps = [
    [86_400, "d", 3600, "h"],
    [3600, "h", 60, "min"],
    [60, "min", 1, "s"],
  ];
  const [much, muchName, little, littleName] = steps.find(([unit]) => whole >= unit);
  const rest = Math.floor((whole % much) / little);
  return rest ? `${Math.floor(whole / much)} ${muchName} ${rest} ${littleName}` : `${Math.floor(whole / much)} ${muchName}`;
}

export const seconds = (value) => (known(value) ? duration(value * 1000) : "–");

export function percent(part, digits = 1) {
  return known(part) ? `${(part * 100).toFixed(part === 0 || part === 1 ? 0 : digits)} %` : "–";
}

export function bytes(size) {
  if (!known(size)) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, size)) / 10)));
  const value = size / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

const full = (time) => new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });

// How long ago, or in how long; the exact time in its title.
export function when(time) {
  if (!known(time)) return "–";
  const away = Date.now() - new Date(time);
  const text = Math.abs(away) < 1000 ? "now" : away > 0 ? `${duration(away)} ago` : `in ${duration(-away)}`;
  return node("time", { datetime: time, title: full(time) }, text);
}

// The exact time; for lists that are read beside a log.
export function at(time) {
  if (!known(time)) return "–";
  const date = new Date(time);
  const today = date.toDateString() === new Date().toDateString();
  const text = today ? date.toLocaleTimeString() : full(time);
  return node("time", { datetime: time, title: time }, text);
}

export const shortId = (id) => `…${id.slice(-8)}`;

export const STAGES = {
  cv_parsing: "Reading",
  cv_embedding: "Embedding",
  cv_matching: "Matching",
  explanation: "Explaining",
  job_embedding: "Embedding of jobs",
};
export const STATUSES = ["pending", "processing", "completed", "failed"];
export const listOf = (stage) => (stage === "job_embedding" ? "jobs" : "cvs");
export const STAGE_OF = {
  "parse-cv": "cv_parsing",
  "embed-cv": "cv_embedding",
  "match-cv": "cv_matching",
  "explain-matches": "explanation",
  "embed-job": "job_embedding",
};
