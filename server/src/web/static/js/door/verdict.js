// The verdict of a check, over the whole picture: never by colour alone, and gone by itself.

import { CardPlace } from "../scan/card.js";
import { button, field, make, sheet } from "../scan/dom.js";
import { notSaved, signal } from "../scan/feedback.js";
import * as phone from "../scan/phone.js";
import { t, whyOf } from "../scan/strings.js";

const SVG = "http://www.w3.org/2000/svg";
const SIGNS = {
  in: "M11 4h7.500v16H11M3.500 12h10M9.500 8l4 4-4 4",
  out: "M13 4H5.500v16H13M10.500 12h10M16.500 8l4 4-4 4",
  ok: "m4 12.500 5.500 5.500L20 6.500",
  stop: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M6.500 12h11",
  twice: "M8.500 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M15.500 11a3 3 0 1 0 0-6M3 19c.4-3.500 2.500-5.500 5.500-5.500S13.600 15.500 14 19M15.500 13.500c3 0 5.100 2 5.500 5.500",
  day: "M4.500 6h15v14h-15zM4.500 10h15M8 3.500V7M16 3.500V7M9 13l6 5M15 13l-6 5",
  desk: "M12 3.500 21.500 20h-19zM12 10v5M12 17.500v.2",
  cross: "m5 5 14 14M19 5 5 19",
  asked: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M12 7.500V12l3 2",
};
const SHOWN = {
  ok: ["ok", "go"], asked: ["asked", "wait"], full: ["stop", "stop"], already_inside: ["twice", "look"], not_today: ["day", "stop"],
  category_not_admitted: ["stop", "stop"], cancelled: ["cross", "stop"], see_desk: ["desk", "look"], refused: ["cross", "stop"],
  not_kept: ["cross", "stop"],
};
/** Verdicts that somebody in charge may set aside. */
const OPEN_TO_OVERRIDE = ["full", "not_today", "category_not_admitted", "cancelled", "see_desk"];
/** What was not let in stays until it was surely read. */
const LONGER = 3;

export function sign(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SIGNS[name]);
  picture.append(path);
  return picture;
}

export class VerdictPlace extends CardPlace {
  constructor(app) {
    super(app);
    this.board = make("div", { class: "board", role: "status" });
    this.board.addEventListener("click", ({ target }) => !target.closest("button") && this.clear());
  }

  sound({ verdict }) {
    return verdict === "ok" ? "taken" : verdict === "already_inside" ? "known" : "failed";
  }

  show(card) {
    this.root.replaceChildren();
    this.offered = null;
    this.paint(card);
  }

  update(card) {
    if (card.captureId !== this.card?.captureId) return;
    signal(this.sound(card));
    this.paint(card);
  }

  paint(card) {
    this.card = card;
    clearTimeout(this.timer);
    const { verdict, direction, session, isAlone, isOverride } = card;
    const [picture, tone] = SHOWN[verdict];
    const said = verdict === "ok" ? `ok_${direction}` : verdict;
    const hint = (card.trouble && t("scan.failed", { why: whyOf(card.trouble) })) || card.why || (card.isLoose && t("card.memory"))
      || (verdict === "ok" && isOverride ? t("door.overridden") : verdict !== "asked" && isAlone ? t("door.alone") : "");
    this.board.replaceChildren(make("article", { class: "verdict", "data-check": card.captureId, "data-verdict": verdict, "data-tone": tone },
      sign(picture), make("h2", {}, t(`door.${said}`)), make("p", {}, t(`door.${said}Text`)), make("p", { class: "verdict-place" }, session.title),
      hint && make("p", { class: "verdict-hint" }, hint),
      direction === "in" && OPEN_TO_OVERRIDE.includes(verdict) && !isOverride
        ? button(t("door.override"), () => this.override(card), { class: "button large", "data-act": "override" }) : null));
    if (verdict === "asked") return;
    const seconds = phone.settings().cardSeconds * (verdict === "ok" ? 1 : LONGER);
    this.timer = setTimeout(() => this.clear(), seconds * 1000);
  }

  /** Who lets somebody in all the same, and why: both stay on record. */
  override(card) {
    this.stay();
    const who = field(t("door.who"), { name: "who", maxlength: 100, autocomplete: "off", required: true, value: this.app.shift?.name ?? "" });
    const why = field(t("door.why"), { name: "why", maxlength: 200, autocomplete: "off", required: true, placeholder: t("door.whyHint") });
    const form = make("form", {
      class: "stack",
      submit: async (event) => {
        event.preventDefault();
        const [name, reason] = [form.elements.who.value.trim(), form.elements.why.value.trim()];
        if (!name || !reason) return;
        close();
        try {
          this.show(await this.app.link.ask("door", { act: "override", captureId: card.captureId, why: reason, who: name }));
        } catch (error) {
          notSaved(error);
        }
      },
    }, make("p", { class: "quiet" }, t("door.overrideText")), who, why, make("button", { class: "button primary large" }, t("door.override")));
    const close = sheet(t("door.override"), [form], { close: t("close") });
  }

  clear() {
    super.clear();
    this.board?.replaceChildren();
  }
}
