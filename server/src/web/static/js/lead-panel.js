// The lead beside the list. The server renders it; here it is fetched, kept up to date without losing
// what is being typed, and its forms are sent as edits.

import { answering, startAnswering } from "./lead-answers.js";
import { debounce, make, toast } from "./page.js";
import { t } from "./words.js";

export class LeadPanel {
  constructor(list, editor, data) {
    this.list = list;
    this.editor = editor;
    this.data = data;
    this.box = document.getElementById("panel");
    this.main = document.getElementById("main");
    this.refreshSoon = debounce(250, () => this.refresh());
    this.box.addEventListener("click", (event) => this.clicked(event));
    this.box.addEventListener("submit", (event) => this.submitted(event));
    this.box.addEventListener("change", (event) => this.chosen(event.target));
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.target.closest("form")?.requestSubmit();
    });
  }

  get id() {
    return this.box.querySelector(".lead")?.dataset.id ?? null;
  }

  get version() {
    return Number(this.box.querySelector(".lead")?.dataset.version ?? 0);
  }

  ratingGroup(id) {
    return this.id === id ? this.box.querySelector(".rate-wide") : null;
  }

  async open(id, { push = true } = {}) {
    if (push) history.pushState(null, "", `${this.data.base}/${id}${this.list.query}`);
    this.main.setAttribute("data-panel", "");
    this.box.hidden = false;
    this.list.showOpen(id);
    if (this.id !== id) this.box.replaceChildren(make("div", { class: "skeleton", "aria-busy": "true" }, make("i"), make("i"), make("i"), make("i")));
    await this.load(id);
    if (matchMedia("(max-width: 60rem)").matches) scrollTo(0, 0);
    this.box.querySelector("#lead-name")?.focus({ preventScroll: true });
  }

  close({ push = true } = {}) {
    this.loading?.abort();
    const id = this.id;
    if (push) history.pushState(null, "", this.data.base + this.list.query);
    this.main.removeAttribute("data-panel");
    this.box.hidden = true;
    this.box.replaceChildren();
    // The focus holds a row that is no longer in the filter.
    if (id) this.list.row(id)?.querySelector("a").focus();
    this.list.showOpen();
  }

  /** Opens or closes what the address says, after back and forward. */
  follow() {
    const rest = location.pathname.slice(this.data.base.length + 1);
    if (rest) this.open(rest, { push: false });
    else if (!this.box.hidden) this.close({ push: false });
  }

  async load(id) {
    this.loading?.abort();
    const loading = (this.loading = new AbortController());
    try {
      const answer = await fetch(`${this.data.base}/${id}/panel${this.list.query}`, { headers: { accept: "text/html" }, signal: loading.signal });
      if (answer.redirected && new URL(answer.url).pathname === "/sign-in") return void location.reload();
      if (answer.status === 404) {
        this.close();
        return toast(t("js-lead-gone"));
      }
      if (!answer.ok) throw new Error();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!loading.signal.aborted) this.show(page.querySelector(".lead"));
    } catch (error) {
      if (error.name !== "AbortError") toast(t("js-lead-not-loaded"), { label: t("js-lead-try-again"), run: () => this.load(id) });
    }
    return undefined;
  }

  /** Exchanges the lead, keeping drafts, focus and the place that is being read. */
  show(lead) {
    const drafts = {};
    const focus = this.box.contains(document.activeElement) ? document.activeElement : null;
    const place = focus?.closest("[data-answering]") ? null : focus?.name ?? (focus?.dataset.rate ? `rate-${focus.dataset.rate}` : focus?.id);
    const caret = focus?.selectionStart;
    const top = this.box.scrollTop;
    const isSame = this.id === lead.dataset.id;
    const answers = isSame ? answering(this.box) : null;
    if (isSame) for (const field of this.box.querySelectorAll("[data-action] textarea, [data-action] input")) drafts[field.name] = field.value;
    if (answers) lead.querySelector('[data-part="answers"]')?.replaceWith(answers);
    this.box.replaceChildren(lead);
    for (const [name, value] of Object.entries(drafts)) {
      const field = this.box.querySelector(`[name="${name}"]`);
      if (field && value) field.value = value;
    }
    this.box.scrollTop = top;
    if (answers?.contains(focus)) focus.focus({ preventScroll: true });
    if (!place) return;
    const target = this.box.querySelector(place.startsWith("rate-") ? `[data-rate="${place.slice(5)}"]` : `[name="${place}"], [id="${place}"]`);
    target?.focus({ preventScroll: true });
    if (caret != null && target?.setSelectionRange) target.setSelectionRange(caret, caret);
  }

  changed(lead) {
    if (this.id === lead.id && lead.version > this.version) this.refreshSoon();
  }

  refresh() {
    if (this.id) this.load(this.id);
  }

  clicked(event) {
    const close = event.target.closest('[data-action="close"]');
    const rate = event.target.closest("[data-rate]");
    const untag = event.target.closest("[data-untag]");
    const undo = event.target.closest("[data-undo]");
    if (close) {
      event.preventDefault();
      this.close();
    } else if (rate) {
      this.editor.rate(this.id, rate.getAttribute("aria-pressed") === "true" ? null : rate.dataset.rate);
    } else if (event.target.closest('[data-action="answer"]')) {
      const id = this.id;
      startAnswering(event.target.closest("[data-part]"), this.data, (answers) => this.editor.change(id, { answers }));
    } else if (undo) {
      undo.disabled = true;
      this.editor.change(this.id, { annul: undo.dataset.undo }).then((isDone) => { undo.disabled = isDone; });
    } else if (untag) {
      untag.closest(".tag").remove();
      this.editor.change(this.id, { remove: [untag.dataset.untag] }).then((isDone) => isDone || this.load(this.id));
    }
  }

  /** A stage is kept as soon as it is chosen. */
  async chosen(field) {
    if (!field.matches("[data-stage]")) return;
    const isKept = await this.editor.change(this.id, { stage: field.value || null });
    if (!isKept) this.refresh();
  }

  async submitted(event) {
    event.preventDefault();
    const form = event.target;
    const field = form.querySelector("input, textarea");
    const text = field.value.trim();
    if (!text) return;
    const isNote = form.dataset.action === "note";
    const button = form.querySelector("button");
    if (button) button.disabled = true;
    field.readOnly = true;
    const isKept = await this.editor.change(this.id, isNote ? { note: text } : { add: [text] });
    // The panel may have been rendered again meanwhile, with the draft carried over.
    for (const now of [field, this.box.querySelector(`[name="${field.name}"]`)]) {
      if (!now) continue;
      now.readOnly = false;
      if (isKept && now.value.trim() === text) now.value = "";
    }
    if (button) button.disabled = false;
    if (isKept) this.list.announcer.region.textContent = t(isNote ? "js-lead-note-added" : "js-lead-tag-added");
  }

  /** Shows that somebody else was faster, in the panel if this lead is open there. */
  conflict(id, question, label, again) {
    const place = this.id === id ? this.box.querySelector("[data-conflict]") : null;
    if (!place) return false;
    const settle = (work) => () => {
      place.hidden = true;
      place.replaceChildren();
      work();
    };
    place.replaceChildren(
      make("div", { class: "conflict", role: "alert" }, make("p", {}, question),
        make("div", {},
          make("button", { type: "button", class: "button primary", click: settle(again) }, label),
          make("button", { type: "button", class: "button", click: settle(() => this.refresh()) }, t("js-lead-keep-theirs")))));
    place.hidden = false;
    place.querySelector("button").focus();
    return true;
  }
}
