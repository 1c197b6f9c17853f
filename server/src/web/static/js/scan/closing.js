// At the end of the event's day, what is not yet sent fills the screen: a phone that is switched off now
// takes its scans home.

import { button, make, redraw, sheet } from "./dom.js";
import { t } from "./strings.js";
import { syncLines } from "./sync-view.js";

const DAY_MS = 24 * 3_600_000;
const BEFORE_MS = 15 * 60_000;
const AFTER_MS = 3 * 3_600_000;
const AGAIN_MS = 10 * 60_000;
const LOOK_MS = 20_000;

/** Whether `now` is around the close of a day of the event: each day closes when the last one does. */
export function isClosing(endsAt, now) {
  const daysLeft = Math.round((endsAt - now) / DAY_MS);
  if (daysLeft < 0) return false;
  const since = now - (endsAt - daysLeft * DAY_MS);
  return since >= -BEFORE_MS && since <= AFTER_MS;
}

export class ClosingReminder {
  constructor(app) {
    this.app = app;
    this.quietUntil = 0;
    setInterval(() => this.look(), LOOK_MS);
  }

  /** Fills the screen where it is time and something is left. */
  look() {
    const { app } = this;
    const endsAt = Date.parse(app.crew?.event_ends_at ?? "");
    if (this.isShown || !app.pairing || app.isLocked || Number.isNaN(endsAt)) return;
    if (app.state.unsent > 0 && isClosing(endsAt, Date.now()) && Date.now() > this.quietUntil) this.show();
  }

  show() {
    this.isShown = true;
    const body = make("div", { class: "stack", "data-closing": true });
    const draw = () => {
      const { unsent } = this.app.state;
      redraw(body, make("p", {}, t(unsent > 0 ? "closing.text" : "closing.done")), syncLines(this.app),
        button(t(unsent > 0 ? "closing.later" : "close"), () => close(), { kind: "plain" }));
    };
    draw();
    const stop = this.app.link.on("state", () => draw());
    const close = sheet(t("closing.title"), [body], {
      close: t("close"), kind: "whole",
      onClose: () => { stop(); this.isShown = false; this.quietUntil = Date.now() + AGAIN_MS; },
    });
  }
}
