// The organiser's live monitor. It receives states (totals, one exhibitor, one phone), keeps the newest
// of each, and paints at most twice a second however fast they come. No attendee appears here.

import { EventZone, debounce, fill, make, pageData } from "./page.js";
import { LiveStream, keepDay, readAnew, showState } from "./live.js";
import { MinuteChart } from "./chart.js";
import { byHall } from "./halls.js";
import { attention } from "./monitor-attention.js";
import { number, t } from "./words.js";

const PAINT_EVERY_MS = 500;
const SORT_EVERY_MS = 4000;
const FIRST_ROWS = 100;

const data = pageData();
const zone = new EventZone(data.zone);

/** How long ago, as long as that says more than the time itself. */
function ago(text) {
  if (!text) return t("js-monitor-never");
  const ms = Date.parse(text);
  const seconds = (Date.now() - ms) / 1000;
  if (seconds < 60) return t("js-page-just-now");
  if (seconds < 3600) return t("js-page-minutes-ago", { minutes: Math.floor(seconds / 60) });
  return zone.short(ms);
}

/** `Stand 4 B12`, but `Hall 4 B12` where the hall says so itself. */
function stand(booth) {
  if (!booth) return "";
  return /^\D+ /.test(booth) ? booth : t("js-monitor-stand", { number: booth });
}

function drift(ms) {
  if (ms === null) return t("js-monitor-clock-unknown");
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 2) return t("js-monitor-clock-right");
  const size = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return t(ms > 0 ? "js-monitor-clock-ahead" : "js-monitor-clock-behind", { size });
}

class LiveTable {
  constructor(id, template, items, key, describe) {
    this.table = document.getElementById(id);
    this.body = this.table.tBodies[0];
    this.template = document.getElementById(template).content.querySelector("tr");
    this.items = new Map(items.map((item) => [item[key], item]));
    this.key = key;
    this.describe = describe;
    this.rows = new Map([...this.body.rows].map((row) => [row.dataset.id, row]));
    this.touched = new Set(this.items.keys());
    /** What a new stream has not told of yet. */
    this.untold = new Set();
    this.limit = FIRST_ROWS;
    const first = this.table.querySelector("th[aria-sort]");
    this.sort = { key: first.dataset.key, by: -1 };
    this.find = document.querySelector(`[data-find="${id}"]`);
    this.find.addEventListener("input", () => this.order());
    this.counter = document.querySelector(`[data-rows="${id}"]`);
    for (const head of this.table.querySelectorAll("th[data-key]")) {
      const button = make("button", { type: "button", click: () => this.sortBy(head) }, ...head.childNodes);
      head.replaceChildren(button);
    }
    this.more = make("p", { class: "rows-more", hidden: true }, make("button", { type: "button", class: "button", click: () => this.all() }, t("js-monitor-show-all")));
    this.table.after(this.more);
    this.paint();
    this.order();
  }

  /** Takes the newest state of something, or that it is listed no more. */
  take(item) {
    const id = item[this.key];
    this.untold.delete(id);
    if (item.is_gone) {
      this.drop(id);
      return;
    }
    this.items.set(id, item);
    this.touched.add(id);
  }

  /** A stream begins, which tells of everything that there is. */
  begin() {
    this.untold = new Set(this.items.keys());
  }

  /** It has told of everything: what it left out went while nobody listened. */
  settle() {
    for (const id of this.untold) this.drop(id);
    this.untold.clear();
  }

  drop(id) {
    if (!this.items.delete(id)) return;
    this.touched.delete(id);
    this.rows.get(id)?.remove();
    this.rows.delete(id);
  }

  all() {
    this.limit = Infinity;
    this.order();
  }

  sortBy(head) {
    const was = head.getAttribute("aria-sort");
    for (const other of this.table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    const isText = head.dataset.key === "name";
    const by = was ? (was === "ascending" ? -1 : 1) : isText ? 1 : -1;
    head.setAttribute("aria-sort", by > 0 ? "ascending" : "descending");
    this.sort = { key: head.dataset.key, by };
    this.order();
  }

  paint() {
    for (const id of this.touched) {
      let row = this.rows.get(id);
      if (!row) {
        row = this.template.cloneNode(true);
        row.dataset.id = id;
        this.rows.set(id, row);
      }
      this.describe(row, this.items.get(id));
    }
    this.touched.clear();
  }

  /** Sorts and filters, unless somebody is pointing at a row. */
  order({ isQuiet = false } = {}) {
    if (isQuiet && (this.body.matches(":hover") || this.body.contains(document.activeElement))) return;
    const words = this.find.value.trim().toLowerCase();
    const { key, by } = this.sort;
    const compare = (a, b) => {
      const [x, y] = [a[key] ?? "", b[key] ?? ""];
      const one = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), undefined, { numeric: true });
      return one * by || a.name.localeCompare(b.name, undefined, { numeric: true }) || (a[this.key] < b[this.key] ? -1 : 1);
    };
    // What came since the last painting has no row yet.
    const painted = [...this.items.values()].filter((item) => this.rows.has(item[this.key]));
    const wanted = painted.filter((item) => !words || this.rows.get(item[this.key]).textContent.toLowerCase().includes(words)).sort(compare);
    const shown = wanted.slice(0, this.limit).map((item) => this.rows.get(item[this.key]));
    const same = shown.length === this.body.rows.length && shown.every((row, index) => row === this.body.rows[index]);
    if (!same) this.body.replaceChildren(...shown);
    this.counter.textContent = number(wanted.length);
    this.more.hidden = wanted.length <= this.limit;
  }
}

function slot(row, name, text, classes = {}) {
  fill(row, { [name]: text });
  const cell = row.querySelector(`[data-slot="${name}"]`);
  for (const [key, isOn] of Object.entries(classes)) cell.classList.toggle(key, isOn);
  cell.toggleAttribute("data-zero", cell.textContent === "0");
}

function describeExhibitor(row, item) {
  fill(row, { name: item.name, booth: stand(item.booth) });
  const link = row.querySelector("a");
  if (link) link.setAttribute("href", `/exhibitors/${item.exhibitor_id}/leads`);
  const before = row.querySelector('[data-slot="scans"]').textContent;
  slot(row, "scans", number(item.scans));
  if (before && before !== number(item.scans) && row.isConnected) {
    row.classList.remove("is-stirred");
    requestAnimationFrame(() => row.classList.add("is-stirred"));
  }
  slot(row, "last_minute", number(item.scans_last_minute));
  slot(row, "last", ago(item.last_scan_at), { "is-old": !item.last_scan_at });
  slot(row, "devices", number(item.devices));
  slot(row, "waiting", number(item.not_yet_sent), { "is-waiting": item.not_yet_sent > 0 });
}

function describeDevice(row, item) {
  const owner = exhibitors.items.get(item.exhibitor_id);
  fill(row, { name: item.name, exhibitor: owner ? owner.name : t("js-monitor-organiser") });
  slot(row, "seen", ago(item.last_seen_at), { "is-old": !item.last_seen_at });
  slot(row, "waiting", number(item.not_yet_sent), { "is-waiting": item.not_yet_sent > 0 });
  slot(row, "drift", drift(item.clock_offset_ms), { "is-waiting": Math.abs(item.clock_offset_ms ?? 0) > 60_000 });
  row.classList.toggle("is-revoked", item.is_revoked);
}

const exhibitors = new LiveTable("exhibitors", "exhibitor-row", data.exhibitors, "exhibitor_id", describeExhibitor);
const devices = new LiveTable("devices", "device-row", data.devices, "device_id", describeDevice);
const chart = new MinuteChart(document.getElementById("plot"), (ms) => zone.clock(ms));
let stats = data.stats;

function paintTotals() {
  const totals = {
    scans_today: [number(stats.scans_today), t("js-monitor-since-the-event-began", { count: stats.scans })],
    unique_visitors: [number(stats.unique_visitors), t("js-monitor-scanned-at-least-once")],
    exhibitors_active: [number(stats.exhibitors_active), t("js-monitor-of-exhibitors", { count: stats.exhibitors })],
    not_yet_sent: [number(stats.not_yet_sent), stats.not_yet_sent ? t("js-monitor-on-phones", { count: stats.devices_holding }) : t("js-monitor-every-scan-has-arrived")],
  };
  for (const [name, [value, note]] of Object.entries(totals)) {
    const place = document.querySelector(`[data-total="${name}"]`);
    if (!place) continue;
    place.textContent = value;
    document.querySelector(`[data-note="${name}"]`).textContent = note;
    if (name === "not_yet_sent") place.closest(".panel").classList.toggle("is-waiting", stats.not_yet_sent > 0);
  }
}

function paintChart() {
  const minute = Date.parse(stats.minute);
  const values = stats.per_minute;
  chart.show(values, minute);
  const peak = Math.max(...values, 0);
  const at = minute - (values.length - 1 - values.lastIndexOf(peak)) * 60_000;
  document.getElementById("chart-note").textContent = peak ? t("js-monitor-last-hour", { count: peak, time: zone.clock(at) }) : t("js-monitor-no-scan-in-the-last-hour");
  document.getElementById("minutes").replaceChildren(...values.map((value, index) => {
    const ms = minute - (values.length - 1 - index) * 60_000;
    return make("tr", {}, make("th", { scope: "row" }, zone.clock(ms)), make("td", { class: "end number" }, number(value)));
  }).reverse());
}

function paintAttention() {
  const list = document.getElementById("attention");
  const items = attention(stats, [...exhibitors.items.values()], [...devices.items.values()], { ago, drift, reasons: data.reasons });
  const text = JSON.stringify(items);
  if (list.dataset.shown === text) return;
  list.dataset.shown = text;
  list.replaceChildren(...items.map(({ kind, icon, text: line, note }) => {
    const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    mark.setAttribute("class", "icon");
    mark.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#i-${icon}`);
    mark.append(use);
    return make("li", { class: kind }, mark, make("p", {}, line, make("small", {}, note)));
  }));
}

function paintHalls() {
  const cell = (text) => make("td", { class: "end number" }, text);
  document.getElementById("halls").replaceChildren(...byHall([...exhibitors.items.values()]).map((hall) => make("tr", {},
    make("th", { scope: "row" }, hall.name || t("js-monitor-elsewhere")), cell(number(hall.scans)), cell(t("js-monitor-of", { part: hall.scanning, whole: hall.exhibitors })),
    cell(number(hall.exhibitors - hall.scanning)), cell(number(hall.waiting)))));
}

/** Rooms where something goes on; one that is nearly full stands out. */
function paintRooms() {
  const rooms = stats.rooms ?? [];
  document.getElementById("rooms-panel").hidden = rooms.length === 0;
  document.getElementById("rooms").replaceChildren(...rooms.map((room) => make("tr", {},
    make("th", { scope: "row", dir: "auto" }, room.room ?? ""), make("td", { dir: "auto" }, room.title),
    make("td", { class: room.capacity && room.inside >= 0.9 * room.capacity ? "end number is-waiting" : "end number" },
      room.capacity ? t("js-monitor-of", { part: room.inside, whole: room.capacity }) : number(room.inside)))));
}

/** What was not accepted, all reasons. */
function paintRefused() {
  const refused = stats.refused ?? [];
  document.getElementById("refused-panel").hidden = refused.length === 0;
  document.getElementById("refused").replaceChildren(...refused.map(({ reason, count }) => make("tr", {},
    make("th", { scope: "row" }, data.reasons[reason] ?? reason), make("td", { class: "end number" }, number(count)))));
}

let isDue = { totals: true, tables: true };
function paint() {
  if (isDue.totals) {
    paintTotals();
    paintChart();
    paintRooms();
    paintRefused();
  }
  if (isDue.tables) {
    exhibitors.paint();
    devices.paint();
    paintHalls();
  }
  if (isDue.totals || isDue.tables) paintAttention();
  isDue = { totals: false, tables: false };
}
paint();
setInterval(() => document.hidden || paint(), PAINT_EVERY_MS);
keepDay("day", zone);
setInterval(() => {
  exhibitors.order({ isQuiet: true });
  devices.order({ isQuiet: true });
}, SORT_EVERY_MS);
// "5 min ago" grows old by itself.
setInterval(() => {
  for (const table of [exhibitors, devices]) for (const id of table.items.keys()) table.touched.add(id);
  isDue.tables = true;
}, 20_000);

const chip = document.getElementById("live");
const announce = document.getElementById("announce");
const reload = debounce(500, readAnew);
new LiveStream({
  live: data.live,
  feed: data.feed,
  since: data.seq,
  onState: (state, why) => {
    showState(chip, state, why);
    if (state === "live") for (const table of [exhibitors, devices]) table.begin();
    if (state === "offline" || state === "slower") announce.textContent = chip.title;
    if (why) reload();
  },
  // States come again after `hello`; there is nothing to list.
  onResync: async (seq) => seq,
  onFrame: (frame) => {
    if (frame.type === "monitor.stats") {
      // The last one of all states.
      for (const table of [exhibitors, devices]) table.settle();
      isDue.tables = true;
      stats = frame;
      isDue.totals = true;
    } else if (frame.type === "exhibitor.stats") {
      exhibitors.take(frame);
      isDue.tables = true;
    } else if (frame.type === "device.status") {
      devices.take(frame);
      isDue.tables = true;
    }
  },
});
