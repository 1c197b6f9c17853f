// My leads: what is on this phone, searched without network. A colleague's scans come in live.

import { button, icon, make, sheet, show, toast } from "./dom.js";
import { onlyInMemory } from "./feedback.js";
import { changedFields, contactFields, openLead } from "./lead-sheet.js";
import { clock, t, whyOf } from "./strings.js";
import { syncChip } from "./sync-view.js";

const PAUSE_MS = 120;

export class LeadsScreen {
  constructor(app) {
    this.app = app;
  }

  async enter() {
    this.search = make("input", { type: "search", class: "input", "aria-label": t("leads.search"), placeholder: t("leads.search"), enterkeyhint: "search" });
    this.search.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.draw(), PAUSE_MS);
    });
    this.list = make("div", { class: "lead-list" });
    this.lines = new Map(); // {line, said} by the key of the lead
    this.rows = make("ul", { class: "rows" });
    this.rest = make("p", { class: "hint" }, t("leads.more"));
    this.head = make("div", { class: "screen-top" });
    this.said = null;
    this.count = make("p", { class: "quiet", role: "status" });
    show(make("section", { class: "list-screen" }, this.head,
      make("div", { class: "search" }, icon("search"), this.search),
      make("div", { class: "list-line" }, this.count, button(t("leads.manual"), () => this.manual(), { picture: "plus", "data-act": "manual" })),
      this.list));
    this.stop = this.app.link.on("leads", () => this.draw());
    this.stateChanged();
    await this.draw();
  }

  leave() {
    this.stop();
    clearTimeout(this.timer);
  }

  stateChanged() {
    // Drawn anew only when it says something else: a button must not vanish under a finger.
    const said = JSON.stringify([this.app.state.unsent, this.app.state.connection.type]);
    if (said === this.said) return;
    this.said = said;
    this.head.replaceChildren(make("h1", {}, t("tab.leads")), syncChip(this.app));
  }

  async draw() {
    const query = this.search.value;
    const isOwn = this.app.crew?.each_sees_only_their_own;
    const { rows, total } = await this.app.link.ask("rows", { query, isOwn });
    if (query !== this.search.value) return; // asked again meanwhile
    this.count.textContent = t("leads.count", { n: total });
    this.place(rows);
    this.rest.hidden = total <= rows.length;
    if (rows.length === 0) {
      const [title, text] = query ? ["leads.noneFound", "leads.noneFoundText"] : ["leads.none", "leads.noneText"];
      this.list.replaceChildren(make("div", { class: "empty" }, icon(query ? "search" : "badge"), make("h2", {}, t(title)), make("p", {}, t(text))));
      return;
    }
    if (!this.rows.isConnected) this.list.replaceChildren(this.rows, this.rest);
  }

  /** Puts the rows in their order and moves none that can stay: fingers and the focus are on them. */
  place(rows) {
    const keys = new Set(rows.map(({ key }) => key));
    for (const [key, { line }] of this.lines) {
      if (keys.has(key)) continue;
      line.remove();
      this.lines.delete(key);
    }
    rows.forEach((row, at) => {
      const said = JSON.stringify(row);
      const known = this.lines.get(row.key);
      const line = known?.line ?? make("li", {}, this.row(row));
      if (known && known.said !== said) line.firstChild.replaceChildren(...this.row(row).childNodes);
      this.lines.set(row.key, { line, said });
      if (this.rows.children[at] !== line) this.rows.insertBefore(line, this.rows.children[at] ?? null);
    });
  }

  row(lead) {
    const zone = this.app.pairing.event.timezone;
    const sub = [lead.company, lead.name ? null : lead.code?.slice(0, 40)].filter(Boolean).join(" · ");
    return make("button", { type: "button", class: "row lead-row", "data-lead": lead.key, click: () => openLead(this.app, lead.key, () => this.draw()) },
      make("span", { class: "round-name", "data-rating": lead.rating, "aria-label": lead.rating ? t(`rating.${lead.rating}`) : t("rating.none"), role: "img" },
        icon(lead.rating ?? "user")),
      make("span", { class: "row-text" }, make("b", { class: "clip" }, lead.name || t("card.visitor")), make("span", { class: "quiet clip" }, sub || t("lead.noDetails"))),
      make("span", { class: "row-end" }, make("time", {}, clock(lead.at, zone)),
        lead.unsent > 0 ? make("span", { class: "flag attention" }, t("lead.unsent")) : lead.isMine ? null : make("small", { class: "clip" }, lead.by)));
  }

  /** Somebody who has no badge: a lead that this phone makes itself. */
  manual() {
    const problem = make("p", { class: "problem", role: "alert", hidden: true }, t("manual.empty"));
    const save = async (event) => {
      event.preventDefault();
      const fields = changedFields(event.target);
      problem.hidden = Object.keys(fields).length > 0;
      if (!problem.hidden) return;
      const id = await this.app.link.ask("newId");
      try {
        const lead = await this.app.link.ask("capture", { fields: { kind: "contact", lead_id: id, ...fields } });
        close();
        if (lead.isLoose) onlyInMemory();
        else toast(t("manual.saved", { name: lead.name || fields.company || fields.email || "" }));
        await this.draw();
        openLead(this.app, lead.key, () => this.draw());
      } catch (error) {
        problem.hidden = false;
        problem.textContent = whyOf(error);
      }
    };
    const form = make("form", { class: "stack", submit: save }, make("p", { class: "quiet" }, t("manual.text")), contactFields({}), problem,
      make("button", { class: "button primary large" }, t("save")));
    const close = sheet(t("manual.title"), [form], { close: t("close") });
  }
}
