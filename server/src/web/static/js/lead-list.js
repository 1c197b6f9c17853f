// The list of leads on the screen: takes newer states of leads, puts new ones where they belong, and
// exchanges its parts for those of another address, which the server renders. What a person has in use is not taken
// from under their hands: a row that no longer belongs here goes once it is left.

import { Announcer, EventZone, pageData, toast } from "./page.js";
import { filtersOf, isWanted, leadField, leadName, paintRating, paintRow } from "./lead-row.js";
import { number, t } from "./words.js";

const NEW_FOR_MS = 6000;
const MOST_ROWS = 1000;
const READ_LIMIT_MS = 30_000;
const REFRESH_MS = 3000;
/** Rows of a page, and what the server writes at once at most. */
const PAGE_ROWS = 100;
const MOST_AT_ONCE = 500;

/** A menu that is open in the part that goes is open in the one that comes, with the form that is being filled in. */
function keepMenus(here, part) {
  const twins = part.querySelectorAll("details");
  for (const [index, menu] of here.querySelectorAll("details").entries()) {
    const form = menu.querySelector("form");
    if (!menu.open || !twins[index]) continue;
    twins[index].open = true;
    if (form) twins[index].querySelector("form")?.replaceWith(form);
  }
}

const isHeld = (row) => row.contains(document.activeElement) || row.hasAttribute("data-open");

export class LeadList {
  constructor(data) {
    this.data = data;
    this.zone = new EventZone(data.zone);
    this.body = document.getElementById("rows");
    this.split = document.querySelector(".split");
    this.newer = document.getElementById("newer");
    this.above = 0;
    this.seq = data.seq; // what the server had seen when it wrote the rows
    this.readings = new Set();
    this.shown = this.query;
    this.announcer = new Announcer(document.getElementById("announce"), (names) =>
      t(names.length > 3 ? "js-lead-announce-many" : "js-lead-announce", { count: names.length, names: names.slice(0, 3).join("; ") }));
    const table = document.getElementById("table");
    for (const type of ["focusout", "pointerleave"]) table.addEventListener(type, () => setTimeout(() => this.sweep()));
    this.dress();
  }

  get parameters() {
    return new URLSearchParams(location.search);
  }

  /** The list's own part of the address, for links to its leads. */
  get query() {
    const parameters = this.parameters;
    for (const name of ["cursor", "export"]) parameters.delete(name);
    return parameters.size ? `?${parameters}` : "";
  }

  row(id) {
    return this.body.querySelector(`tr[data-id="${CSS.escape(id)}"]`);
  }

  /** What server-written rows lack: one tab stop per rating, quieter zeros. */
  dress() {
    const table = document.getElementById("table");
    const columns = this.parameters.get("columns");
    table.dataset.leftOut = columns ? ["company", "rating", "tags", "last", "scans", "notes"].filter((name) => !columns.split(",").includes(name)).join(" ") : "";
    this.dressed?.();
    for (const row of this.body.rows) {
      const group = row.querySelector('[data-slot="rate"]');
      paintRating(group, group.querySelector('[aria-pressed="true"]')?.dataset.rate);
      for (const cell of row.querySelectorAll('[data-slot="scans"], [data-slot="notes"]')) cell.toggleAttribute("data-zero", cell.textContent === "0");
    }
  }

  /** Takes the newest state of a lead; `at` is the place in the feed of what it came with, where it came from there. */
  take(lead, { at, isScan } = {}) {
    this.hear((isAgain) => this.show(lead, { at, isScan, isAgain }));
  }

  /** Does something to the rows, and once more to those that the server is writing now: it may not know of it. */
  hear(work) {
    for (const later of this.readings) later.push(work);
    work(false);
  }

  show(lead, { at, isScan = false, isAgain = false } = {}) {
    this.sweep();
    const known = this.row(lead.id);
    if (known) this.change(known, lead);
    else if (at > this.seq) this.add(lead, { isScan, isAgain });
  }

  /** Shows a row anew, where it belongs; one that the filter leaves out now goes. */
  change(row, lead) {
    if (Number(row.dataset.version) >= lead.version) return;
    const wasAt = Number(row.dataset.at);
    this.paint(row, lead);
    const wanted = this.isWanted(lead);
    if (wanted === undefined) this.refreshSoon();
    const isLeft = wanted === false;
    if (row.hasAttribute("data-left") !== isLeft) {
      row.toggleAttribute("data-left", isLeft);
      this.count(isLeft ? -1 : 1);
      this.sweep();
    }
    if (isLeft || Number(row.dataset.at) <= wasAt) return;
    this.mark(row, "is-changed");
    if (this.isNewestFirst() && !isHeld(row) && !row.matches(":hover")) this.place(row);
  }

  /** Shows a lead that was not in the list: because it was scanned, or because of what changed in it. */
  add(lead, { isScan, isAgain }) {
    const wanted = this.isWanted(lead);
    if (wanted === false) return;
    const isWhole = !document.querySelector('[data-action="more"]');
    if (!wanted || !this.isNewestFirst() || !lead.last_scanned_at) {
      // Where nobody is left out, a lead that stands further down is no news.
      const isNews = isScan || isWhole || lead.version <= 1 || filtersOf(this.parameters).length > 0;
      if (isNews) this.refreshSoon();
      return;
    }
    if (this.isBeyondPage(lead)) return;
    const row = document.getElementById("row").content.querySelector("tr").cloneNode(true);
    this.paint(row, lead);
    this.place(row);
    this.mark(row, "is-new");
    document.querySelector("[data-empty]")?.remove();
    // A scan may have brought up somebody from further down, who is counted already.
    if (!isScan || isWhole || lead.scan_count <= 1) this.count(1);
    if (this.body.rows.length > MOST_ROWS && !this.isFurtherDown()) this.refreshSoon();
    if (!isScan) return;
    if (!isAgain) this.announcer.add([leadName(lead), leadField(lead, "company")].filter(Boolean).join(", "));
    if (this.isFurtherDown()) this.tellAbove();
  }

  isWanted(lead) {
    return isWanted(lead, this.parameters, { zone: this.zone, booths: this.data.booths, member: this.data.member });
  }

  /** Takes away the rows that the filter leaves out, once nobody has them in use, nor moves what is under a pointer. */
  sweep() {
    if (this.body.matches(":hover")) return;
    for (const row of this.body.querySelectorAll("[data-left]")) if (!isHeld(row)) row.remove();
    // What stands in the place of rows is the server's to say.
    if (this.body.rows.length === 0 && !document.querySelector("[data-empty]")) this.refreshSoon();
  }

  /** Whether the person is looking at what is further down in the list. */
  isFurtherDown() {
    return this.body.getBoundingClientRect().top < -40;
  }

  paint(row, lead) {
    paintRow(row, lead, { zone: this.zone, base: this.data.base, query: this.query, canEdit: this.data.can_edit, categories: this.data.categories });
  }

  mark(row, name) {
    row.classList.remove(name);
    requestAnimationFrame(() => row.classList.add(name));
    setTimeout(() => row.classList.remove(name), NEW_FOR_MS);
  }

  isNewestFirst() {
    const sort = this.parameters.get("sort");
    return !sort || sort === this.data.newest_first;
  }

  /** Puts the row where the newest scan belongs. */
  place(row) {
    const at = Number(row.dataset.at);
    const next = [...this.body.rows].find((other) => other !== row && Number(other.dataset.at) <= at);
    this.body.insertBefore(row, next ?? null);
  }

  /** Whether the lead stands further down than what is loaded. */
  isBeyondPage(lead) {
    const last = this.body.lastElementChild;
    const at = lead.last_scanned_at ? Date.parse(lead.last_scanned_at) : 0;
    return Boolean(last && document.querySelector('[data-action="more"]') && at < Number(last.dataset.at));
  }

  merge(mergedId, lead, at) {
    this.hear(() => this.join(mergedId, lead, at));
  }

  join(mergedId, lead, at) {
    const old = this.row(mergedId);
    if (old && this.row(lead.id)) {
      old.remove();
      if (!old.hasAttribute("data-left")) this.count(-1);
    } else if (old) {
      old.dataset.id = lead.id;
      old.dataset.version = 0;
    }
    this.show(lead, { at });
  }

  count(by) {
    const total = document.querySelector("[data-total]");
    const value = Number(total.textContent.replace(/\D/g, "")) + by;
    total.textContent = number(value);
    document.querySelector("[data-total-word]").textContent = t("js-lead-total-word", { count: value });
  }

  tellAbove() {
    this.above += 1;
    this.newer.hidden = false;
    this.newer.querySelector("span").textContent = t("js-lead-new", { count: this.above });
  }

  /** Shows the list of another address; says so where it cannot be had. */
  async visit(url, { push = false } = {}) {
    this.split.classList.add("is-busy");
    const asked = (this.asked = this.orTell(this.read(url, { push }), () => this.visit(url, { push })));
    await asked;
    if (this.asked === asked) this.asked = undefined;
  }

  /**
   * Shows the same list as it is now, a moment later: much of what comes together is shown at once. Where the server
   * would not write all the rows, it waits until the person is back at the top.
   */
  refreshSoon() {
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      if (this.body.rows.length > MOST_AT_ONCE && this.isFurtherDown()) this.refreshSoon();
      else this.refresh();
    }, REFRESH_MS);
  }

  /** Shows the same list as it is now. */
  async refresh() {
    await this.orTell(this.again(), () => this.refresh());
  }

  /**
   * Reads the list that is shown once more, as far down as it was shown; one that scans have made very long begins
   * again at its first page. Another one that a person asks for goes first, and is not cut off.
   */
  async again() {
    while (this.asked) await this.asked;
    const url = new URL(location.href);
    const rows = this.body.rows.length;
    const isKept = rows <= MOST_ROWS || this.isFurtherDown();
    if (rows > PAGE_ROWS && isKept) url.searchParams.set("limit", Math.min(rows, MOST_AT_ONCE));
    return this.read(url.href);
  }

  async orTell(reading, again) {
    try {
      await reading;
    } catch (error) {
      if (error.name !== "AbortError") toast(t("js-lead-list-not-loaded"), { label: t("js-lead-try-again"), run: again });
    }
  }

  /**
   * The server renders the list, the parts marked `data-swap` are exchanged, and what came meanwhile is shown in
   * them too. Gives the place in the feed that the list is of; throws where it cannot be had, or another is wanted
   * by now.
   */
  async read(url, { push = false } = {}) {
    this.visiting?.abort();
    const visiting = (this.visiting = new AbortController());
    const limit = setTimeout(() => visiting.abort(new DOMException("the list takes too long", "TimeoutError")), READ_LIMIT_MS);
    const meanwhile = this.listen();
    try {
      const answer = await fetch(url, { headers: { accept: "text/html" }, signal: visiting.signal });
      if (answer.redirected && new URL(answer.url).pathname === "/sign-in") return void location.assign(answer.url);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      visiting.signal.throwIfAborted();
      if (push) history.pushState(null, "", url);
      this.swap(page);
      this.seq = pageData(page).seq;
      for (const work of meanwhile) work(true);
      return this.seq;
    } finally {
      clearTimeout(limit);
      this.readings.delete(meanwhile);
      if (this.visiting === visiting) {
        this.visiting = undefined;
        this.split.classList.remove("is-busy");
      }
    }
  }

  /** Keeps what comes from now on, for rows that the server is writing. */
  listen() {
    const meanwhile = [];
    this.readings.add(meanwhile);
    return meanwhile;
  }

  swap(page) {
    const active = document.activeElement;
    const focused = active?.closest("tr[data-id]")?.dataset.id;
    const place = active?.dataset.rate ? `[data-rate="${active.dataset.rate}"]` : active?.matches("[data-pick]") ? "[data-pick]" : "a";
    const isSame = this.query === this.shown;
    const held = isSame ? [...this.body.rows].filter(isHeld).map((row) => [row, row.sectionRowIndex]) : [];
    this.shown = this.query;
    for (const part of page.querySelectorAll("[data-swap]")) {
      const here = document.querySelector(`[data-swap="${part.dataset.swap}"]`);
      // An open filter sheet stays as the person left it.
      if (!here || (here.matches("details[open]") && here.contains(document.activeElement))) continue;
      if (here.open) part.open = true;
      if (isSame) keepMenus(here, part);
      here.replaceWith(part);
      if (part.contains(active)) active.focus({ preventScroll: true });
      if (part.open) part.dispatchEvent(new Event("toggle"));
    }
    this.body = document.getElementById("rows");
    this.above = 0;
    this.newer.hidden = true;
    for (const [row, index] of held) {
      if (this.row(row.dataset.id)) continue;
      row.toggleAttribute("data-left", !document.querySelector('[data-action="more"]'));
      this.body.insertBefore(row, this.body.rows[index] ?? null);
    }
    this.dress();
    // Before rows that nobody has in use go: this one was in use until its place was taken.
    if (focused) this.row(focused)?.querySelector(place)?.focus({ preventScroll: isSame });
    this.showOpen();
  }

  showOpen(id = document.querySelector("#panel .lead")?.dataset.id) {
    for (const row of this.body.querySelectorAll("[data-open]")) row.removeAttribute("data-open");
    if (id) this.row(id)?.setAttribute("data-open", "");
    this.sweep();
  }

  /** Appends the next page of the list. */
  async more(link) {
    link.setAttribute("aria-disabled", "true");
    // A quiet reading would take this page away again, or the link: it comes after.
    const quiet = this.asked ? undefined : this.visiting;
    quiet?.abort();
    let done;
    const asked = (this.asked = new Promise((resolve) => { done = resolve; }));
    const meanwhile = this.listen();
    try {
      const answer = await fetch(link.href, { headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // Another list is shown by now.
      if (!link.isConnected) return;
      const fresh = [...page.querySelectorAll("#rows > tr")].filter((row) => !this.row(row.dataset.id));
      this.body.append(...fresh);
      document.querySelector('[data-swap="end"]').replaceWith(page.querySelector('[data-swap="end"]'));
      this.dress();
      for (const work of meanwhile) work(true);
      fresh[0]?.querySelector("a").focus({ preventScroll: true });
    } catch {
      link.removeAttribute("aria-disabled");
      toast(t("js-lead-more-not-loaded"));
    } finally {
      this.readings.delete(meanwhile);
      if (this.asked === asked) this.asked = undefined;
      done();
      if (quiet) this.refreshSoon();
    }
  }
}
