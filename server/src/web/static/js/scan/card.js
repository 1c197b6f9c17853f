// The result of a scan: what is known at once, then what the server says. It goes by itself, never needs a
// tap, and stays as soon as it is touched.

import { button, icon, make, toast } from "./dom.js";
import { notSaved, onlyInMemory } from "./feedback.js";
import { formOf, openLead, ratingButtons } from "./lead-sheet.js";
import * as phone from "./phone.js";
import { ago, clock, t } from "./strings.js";

const OF_REASONS = { not_disclosed: "hidden", unknown_badge: "stranger", not_in_package: "package", time_outside_event: "outside" };

/** What became of a scan, as [tone, text]: "sent", "waiting" or "stop". */
export function statusOf(card, zone) {
  if (card.isLoose) return ["stop", t("card.memory")];
  if (card.outcome === "rejected" || card.outcome === "conflict") return ["stop", t("card.refused")];
  if (card.reason === "badge_revoked") return ["stop", t("card.revoked", { time: clock(Date.now(), zone) })];
  if (card.verdict?.type === "revoked") return ["stop", t("card.revoked", { time: clock(card.verdict.as_of, zone) })];
  if (card.consentState === "withdrawn" || card.consentState === "erased") return ["waiting", t("card.withdrawn")];
  const reason = OF_REASONS[card.reason];
  if (reason) return ["waiting", t(`card.${reason}`)];
  if (card.isSent && card.consentState === "pending" && !card.hasRegistration && card.match === "matched") return ["waiting", t("card.pending")];
  if (card.isSent) return ["sent", t("card.sent")];
  return ["waiting", t(card.verdict?.type === "unknown" && !card.name ? "card.details" : "card.saved")];
}

/** "Karim scanned Ana at 10:12 (hot)". */
export function earlierText({ who, whom, at, rating }, app) {
  const zone = app.pairing.event.timezone;
  const isMe = who === (app.shift?.name ?? app.pairing.device_name);
  const key = who === null ? "card.earlierNobody" : isMe ? "card.earlierYou" : "card.earlier";
  const told = rating ? ` (${t(`rating.${rating}`).toLowerCase()})` : "";
  return t(key, { who, whom: whom ?? t("card.thisBadge"), time: clock(at, zone), rating: told });
}

/** How long a colleague has for the tap that makes them the one who scans. */
const SHIFT_OFFER_MS = 10_000;

export class CardPlace {
  constructor(app) {
    this.app = app;
    this.root = make("div", { class: "card-place", role: "status" });
    this.root.addEventListener("pointerdown", () => this.stay());
  }

  get zone() {
    return this.app.pairing.event.timezone;
  }

  show(card) {
    this.card = card;
    this.offered = null;
    this.draw();
    clearTimeout(this.timer);
    const isAsked = Boolean(formOf(this.app)?.asks_at_once);
    if ((isAsked || phone.settings().opens) && !card.isPractice) openLead(this.app, card.key, () => this.clear(), { isAsked });
    const seconds = card.isPractice ? 20 : phone.settings().cardSeconds;
    this.timer = setTimeout(() => this.clear(), seconds * 1000);
  }

  /** The server's word on a card that is still here. */
  update(card) {
    if (card.captureId !== this.card?.captureId) return;
    this.card = { ...card, isHeard: this.card.isHeard };
    this.draw();
  }

  /** Something that is taken on a tap only. */
  offer(kind, verdict, earlier, take) {
    if (this.offered === verdict.text) return;
    this.card = null;
    this.offered = verdict.text;
    clearTimeout(this.timer);
    const again = kind === "again";
    const title = again ? t("card.again", { ago: ago(Date.now() - verdict.taken_ago_ms) }) : t(kind === "pairing" ? "card.pairing" : "card.notBadge");
    this.root.replaceChildren(make("article", { class: "result", "data-offer": kind },
      make("div", { class: "result-line" }, icon(again ? "check" : "alert"), make("div", { class: "result-who" }, make("h2", {}, title),
        make("p", { class: "quiet clip" }, again && earlier ? earlierText(earlier, this.app) : kind === "pairing" ? "" : verdict.text))),
      kind === "pairing" ? null : button(t(again ? "card.scanAgain" : "card.keep"), () => take(verdict.text), { class: "button large" })));
  }

  /** The badge of somebody of the team: the second tap of a change of shift. */
  offerShift({ id, name }) {
    this.card = null;
    this.offered = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.clear(), SHIFT_OFFER_MS);
    const take = async () => {
      this.clear();
      await this.app.changeShift({ member_id: id, name });
      toast(t("shift.now", { who: name }));
      this.app.screen?.stateChanged?.();
    };
    this.root.replaceChildren(make("article", { class: "result", "data-offer": "shift" },
      make("div", { class: "result-line" }, icon("user"), make("div", { class: "result-who" },
        make("h2", {}, name), make("p", { class: "quiet" }, t("shift.colleague")))),
      button(t("shift.take", { who: name }), take, { class: "button large", "data-act": "shift" })));
  }

  /** What was offered is out of sight. */
  withdraw() {
    if (this.offered) this.clear();
  }

  stay() {
    clearTimeout(this.timer);
  }

  clear() {
    clearTimeout(this.timer);
    this.card = null;
    this.offered = null;
    this.root.replaceChildren();
  }

  draw() {
    if (this.card.isPractice) this.drawPractice();
    else this.root.replaceChildren(this.result());
  }

  async drawPractice() {
    const { practiceCard } = await import("./seldom/practice.js").catch(() => ({ practiceCard: () => this.result() }));
    if (this.card?.isPractice) this.root.replaceChildren(practiceCard(this.card));
  }

  result() {
    const { card } = this;
    const [tone, text] = statusOf(card, this.zone);
    const rate = async (rating) => {
      this.stay();
      try {
        const view = await this.app.link.ask("capture", { fields: { kind: "rating", code: card.code, rating } });
        if (view.isLoose) onlyInMemory();
        // The next badge may have been taken meanwhile, or the card may be gone.
        if (this.card?.captureId !== card.captureId) return;
        this.card = { ...this.card, rating: view.rating };
        this.draw();
      } catch (error) {
        notSaved(error);
      }
    };
    return make("article", { class: "result", "data-card": card.captureId, "data-tone": tone },
      make("button", { type: "button", class: "result-line", click: () => openLead(this.app, card.key, () => this.clear()) },
        make("span", { class: "tick" }, icon(tone === "stop" ? "alert" : tone === "sent" ? "check" : "cloud")),
        make("span", { class: "result-who" },
          make("strong", {}, card.name || t("card.visitor")),
          card.company || card.job ? make("span", {}, [card.job, card.company].filter(Boolean).join(" · ")) : null,
          make("span", { class: "result-state" }, text),
          card.earlier ? make("span", { class: "result-earlier" }, earlierText(card.earlier, this.app)) : null),
        make("span", { class: "result-open" }, t("card.open"), icon("next"))),
      ratingButtons(card.rating, rate));
  }
}
