// The monitor on a wall. It keeps the newest totals, however long it hangs there; its stream names nobody.

import { EventZone, debounce, make, pageData } from "./page.js";
import { LiveStream, keepDay, readAnew, showState } from "./live.js";
import { MinuteChart } from "./chart.js";
import { number, t } from "./words.js";

const PAINT_EVERY_MS = 1000;

const data = pageData();
const zone = new EventZone(data.zone);
const chart = new MinuteChart(document.getElementById("plot"), (ms) => zone.clock(ms));
let stats = data.stats;
let isDue = true;

/** A number or a letter alone says nothing from five metres; `monitor/wall.rs` has the same rule. */
function called(name) {
  if (!name) return t("js-monitor-elsewhere");
  return [...name].length > 2 ? name : t("js-monitor-hall-named", { name });
}

function paint() {
  document.getElementById("clock").textContent = zone.clock(Date.now());
  if (!isDue) return;
  isDue = false;
  const figures = { ...stats, last_minute: stats.per_minute.at(-2) ?? 0 };
  for (const place of document.querySelectorAll("[data-figure]")) place.textContent = number(figures[place.dataset.figure]);
  chart.show(stats.per_minute, Date.parse(stats.minute));
  document.getElementById("halls").replaceChildren(...stats.halls.map((hall) => (
    make("li", {}, make("span", {}, called(hall.name)), make("b", { class: "number" }, number(hall.scans))))));
}
paint();
setInterval(paint, PAINT_EVERY_MS);
keepDay("day", zone);

document.getElementById("full").addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
// A wall has no hands: the screen stays on for as long as the page is in front.
const wake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", wake);
wake();

const reload = debounce(500, readAnew);
new LiveStream({
  live: data.live,
  feed: data.feed,
  since: data.seq,
  onState: (state, why) => {
    showState(document.getElementById("live"), state, why);
    if (why) reload();
  },
  // States come again after `hello`; there is nothing to list.
  onResync: async (seq) => seq,
  onFrame: (frame) => {
    if (frame.type !== "wall.stats") return;
    stats = frame;
    isDue = true;
  },
});
