// Small pictures of a series of steps: bars of what was done, the failed part in another colour, and the 95th percentile as a line.
import { duration } from "./format.js";
import { whole } from "./page.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 180;
const HEIGHT = 40;
export const WINDOWS = { "1h": 3600, "24h": 86_400, "7d": 604_800 };

export function draw(name, attributes, text) {
  const drawn = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) drawn.setAttribute(key, value);
  if (text) drawn.textContent = text;
  return drawn;
}

// Steps in which nothing was done are left out of `points`, and are gaps of the picture.
export function series(points, window, step) {
  const slots = Math.round(WINDOWS[window] / step);
  const last = Math.floor(Date.now() / 1000 / step);
  const most = Math.max(1, ...points.map((point) => point.count));
  const slowest = Math.max(0, ...points.map((point) => point.p95_ms ?? 0));
  const width = WIDTH / slots;
  const title = `Most in a step of ${duration(step * 1000)}: ${whole(most)}; slowest p95: ${duration(slowest)}; failed: ${whole(points.reduce((sum, point) => sum + point.failed, 0))}`;
  const drawn = draw("svg", { class: "series", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title });
  drawn.append(draw("title", {}, title), draw("path", { class: "ground", d: `M0 ${HEIGHT - 0.5}H${WIDTH}` }));
  let line = "";
  let before = null;
  for (const point of points) {
    const slot = slots - 1 - (last - Math.floor(new Date(point.at) / 1000 / step));
    if (slot < 0 || slot >= slots) continue;
    const x = slot * width;
    const bar = (count, base, name) => {
      const height = (count / most) * (HEIGHT - 4);
      drawn.append(
        draw("rect", {
          class: name,
          x: x.toFixed(2),
          y: (HEIGHT - base - height).toFixed(2),
          width: Math.max(1, width * 0.85).toFixed(2),
          height: height.toFixed(2),
        }),
      );
      return height;
    };
    const failed = bar(point.failed, 0, "failed");
    bar(Math.max(0, point.count - point.failed), failed, "done");
    if (slowest > 0 && point.p95_ms !== undefined) {
      const y = (HEIGHT - 2 - (point.p95_ms / slowest) * (HEIGHT - 6)).toFixed(2);
      const middle = (x + width / 2).toFixed(2);
      line += `${before === slot - 1 ? "L" : "M"}${middle} ${y}h.01`;
      before = slot;
    }
  }
  if (line) drawn.append(draw("path", { class: "line", d: line }));
  return drawn;
}
