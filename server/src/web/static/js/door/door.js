// Attendance at a door, in the scanner's worker. With network the server gives the verdict; without it
// this device decides by what it knows (the badge filter, who it let in, the last count), and says so in
// the capture, which then counts as it happened. Every check is in the queue before it is shown.

import { DoorFeed } from "./door-feed.js";

/** How long somebody stands before the door until it decides by itself. */
const ANSWER_MS = 3500;
/** A badge that was away may be checked again by itself after this; sooner only the other way. */
const AGAIN_MS = 4000;
const RECOUNT_MS = 800;
/** How long after midnight a day at a fair goes on, as on the server. */
const TURNS_MS = 4 * 3_600_000;
const MOST_CHECKS = 50;
const VERDICTS = ["full", "already_inside", "not_today", "category_not_admitted", "cancelled", "see_desk"];

/** A door is not told when the event ends: surely by then after its last session. What was sent goes a week later. */
const EVENT_GOES_ON_MS = 53 * 24 * 3_600_000;

const lastEnd = (sessions) => sessions.map(({ ends_at: at }) => new Date(at).toISOString()).sort().at(-1);

export class Door {
  constructor(desk) {
    this.desk = desk;
    this.kept = desk.notes.door ??= { sessions: [], session: null, direction: "in", inside: {} };
    this.checks = new Map();
    const place = { eventId: desk.pairing.event.id, token: desk.pairing.token };
    this.feed = new DoorFeed(place, {
      sessions: (sessions) => this.takeSessions(sessions),
      filterVersion: () => desk.filter?.version(),
      filter: (bytes) => desk.takeFilter(bytes),
    }, {});
    desk.feed = this.feed;
  }

  get session() {
    return this.kept.sessions.find(({ id }) => id === this.kept.session) ?? null;
  }

  state() {
    const { sessions, direction } = this.kept;
    return { sessions: sessions.map((session) => ({ ...session, isToday: this.isToday(session) })), session: this.session, direction };
  }

  /** Today is done when its last session is: then the door asks for what is not sent. */
  tellEnd() {
    const { crew, eventEndsAt } = this.desk.notes;
    const last = lastEnd(this.kept.sessions);
    if (!last) return;
    const today = lastEnd(this.kept.sessions.filter((session) => this.isToday(session)));
    const endsAt = new Date(Date.parse(last) + EVENT_GOES_ON_MS).toISOString();
    if (today !== crew?.event_ends_at || endsAt !== eventEndsAt) this.desk.takeCrew({ members: [], event_ends_at: today }, endsAt);
  }

  tellState() {
    this.tellEnd();
    this.desk.tell("door", { door: this.state() });
    this.desk.remember();
  }

  takeSessions(sessions) {
    this.kept.sessions = sessions.map(({ id, title, room, kind, starts_at, ends_at, capacity, inside }) =>
      ({ id, title, room, kind, starts_at, ends_at, capacity, inside }));
    // A door of one session needs no choice.
    if (!this.session) this.kept.session = sessions.length === 1 ? sessions[0].id : null;
    this.tellState();
  }

  choose({ session = this.kept.session, direction = this.kept.direction }) {
    Object.assign(this.kept, { session, direction });
    this.tellState();
  }

  day(at) {
    return new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone: this.desk.pairing.event.timezone }).format(new Date(at));
  }

  /** The day that a night began on: a day at a fair turns at four in the morning. */
  showDay(at) {
    return this.day(at - TURNS_MS);
  }

  isToday({ starts_at: from, ends_at: until }) {
    const now = Date.now();
    return [this.day(now), this.showDay(now)].some((day) => this.day(from) <= day && day <= this.day(until));
  }

  /** Whom this device let in today, by the key of their code. */
  inside(session) {
    const today = this.showDay(Date.now());
    if (this.kept.inside.day !== today) this.kept.inside = { day: today };
    return (this.kept.inside[session] ??= []);
  }

  /** Whether a badge that comes back is checked without a tap. */
  isAgain({ text, taken_ago_ms: ago }) {
    const last = [...this.checks.values()].findLast(({ code }) => code === text);
    return ago > AGAIN_MS || (last !== undefined && last.direction !== this.kept.direction);
  }

  /** What this device alone knows against letting somebody in: a verdict, or null. */
  judge({ code, session, isTyped }) {
    const { filter, core } = this.desk;
    // The filter knows codes, not the numbers that are printed below them for typing.
    const isNumber = isTyped && Boolean(core.parse_badge_number(code));
    if (!isNumber && filter && filter.verdict(code).type !== "genuine") return "see_desk";
    if (!this.isToday(session)) return "not_today";
    if (this.inside(session.id).includes(core.parse(code).key)) return "already_inside";
    return session.capacity !== null && session.inside >= session.capacity ? "full" : null;
  }

  get isAlone() {
    return !navigator.onLine || this.desk.sync.state().connection.type === "offline";
  }

  /** Checks a badge in or out; the card says what is known by now, and a "card" event what follows. */
  scan(code, entry) {
    const { session } = this;
    const { direction } = this.kept;
    if (this.desk.core.parse(code).kind === "practice") return this.desk.scan(code, entry);
    if (!session) throw new Error("no session is chosen");
    return this.check({ code, session, direction, isAlone: this.isAlone, isTyped: entry === "typed" });
  }

  /** Lets somebody in against the verdict: with a name and a reason, which stay on record. */
  override({ captureId, why, who }) {
    const { code, session } = this.checks.get(captureId);
    return this.check({ code, session, direction: "in", isAlone: this.isAlone, why, who });
  }

  async check({ code, session, direction, isAlone, isTyped, why, who }) {
    const isIn = direction === "in";
    const local = isIn && !why ? this.judge({ code, session, isTyped }) : null;
    const letsIn = isIn && isAlone && local === null;
    const fields = { kind: isIn ? "session_check_in" : "session_check_out", session_id: session.id, code };
    const { id } = await this.desk.take({ ...fields, ...(letsIn ? { let_in: true } : {}), ...(why ? { override: why, operator: who } : {}) });
    const check = {
      captureId: id, code, direction, session, verdict: "asked", isAlone, isTyped, isOverride: Boolean(why), at: Date.now(),
      isLoose: this.desk.loose.has(id),
    };
    this.checks.set(id, check);
    if (this.checks.size > MOST_CHECKS) this.checks.delete(this.checks.keys().next().value);
    if (isAlone) this.decide(check, local);
    else setTimeout(() => check.verdict === "asked" && this.alone(check), ANSWER_MS);
    return { ...check };
  }

  /** No answer came in time: the door decides, and a second capture says that it did. */
  async alone(check) {
    if (check.direction === "out") return this.tellCard(this.decide(check, null, true));
    const local = check.isOverride ? null : this.judge(check);
    if (local === null) {
      try {
        const { id } = await this.desk.take({ kind: "session_check_in", session_id: check.session.id, code: check.code, let_in: true });
        check.isLoose ||= this.desk.loose.has(id);
      } catch (error) {
        // The check is kept, but not that this door let somebody in: then it does not.
        check.trouble = { name: error.name, message: error.message };
        if (check.verdict === "asked") this.tellCard(this.decide(check, "not_kept", true));
        return undefined;
      }
      if (check.verdict !== "asked") return undefined; // the answer came after all
    }
    return this.tellCard(this.decide(check, local, true));
  }

  /** Keeps what became of a check, and moves the count that this device shows. */
  decide(check, verdict, isAlone = check.isAlone) {
    Object.assign(check, { verdict: verdict ?? "ok", isAlone });
    const inside = this.inside(check.session.id);
    const { key } = this.desk.core.parse(check.code);
    const at = inside.indexOf(key);
    const isIn = check.direction === "in" && ["ok", "already_inside"].includes(check.verdict);
    const session = this.kept.sessions.find(({ id }) => id === check.session.id);
    if (isIn && at < 0) inside.push(key);
    if (check.direction === "out" && at >= 0) inside.splice(at, 1);
    if (session && check.isAlone && check.verdict === "ok") session.inside = Math.max(0, session.inside + (isIn ? 1 : -1));
    this.tellState();
    return check;
  }

  /** The server answered. What this door has decided already stays as it was said to the person; failing is no decision. */
  settled(list) {
    for (const { id, outcome, reason, settlement } of list) {
      const check = this.checks.get(id);
      if (!["asked", "not_kept"].includes(check?.verdict)) continue;
      Object.assign(check, { trouble: null, isLoose: false });
      const isRefused = outcome === "rejected" || outcome === "conflict";
      if (isRefused) check.why = settlement.not_accepted?.errors?.[0]?.detail ?? "";
      this.tellCard(this.decide(check, isRefused ? "refused" : VERDICTS.includes(reason) ? reason : null, false));
    }
    clearTimeout(this.recount);
    this.recount = setTimeout(() => this.feed.nudge(), RECOUNT_MS);
  }

  tellCard(check) {
    this.desk.tell("card", { card: { ...check } });
  }
}
