// Check-in at a door: the scanner's camera path, a session and a direction above it, and over all of it a
// verdict that is read at arm's length: a colour, a sign and a word.

import { make, redraw, sheet, toast } from "../scan/dom.js";
import { signal } from "../scan/feedback.js";
import { ScanScreen } from "../scan/scan-screen.js";
import { clock, t } from "../scan/strings.js";
import { syncChip } from "../scan/sync-view.js";
import { VerdictPlace, sign } from "./verdict.js";

export class DoorScreen extends ScanScreen {
  makeCards() {
    return new VerdictPlace(this.app);
  }

  async enter(how) {
    this.door = await this.app.link.ask("door", { act: "state" });
    this.deaf = this.app.link.on("door", ({ door }) => this.told(door));
    const entering = super.enter(how);
    if (!this.door.session) this.choose();
    await entering;
  }

  leave() {
    this.deaf?.();
    if (this.cards) super.leave();
  }

  /** What is told while the door's own state is still asked for is drawn with it. */
  stateChanged() {
    if (this.cards) super.stateChanged();
  }

  /** A badge that is shown twice at once is not asked about: it goes away, or is checked again. */
  saw(seen) {
    super.saw(seen.card || seen.verdict.type !== "tap_to_repeat" ? seen : { ...seen, verdict: { type: "held" } });
  }

  told(door) {
    const wasOpen = this.door.session === null;
    this.door = door;
    this.drawTop();
    // A door of one session has nothing to choose, once it knows which.
    if (wasOpen && door.session) this.closeChoice?.();
    else this.drawRows?.();
  }

  drawTop() {
    const { door } = this;
    if (!this.cards.board.isConnected) {
      this.view.classList.add("door");
      this.view.append(this.cards.board);
    }
    const { unsent, connection } = this.app.state;
    const said = JSON.stringify([door, unsent, connection.type, this.app.shift, document.documentElement.lang]);
    if (said === this.said) return;
    this.said = said;
    // A switch that has the focus keeps it when the count beside it moves.
    const focused = this.top.contains(document.activeElement) ? document.activeElement.dataset.direction : null;
    const way = (direction) =>
      make("button", {
        type: "button", "data-direction": direction, "aria-pressed": String(door.direction === direction),
        click: () => this.app.link.ask("door", { act: "choose", direction }),
      }, sign(direction), t(`door.${direction}`));
    this.top.replaceChildren(
      make("div", { class: "door-line" },
        make("button", { type: "button", class: "door-session", "data-act": "session", click: () => this.choose() },
          make("b", { class: "clip" }, door.session?.title ?? t("door.choose")),
          make("span", { class: "clip" }, door.session ? this.about(door.session) : "")),
        syncChip(this.app)),
      make("div", { class: "door-line" },
        make("div", { class: "ways", role: "group", "aria-label": t("door.way") }, way("in"), way("out")),
        door.session && this.count(door.session)));
    if (focused) this.top.querySelector(`[data-direction="${focused}"]`)?.focus();
  }

  about({ room, starts_at: from, ends_at: until }) {
    const zone = this.app.pairing.event.timezone;
    return [room, `${clock(from, zone)}–${clock(until, zone)}`].filter(Boolean).join(" · ");
  }

  count({ inside, capacity }) {
    const isFull = capacity !== null && inside >= capacity;
    const text = capacity === null ? String(inside) : t("door.of", { n: inside, capacity });
    return make("p", { class: "door-count", "data-inside": String(inside), "data-full": String(isFull) },
      make("b", {}, text), make("span", {}, t(isFull ? "door.full" : "door.inside")));
  }

  /** The choice of a session, those of today first. */
  choose() {
    const list = make("div");
    this.drawRows = () => {
      const sessions = [...this.door.sessions].sort((a, b) => Number(b.isToday) - Number(a.isToday));
      const row = (session) => make("button", {
        type: "button", class: "row", "data-session": session.id, "aria-pressed": String(session.id === this.door.session?.id),
        click: async () => {
          await this.app.link.ask("door", { act: "choose", session: session.id });
          close();
        },
      }, make("span", { class: "row-text" }, make("b", {}, session.title), make("span", { class: "quiet" }, this.about(session))),
      make("span", { class: "row-end" }, session.capacity === null ? t("door.insideNow", { n: session.inside }) : t("door.of", { n: session.inside, capacity: session.capacity })));
      redraw(list, sessions.length > 0 ? make("div", { class: "rows" }, sessions.map(row)) : make("p", { class: "quiet" }, t("door.none")));
    };
    this.drawRows();
    const close = sheet(t("door.choose"), [list], { close: t("close"), onClose: () => { this.drawRows = this.closeChoice = null; } });
    this.closeChoice = close;
  }

  taken(card) {
    if (card.isPractice) toast(t("door.practice"));
    else this.cards.show(card);
    // What is being asked is heard when the answer is there.
    if (card.verdict !== "asked") signal(card.isPractice ? "taken" : this.cards.sound(card));
  }

  failed(error) {
    if (!this.door.session) this.choose();
    else super.failed(error);
  }
}
