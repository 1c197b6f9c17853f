// Edits of a lead with `If-Match`: shown at once, taken back when the server refuses.
// When somebody else was faster, what cannot clash (a note, a tag) is simply sent again on the newer
// version; a clash is shown, and the person decides.

import { toast } from "./page.js";
import { leadName, paintRating } from "./lead-row.js";
import { t } from "./words.js";

// What a rating became, and setting it all the same: sentences of their own, for languages that inflect.
const NOW = { hot: "js-lead-now-hot", warm: "js-lead-now-warm", cold: "js-lead-now-cold", null: "js-lead-now-unrated" };
const ANYWAY = { hot: "js-lead-set-hot", warm: "js-lead-set-warm", cold: "js-lead-set-cold", null: "js-lead-set-unrated" };
const TRIES = 4;

export class LeadEditor {
  constructor(list, data, api) {
    this.list = list;
    this.data = data;
    this.api = api;
    this.queue = new Map();
  }

  /** Edits of one lead go one after the other, so that quick clicks do not clash with themselves. */
  inTurn(id, work) {
    const turn = (this.queue.get(id) ?? Promise.resolve()).then(work, work);
    this.queue.set(id, turn);
    turn.finally(() => this.queue.get(id) === turn && this.queue.delete(id)).catch(() => {});
    return turn;
  }

  address(id) {
    return `${this.data.api}/${id}`;
  }

  version(id) {
    const inList = Number(this.list.row(id)?.dataset.version ?? 0);
    const inPanel = this.panel.id === id ? this.panel.version : 0;
    return Math.max(inList, inPanel);
  }

  shownRating(id) {
    const group = this.panel.ratingGroup(id) ?? this.list.row(id)?.querySelector('[data-slot="rate"]');
    return group?.querySelector('[aria-pressed="true"]')?.dataset.rate ?? null;
  }

  showRating(id, rating) {
    const groups = [this.list.row(id)?.querySelector('[data-slot="rate"]'), this.panel.ratingGroup(id)];
    for (const group of groups) if (group) paintRating(group, rating);
  }

  rate(id, rating) {
    const before = this.shownRating(id);
    this.showRating(id, rating);
    return this.inTurn(id, () => this.send(id, { rating }, { seen: before }));
  }

  /** Sends a change; answers whether it was kept. */
  change(id, body) {
    return this.inTurn(id, () => this.send(id, body, {}));
  }

  async send(id, body, { seen, version }) {
    let base = version ?? this.version(id);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const lead = await this.api(this.address(id), { method: "PATCH", body, headers: { "if-match": `"${base}"` } });
        this.list.take(lead);
        this.panel.changed(lead);
        return true;
      } catch (error) {
        if (error.status !== 412 || attempt === TRIES) {
          this.failed(id, body, seen, error);
          return false;
        }
      }
      const newer = await this.api(this.address(id)).catch(() => null);
      if (!newer) {
        this.failed(id, body, seen, new Error(t("js-lead-newer-not-loaded")));
        return false;
      }
      const clashes = "rating" in body && newer.rating !== seen && newer.rating !== body.rating;
      if (clashes) {
        this.list.take(newer);
        this.showRating(id, newer.rating);
        this.ask(id, body, newer);
        return false;
      }
      base = newer.version;
    }
  }

  failed(id, body, seen, error) {
    if ("rating" in body) this.showRating(id, seen);
    if (error.status === 401) toast(t("js-live-you-are-signed-out"), { label: t("js-live-sign-in"), run: () => location.reload() });
    else if (error.status === 403) toast(error.message);
    else toast(t("js-lead-not-saved", { why: error.message }), { label: t("js-lead-try-again"), run: () => ("rating" in body ? this.rate(id, body.rating) : this.change(id, body)) });
  }

  /** Shows the newer version and offers to apply the edit to it. */
  ask(id, body, newer) {
    const question = t(NOW[newer.rating], { name: leadName(newer) });
    const again = () => {
      this.showRating(id, body.rating);
      this.inTurn(id, () => this.send(id, body, { seen: newer.rating, version: newer.version }));
    };
    if (!this.panel.conflict(id, question, t(ANYWAY[body.rating]), again)) {
      toast(question, { label: t(ANYWAY[body.rating]), run: again });
    }
  }
}
