// The monitor on a wall. It keeps one number an exhibitor and the newest totals, however long it
// hangs there, and names nobody.

import { EventZone, debounce, make, pageData } from "./page.js";
import { LiveStream, showState } from "./live.js";
import { MinuteChart } from "./chart.js";
import { byHall, hallOf } from "./halls.js";
import { number, t } from "./words.js";

const PAINT_EVERY_MS = 1000;

const data = pageData();
const zone = new EventZone(data.zone);
const places = new Map(data.places.map((place) => [place.exhibitor_id, place]));
const chart = new MinuteChart(document.getElementById("plot"), (ms) => zone.clock(ms));
let stats = data.stats;
let isDue = true;

function paint() {
  document.getElementById("clock").textContent = zone.clock(Date.now());
  if (!isDue) return;
  isDue = false;
  const figures = { ...stats, last_minute: stats.per_minute.at(-2) ?? 0 };
  for (const place of document.querySelectorAll("[data-figure]")) place.textContent = number(figures[place.dataset.figure]);
  chart.show(stats.per_minute, Date.parse(stats.minute));
  document.getElementById("halls").replaceChildren(...byHall([...places.values()]).map((hall) => (
    make("li", {}, make("span", {}, hall.name || t("js-monitor-elsewhere")), make("b", { class: "number" }, number(hall.scans))))));
}
paint();
setInterval(paint, PAINT_EVERY_MS);

document.getElementById("full").addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
// A wall has no hands: the screen stays on for as long as the page is in front.
const wake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", wake);
wake();

const reload = debounce(500, () => location.reload());
new LiveStream({
  live: data.live,
  feed: data.feed,
  since: data.seq,
  onState: (state, why) => {
    showState(document.getElementById("live"), state, why);
    if (why) reload();
  },
  // States come again after `hello`; there is nothing to list.
  onResync: async () => data.seq,
  onFrame: (frame) => {
    if (frame.type === "monitor.stats") stats = frame;
    else if (frame.type === "exhibitor.stats") places.set(frame.exhibitor_id, { exhibitor_id: frame.exhibitor_id, hall: hallOf(frame.booth), scans: frame.scans });
    else return;
    isDue = true;
  },
});
