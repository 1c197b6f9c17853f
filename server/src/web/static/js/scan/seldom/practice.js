// The card of the practice badge: what a visitor's looks like, and whether this phone can do all that it takes.

import { button, icon, make } from "../dom.js";
import { signal } from "../feedback.js";
import { ratingButtons } from "../lead-sheet.js";
import { t } from "../strings.js";

const line = (isDone, ...said) => make("li", { "data-done": String(isDone) }, icon(isDone ? "check" : "alert"), ...said);

/** Rated as a visitor would be, and kept nowhere. */
function tryRating(rating) {
  const buttons = ratingButtons(rating, (next) => buttons.replaceWith(tryRating(next)));
  return buttons;
}

/** Browsers let nothing sound before a tap: here is one. */
function sound(isHeard) {
  if (isHeard) return line(true, t("practice.sound"));
  const silent = line(false, t("practice.silent"), button(t("practice.hear"), () => signal("taken") && silent.replaceWith(sound(true)), { "data-act": "hear" }));
  return silent;
}

export function practiceCard(card) {
  const byCamera = card.cameBy === "camera";
  return make("article", { class: "result", "data-card": card.captureId, "data-tone": card.isSent ? "sent" : "waiting", "data-practice": String(card.isSent) },
    make("div", { class: "result-line" }, make("span", { class: "tick" }, icon(card.isSent ? "check" : "cloud")),
      make("span", { class: "result-who" }, make("strong", {}, t("practice.name")), make("span", {}, t("practice.job")),
        make("span", { class: "result-state" }, t("practice.title")))),
    tryRating(null),
    make("ul", { class: "checks" }, line(byCamera, t(byCamera ? "practice.camera" : "practice.noCamera")), line(true, t("practice.disk")),
      sound(card.isHeard), line(card.isSent, t(card.isSent ? "practice.network" : "practice.waiting"))),
    card.isSent ? make("p", {}, t("practice.never")) : null);
}
