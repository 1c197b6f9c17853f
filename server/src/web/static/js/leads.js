// The Leads tab: fills live, filters without leaving the page, opens leads beside the list, edits them.
// Here the parts are put together; what each does is in its own module.

import { api, pageData } from "./page.js";
import { LiveStream, ended, showState } from "./live.js";
import { startBulk } from "./lead-bulk.js";
import { LeadEditor } from "./lead-edit.js";
import { LeadList } from "./lead-list.js";
import { LeadPanel } from "./lead-panel.js";
import { startExports } from "./lead-export.js";
import { startFilters } from "./lead-filters.js";
import { startKeys } from "./lead-keys.js";
import { startViews } from "./lead-views.js";
import { number } from "./words.js";

const GATHER_MS = 40;

function startClicks(list, panel, editor) {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (event.target.closest(".pick")) return;
    const rate = event.target.closest(".row [data-rate]");
    if (rate) {
      const row = rate.closest("tr");
      editor.rate(row.dataset.id, rate.getAttribute("aria-pressed") === "true" ? null : rate.dataset.rate);
      return;
    }
    const link = event.target.closest("a[href]");
    if (link?.matches(".chip, .pill, .rows th a, .filter-actions a, [data-empty] a, .view-link, .column-link")) {
      event.preventDefault();
      const isClear = link.matches(".filter-actions a, [data-empty] a");
      // What a view searches for stands in the search field, which is not exchanged.
      if (isClear || link.matches(".view-link")) document.querySelector("#filters [name=q]").value = new URL(link.href).searchParams.get("q") ?? "";
      list.visit(link.href, { push: true });
    } else if (link?.dataset.action === "more") {
      event.preventDefault();
      list.more(link);
    } else {
      const row = event.target.closest(".row");
      if (!row || (link && !link.matches(".who")) || getSelection().toString()) return;
      event.preventDefault();
      panel.open(row.dataset.id);
    }
  });
  list.newer.addEventListener("click", () => {
    list.above = 0;
    list.newer.hidden = true;
    scrollTo({ top: 0, behavior: "smooth" });
    list.body.querySelector("a")?.focus({ preventScroll: true });
  });
}

/** Gathers what the stream brings, newest state per lead, so that a burst is painted once. */
class Arrivals {
  constructor(list, panel) {
    this.list = list;
    this.panel = panel;
    this.waiting = new Map();
  }

  /** `at`: the place in the feed of what the lead came with, and whether that is a scan. */
  add(lead, at, isScan) {
    const known = this.waiting.get(lead.id);
    if (known && known.lead.version > lead.version) return;
    this.waiting.set(lead.id, { lead, at, isScan: isScan || known?.isScan });
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const { lead, at, isScan } of this.waiting.values()) {
      this.list.take(lead, { at, isScan });
      this.panel.changed(lead);
    }
    this.waiting.clear();
  }
}

function startStream(list, panel, data) {
  const chip = document.getElementById("live");
  const arrivals = new Arrivals(list, panel);
  return new LiveStream({
    live: data.live,
    feed: data.feed,
    since: data.seq,
    onState: (state, why) => {
      showState(chip, state, why);
      ended(why);
    },
    onResync: () => list.again(),
    onFrame: (frame) => {
      if (frame.type === "exhibitor.stats") paintFigures(frame);
      else if (frame.type === "lead.merged") {
        arrivals.flush();
        list.merge(frame.merged_id, frame.lead, frame.seq);
        panel.changed(frame.lead);
      } else if (frame.lead) {
        arrivals.add(frame.lead, frame.seq, frame.capture?.kind === "scan");
      }
    },
  });
}

function paintFigures(stats) {
  for (const figure of document.querySelectorAll("[data-figure]")) {
    const value = stats[figure.dataset.figure];
    if (value !== undefined) figure.textContent = number(value);
  }
  const count = document.querySelector('[data-count="scans"]');
  if (count) count.textContent = number(stats.scans);
}

const data = pageData();
const list = new LeadList(data);
const editor = new LeadEditor(list, data, api);
const panel = new LeadPanel(list, editor, data);
editor.panel = panel;
startFilters(list);
startClicks(list, panel, editor);
startKeys(list, panel, editor);
startViews(list, data);
if (data.can_edit) startBulk(list, data);
if (data.can_export) startExports(list, data);
addEventListener("popstate", () => {
  document.querySelector("#filters [name=q]").value = list.parameters.get("q") ?? "";
  panel.follow();
  // The same list stays as far down as it was read; another one begins anew, and goes before what is on its way.
  if (list.query === list.shown && !list.asked) list.refresh();
  else list.visit(location.href);
});
if (data.live) startStream(list, panel, data);
