// Everything that belongs to a pairing: the captures with their sync, what is known of leads and badges,
// and what the server tells meanwhile. A capture is shown once it is on disk, not before.

import { CaptureQueue } from "../capture-queue.js";
import { Book, holderOf } from "./book.js";
import { Feed } from "./feed.js";
import { NOWHERE, openStorage } from "./storage.js";
import { Sync } from "./sync.js";

const WEEK_MS = 7 * 24 * 3_600_000;

/** Everything that belongs to the pairing. */
export class Desk {
  /**
   * Opens what this phone kept for a pairing.
   * @param core what `loadCore` gave
   * @param tell called with an event and what belongs to it
   */
  static async open(core, tell, pairing, { names, shift }) {
    const storage = await openStorage("scans");
    const memory = await openStorage("memory").catch(() => NOWHERE);
    const desk = new Desk();
    Object.assign(desk, { core, tell, pairing, shift, storage, memory, notes: recall(memory), loose: new Set() });
    desk.queue = new CaptureQueue(core, storage, { token: pairing.token });
    const place = pairing.exhibitor?.id ?? pairing.event.id;
    desk.queue.kept.deliver_to(place, desk.queue.newId());
    // Paired elsewhere before: what was taken there is delivered there, and not shown here.
    if (desk.notes.place !== place) desk.notes = { place, since: desk.notes.place ? Date.now() : 0 };
    const holder = pairing.member?.id;
    if (desk.notes.isOwn && desk.notes.holder !== holder) Object.assign(desk.notes, { leads: [], seen: undefined, seq: null });
    desk.notes.holder = holder;
    desk.seen = new core.SeenBadges(desk.notes.seen);
    desk.book = new Book(core, names);
    const isHere = ({ capture }) => Date.parse(capture.captured_at) >= (desk.notes.since ?? 0);
    desk.book.fill(desk.queue.kept.captures().filter(isHere));
    desk.book.restore(desk.notes.leads ?? []);
    desk.useNames(names);
    desk.filter = desk.notes.filter ? desk.filterOf(Uint8Array.from(atob(desk.notes.filter), (c) => c.charCodeAt(0))) : null;
    try {
      if (desk.notes.eventEndsAt && Date.now() > Date.parse(desk.notes.eventEndsAt) + WEEK_MS) desk.queue.kept.forget_sent();
      await storage.settled();
    } catch {
      // Sending says what is wrong with the storage, and tries again: what was kept before can be sent without it.
    }
    desk.sync = new Sync(desk.queue, storage, { settled: (list) => desk.settled(list), changed: () => desk.changed() });
    desk.sync.start();
    // Who may hold the phone and what is asked, as they were told last: there may be no network.
    if (desk.notes.crew) tell("crew", { crew: desk.notes.crew });
    desk.follow();
    return desk;
  }

  /** Begins to follow the stand; a door has a feed of its own. */
  follow() {
    if (!this.pairing.exhibitor) return;
    this.feed?.stop();
    if (this.isEnded) return;
    const place = { eventId: this.pairing.event.id, exhibitorId: this.pairing.exhibitor.id, token: this.pairing.token };
    this.feed = new Feed(place, {
      crew: (crew) => this.takeCrew(crew),
      lead: (lead) => this.hear(lead),
      frame: (frame) => this.frame(frame),
      filterVersion: () => this.filter?.version(),
      filter: (bytes) => this.takeFilter(bytes),
      moved: (seq) => { this.notes.seq = seq; this.remember(); },
    }, this.notes);
  }

  useNames({ leads, hours }) {
    this.seen.keep_names(leads, hours, Date.now());
    this.book.keep = { leads, hours };
    this.book.tidy();
  }

  state() {
    const { kept } = this.queue;
    return {
      ...this.sync.state(), unsent: kept.unsent_count(), stranded: kept.stranded_count(),
      notAccepted: kept.not_accepted().length, isAccessEnded: this.isEnded,
    };
  }

  tellState() {
    this.tell("state", { state: this.state() });
  }

  /** Access has ended: nothing of the event is shown any more. */
  get isEnded() {
    return this.queue.kept.is_access_ended();
  }

  changed() {
    if (this.isEnded && !this.hasForgotten) {
      // What was captured stays and is delivered; what was told about people goes.
      this.hasForgotten = true;
      this.forgetPeople();
      this.feed?.stop();
    } else if (this.hasForgotten && !this.isEnded) {
      this.hasForgotten = false;
      this.follow(); // paired again
    }
    if (this.loose.size > 0 && !this.storage.trouble) {
      const kept = [...this.loose].filter((id) => this.cards?.has(id));
      this.loose.clear();
      for (const id of kept) this.tell("card", { card: this.card(id) });
    }
    this.tellState();
  }

  forgetPeople() {
    this.seen.forget();
    this.book.forgetDetails();
    this.remember();
  }

  /** Keeps a capture; gives its entry once it is on disk, or in `loose` where only memory took it. */
  async take(fields) {
    const { member_id: memberId, operator } = this.shift ?? {};
    const whole = { ...(memberId ? { member_id: memberId } : {}), ...(operator ? { operator } : {}), ...fields };
    const id = this.queue.newId();
    const [at, since] = [Date.now(), performance.now()];
    // What failed a while ago may go by now.
    await this.storage.settled();
    this.queue.kept.push(id, whole, at, since);
    try {
      await this.storage.settled();
    } catch (error) {
      if (this.storage.isLost) throw error;
      // It has its number and may be sent at any time: it counts, and until there is room this page alone has it.
      this.loose.add(id);
    }
    const entry = this.book.add({ ...whole, id, captured_at: new Date(at).toISOString() });
    this.sync.nudge();
    this.changed();
    return { id, entry };
  }

  /** Takes a scan and says what is known of the badge, or whose of the team it is. */
  async scan(code, entry) {
    // A colleague's badge is no scan of a visitor: it offers to change who scans.
    const colleague = this.notes.crew?.members.find(({ badges }) => badges?.includes(code));
    if (colleague) return { colleague: { id: colleague.id, name: colleague.name } };
    const known = this.seen.earlier(code, Date.now());
    const taken = await this.take({ kind: "scan", code, entry });
    const { isPractice, key } = taken.entry;
    const earlier = isPractice ? null : known;
    this.seen.scanned(code, this.shift?.name ?? this.pairing.device_name, Date.now());
    const verdict = isPractice || !this.filter ? null : this.filter.verdict(code);
    this.cards = new Map([[taken.id, { earlier, verdict, cameBy: entry }], ...[...(this.cards ?? [])].slice(0, 20)]);
    return { ...this.card(taken.id), key };
  }

  card(captureId) {
    const entry = this.book.entryOf(captureId);
    const { earlier, verdict, outcome, reason, cameBy } = this.cards.get(captureId);
    const isSent = !entry.unsent.has(captureId);
    const isLoose = !isSent && this.loose.has(captureId);
    return { captureId, earlier, verdict, outcome, reason, cameBy, isSent, isLoose, ...this.book.view(entry) };
  }

  /** An answer came: details follow, or a reason why not. */
  settled(list) {
    this.door?.settled(list);
    for (const { id, outcome, reason, settlement, lead } of list) {
      const entry = this.book.entryOf(id);
      if (!entry) continue;
      if (settlement.sent) this.book.mark(id, settlement.sent);
      else entry.unsent.delete(id);
      if (lead) {
        const card = this.cards?.get(id);
        if (card && !card.earlier) card.earlier = earlierOf(lead, id);
        this.seen.heard(entry.code ?? undefined, lead, Date.now());
        this.book.hear(lead);
      }
      if (this.cards?.has(id)) {
        Object.assign(this.cards.get(id), { outcome, reason });
        this.tell("card", { card: this.card(id) });
      }
    }
    this.changed();
    this.leadsChanged();
    this.remember();
  }

  takeCrew(crew, endsAt = crew.event_ends_at) {
    this.notes.eventEndsAt = endsAt;
    this.notes.isOwn = crew.each_sees_only_their_own;
    this.notes.crew = crew;
    // Kept before it is shown: the next start may be without network.
    this.rememberNow();
    this.tell("crew", { crew });
  }

  /** Where each sees only their own leads, those of the phone's member are not the next person's to see. */
  get isForAnother() {
    return this.notes.isOwn && holderOf(this.shift) !== (this.pairing.member?.id ?? null);
  }

  hear(lead, code) {
    if (this.isForAnother) return;
    this.seen.heard(code, lead, Date.now());
    this.book.hear(lead);
    this.leadsChanged();
    this.remember();
  }

  frame(frame) {
    if (frame.type === "lead.merged") this.book.mergeLead(frame.merged_id, frame.lead.id);
    this.hear(frame.lead, frame.capture?.code);
  }

  leadsChanged() {
    this.telling ??= setTimeout(() => { this.telling = null; this.tell("leads"); }, 200);
  }

  filterOf(bytes) {
    try {
      return new this.core.BadgeFilter(bytes);
    } catch {
      return null;
    }
  }

  takeFilter(bytes) {
    try {
      if (this.filter) this.filter.update(bytes);
      else this.filter = new this.core.BadgeFilter(bytes);
    } catch {
      this.filter = this.filterOf(bytes); // a whole one, or none until the next time
    }
    if (!this.filter) return;
    const kept = this.filter.to_bytes();
    let text = "";
    for (let at = 0; at < kept.length; at += 8192) text += String.fromCharCode(...kept.subarray(at, at + 8192));
    this.notes.filter = btoa(text);
    this.remember();
  }

  /** Keeps what was told, soon: it can be asked for again, so nothing waits for it. */
  remember() {
    this.remembering ??= setTimeout(() => this.rememberNow(), 500);
  }

  rememberNow() {
    clearTimeout(this.remembering);
    this.remembering = null;
    Object.assign(this.notes, { seen: this.seen.to_json(), leads: this.book.toJson() });
    try {
      this.memory.replace(new TextEncoder().encode(JSON.stringify(this.notes)));
    } catch {
      // A full disk: scans matter more, and they say so themselves.
    }
  }

  async close() {
    this.feed?.stop();
    await this.sync.stop();
    this.rememberNow();
    await this.memory.settled().catch(() => {});
    this.queue.kept.free();
    this.storage.close();
    this.memory.close();
  }
}

function recall(memory) {
  try {
    return JSON.parse(new TextDecoder().decode(memory.load()));
  } catch {
    return {};
  }
}

/** The newest scan of a lead besides this one, as the phone would have told it. */
function earlierOf(lead, captureId) {
  const scan = lead.scans.find(({ id }) => id !== captureId);
  if (!scan) return null;
  const { first_name: first, last_name: last } = lead.registration ?? lead.contact ?? {};
  const whom = [first, last].filter(Boolean).join(" ") || null;
  return { who: scan.member_name ?? scan.operator ?? scan.device_name, whom, at: scan.at, rating: lead.rating };
}
