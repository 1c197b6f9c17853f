// One lead, opened: rate, answer the questions, note, tag, record marketing consent, correct the contact.
// Each is a capture of its own, kept on this phone before it shows.

import { QuestionFields, stillToAnswer } from "../questions.js";
import { button, field, icon, make, redraw, sheet, toast } from "./dom.js";
import { notSaved, onlyInMemory } from "./feedback.js";
import { handsOff } from "./link.js";
import { clock, languageNow, t } from "./strings.js";

const FIELDS = ["first_name", "last_name", "company", "job_title", "email", "phone", "country"];
const TYPES = { email: "email", phone: "tel" };

/** Hot, warm, cold; tapping the one in force takes it back. */
export const ratingButtons = (rating, rate) =>
  make("div", { class: "ratings", role: "group", "aria-label": t("lead.rating") }, ["hot", "warm", "cold"].map((name) =>
    make("button", { type: "button", class: "rate", "data-rating": name, "aria-pressed": String(rating === name), click: () => rate(rating === name ? null : name) },
      icon(name), t(`rating.${name}`))));

export const contactFields = (contact) =>
  FIELDS.map((name) => field(t(name), { name, value: contact[name] ?? "", type: TYPES[name] ?? "text", maxlength: 300, autocomplete: "off" }));

/** The fields that were filled in or changed since they were drawn. */
export function changedFields(form) {
  const fields = {};
  for (const name of FIELDS) {
    const { value, defaultValue } = form.elements[name];
    if (value.trim() !== defaultValue.trim()) fields[name] = value.trim();
  }
  return fields;
}

/** What is asked at this stand now; null where nothing is. */
export const formOf = (app) => (app.crew?.form?.questions.length > 0 ? app.crew.form : null);

/** Opens a lead by the key of its entry, at its questions where those are asked at once. */
export async function openLead(app, key, closed, { isAsked = false } = {}) {
  const lead = await app.link.ask("lead", { key });
  if (!lead) return;
  const { asked } = new LeadSheet(app, lead, closed);
  if (isAsked) asked?.scrollIntoView({ block: "start" });
}

class LeadSheet {
  constructor(app, lead, closed) {
    Object.assign(this, { app, lead, closed, taking: 0 });
    this.body = make("div", { class: "lead-parts" });
    const stop = app.link.on("leads", () => this.again());
    this.draw();
    sheet(lead.name || t("card.visitor"), [this.body], { close: t("close"), onClose: () => { stop(); this.keepTyped(); closed?.(); } });
  }

  /** What is typed counts also when the sheet is closed over it; what the exhibitor must know is asked for again. */
  keepTyped() {
    const form = formOf(this.app);
    for (const field of this.asked?.querySelectorAll("textarea, [type=number]") ?? []) field.dispatchEvent(new Event("change"));
    for (const typed of this.body.querySelectorAll("details[open] form, form.beside")) {
      typed.dispatchEvent(new Event("submit"));
    }
    this.body.querySelector("[data-act=note]").click();
    const open = form ? stillToAnswer(form, this.fields.answers) : [];
    if (open.length > 0) toast(t("questions.left", { n: open.length }));
  }

  /** Takes a capture about this lead, and shows what it is then. */
  async capture(fields) {
    const about = this.lead.code ? { code: this.lead.code } : { lead_id: this.lead.leadId };
    this.taking += 1;
    try {
      this.lead = await this.app.link.ask("capture", { fields: { ...fields, ...about } }).finally(() => { this.taking -= 1; });
      await handsOff();
      // Two taps in a row: what was between them does not show.
      if (!this.taking) this.draw();
      if (this.lead.isLoose) onlyInMemory();
      return true;
    } catch (error) {
      notSaved(error);
      return false;
    }
  }

  /** Takes what stands in a field; it goes back there when it could not be kept. */
  async captureFrom(input, fieldsOf) {
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    if (!(await this.capture(fieldsOf(text)))) input.value = text;
  }

  /** News of leads came in. Drawn anew only when it says something else: nothing vanishes under a finger. */
  async again() {
    const lead = await this.app.link.ask("lead", { key: this.lead.key });
    await handsOff();
    if (!lead || this.taking || !this.body.isConnected || JSON.stringify(lead) === this.said) return;
    this.lead = lead;
    this.draw();
  }

  draw() {
    const { lead } = this;
    this.said = JSON.stringify(lead);
    // What is being typed stays.
    const typed = ["#note", "#tag"].map((field) => this.body.querySelector(field)?.value ?? "");
    const focused = this.body.contains(document.activeElement) ? document.activeElement.id : "";
    const inUse = this.asked?.contains(document.activeElement) ? document.activeElement : null;
    const editing = this.body.querySelector("details[open]")?.closest("section");
    const zone = this.app.pairing.event.timezone;
    const parts = [lead.job, lead.company].filter(Boolean).join(" · ");
    const by = lead.by ? ` ${t("lead.by", { who: lead.by })}` : "";
    redraw(this.body,
      make("p", { class: "lead-top" }, make("b", {}, parts || "\u00a0"), make("span", { class: "quiet" }, t("lead.scanned", { time: clock(lead.at, zone) }) + by),
        // Always a line of its own: nothing moves under a finger when it changes.
        make("span", { class: `flag ${lead.unsent > 0 ? "attention" : ""}` }, t(lead.unsent > 0 ? "lead.unsent" : "card.sent"))),
      ratingButtons(lead.rating, (rating) => this.capture({ kind: "rating", rating })),
      this.questions(), this.notes(zone), this.tags(), this.marketing(), editing ?? this.contact());
    this.body.querySelector("#note").value = typed[0];
    this.body.querySelector("#tag").value = typed[1];
    // An answer has no id of its own: the element itself stays.
    if (inUse) inUse.focus({ preventScroll: true });
    else if (focused) this.body.querySelector(`#${focused}`)?.focus();
  }

  /** The questions, each kept as soon as it is answered. Their fields stay, so that nothing typed is lost. */
  questions() {
    const form = formOf(this.app);
    if (!form) return null;
    if (this.fields?.form.version !== form.version) {
      const said = { yes: t("lead.yes"), no: t("lead.no"), clear: t("questions.clear"), required: t("questions.required") };
      const changed = (key, value) => this.capture({ kind: "answers", answers: { [key]: value }, form_version: form.version });
      this.fields = new QuestionFields(make, form, this.lead.answers, { language: languageNow(), said, changed });
      this.asked = make("section", { "data-part": "questions" }, make("h3", {}, t("questions.title")), this.fields.element);
    } else this.fields.update(this.lead.answers);
    return this.asked;
  }

  notes(zone) {
    const text = make("textarea", { class: "input", id: "note", rows: 3, maxlength: 10_000, placeholder: t("lead.notePlaceholder") });
    const add = () => this.captureFrom(text, (note) => ({ kind: "note", text: note }));
    const list = this.lead.notes.map((note) => make("li", {}, make("p", {}, note.text), make("small", {}, clock(note.at, zone), note.by ? ` · ${note.by}` : "")));
    return make("section", {}, make("h3", {}, make("label", { for: "note" }, t("lead.note"))), list.length > 0 ? make("ul", { class: "notes" }, list) : null,
      text, button(t("lead.addNote"), add, { picture: "plus", "data-act": "note" }));
  }

  tags() {
    const input = make("input", { class: "input", id: "tag", "aria-label": t("lead.addTag"), maxlength: 100, placeholder: t("lead.tagPlaceholder"), enterkeyhint: "done" });
    const add = (event) => {
      event.preventDefault();
      this.captureFrom(input, (tag) => ({ kind: "tags", add: [tag], remove: [] }));
    };
    const chips = this.lead.tags.map((tag) => make("button", {
      type: "button", class: "chip", "aria-label": t("lead.removeTag", { tag }), click: () => this.capture({ kind: "tags", add: [], remove: [tag] }),
    }, tag, icon("close")));
    // What the stand's admin offers, one tap each.
    const offered = (this.app.crew?.form?.tags ?? []).filter((tag) => !this.lead.tags.includes(tag)).map((tag) => make("button", {
      type: "button", class: "chip", "data-offered": tag, "aria-label": `${t("lead.addTag")}: ${tag}`, click: () => this.capture({ kind: "tags", add: [tag], remove: [] }),
    }, icon("plus"), tag));
    chips.push(...offered);
    return make("section", {}, make("h3", {}, t("lead.tags")), chips.length > 0 ? make("div", { class: "chips" }, chips) : null,
      make("form", { class: "beside", submit: add }, input, make("button", { class: "button", "data-act": "tag" }, t("lead.addTag"))));
  }

  marketing() {
    const said = this.lead.marketing;
    const answer = (granted) => make("button", {
      type: "button", class: "button", "aria-pressed": String(said === granted),
      click: () => this.capture({ kind: "consent", purpose: "marketing", granted, notice_version: "scanner-1", channel: "booth" }),
    }, t(granted ? "lead.yes" : "lead.no"));
    return make("section", {}, make("h3", {}, t("lead.marketing")), make("p", { class: "quiet" }, t("lead.marketingText")),
      make("div", { class: "pair-of", role: "group", "aria-label": t("lead.marketing"), "data-act": "marketing" }, answer(true), answer(false)),
      said === null ? make("p", { class: "hint" }, t("lead.notAsked")) : null);
  }

  contact() {
    const known = FIELDS.filter((name) => this.lead.contact[name] && !["first_name", "last_name"].includes(name));
    const save = (event) => {
      event.preventDefault();
      const fields = changedFields(event.target);
      event.target.closest("details").open = false;
      if (Object.keys(fields).length > 0) this.capture({ kind: "contact", ...fields });
    };
    return make("section", {}, make("h3", {}, t("lead.contact")),
      known.length > 0
        ? make("dl", { class: "facts" }, known.map((name) => [make("dt", {}, t(name)), make("dd", {}, this.lead.contact[name])]))
        : make("p", { class: "quiet" }, t("lead.noDetails")),
      make("details", { "data-act": "contact" }, make("summary", { class: "button" }, t("lead.correct")),
        make("form", { class: "stack", submit: save }, make("p", { class: "hint" }, t("lead.correctText")), contactFields(this.lead.contact),
          make("button", { class: "button primary" }, t("save")))));
  }
}
