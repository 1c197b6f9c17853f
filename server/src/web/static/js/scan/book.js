// What this phone knows of leads: its own captures, which stay, and details that the server told, of
// which few stay and not for long. Folding is mobile-core's; here is the bookkeeping around it.

const HOUR_MS = 3_600_000;
const CONTACT = ["first_name", "last_name", "company", "job_title", "email", "phone", "country"];

/** Whose a capture or a shift is: of a member of the team, or of a temp, who has a name only. */
export const holderOf = (one) => one?.member_id ?? one?.operator ?? null;

export class Book {
  /** @param core what `loadCore` gave; `keep`: {leads, hours}, how many details may stay for how long */
  constructor(core, keep) {
    this.core = core;
    this.keep = keep;
    this.entries = new Map(); // by the key of the code, or by the id of a lead without one
    this.ids = new Map(); // entry by capture id
    this.leads = new Map(); // {lead, heardAt} by lead id, the newest last
  }

  /** Fills it with what the queue holds. */
  fill(captures) {
    for (const { id, capture, settlement } of captures) {
      this.add({ ...capture, id }, settlement === null);
      if (settlement?.sent) this.mark(id, settlement.sent);
      else if (settlement) this.entryOf(id).unsent.delete(id);
    }
  }

  /** Adds a capture; gives its entry. */
  add(capture, isUnsent = true) {
    const known = capture.annuls && this.ids.get(capture.annuls);
    const entry = known ?? this.entry(capture);
    entry.log.push({ capture });
    if (isUnsent) entry.unsent.add(capture.id);
    this.ids.set(capture.id, entry);
    entry.folded = null;
    const at = Date.parse(capture.captured_at);
    entry.at = Math.max(entry.at, at);
    if (capture.kind === "scan") entry.scannedAt = Math.max(entry.scannedAt, at);
    entry.members.add(holderOf(capture));
    return entry;
  }

  entry({ code, lead_id: leadId }) {
    const badge = code ? this.core.parse(code) : null;
    const key = badge ? badge.key : `lead ${leadId}`;
    if (!this.entries.has(key)) {
      this.entries.set(key, {
        key, code: code ?? null, leadId: leadId ?? null, isPractice: badge?.kind === "practice",
        carried: badge?.contact ?? {}, log: [], unsent: new Set(), at: 0, scannedAt: 0, members: new Set(), folded: null,
      });
    }
    return this.entries.get(key);
  }

  entryOf(captureId) {
    return this.ids.get(captureId);
  }

  find(key) {
    return this.entries.get(key) ?? this.ofLead(key.replace("lead ", ""));
  }

  /** Something was settled: {corrected_at, lead_id}. */
  mark(id, { corrected_at: correctedAt, lead_id: leadId }) {
    const entry = this.ids.get(id);
    if (!entry) return;
    entry.unsent.delete(id);
    entry.leadId = leadId ?? entry.leadId;
    const line = entry.log.find(({ capture }) => capture.id === id);
    if (line && correctedAt) line.corrected_at = correctedAt;
    entry.folded = null;
  }

  /** The server told of a lead. */
  hear(lead, now = Date.now(), isOld = false) {
    const known = this.leads.get(lead.id);
    if (known && known.lead.version > lead.version) return;
    this.bringHome(lead);
    this.leads.delete(lead.id);
    const heard = { lead, heardAt: now };
    if (isOld) this.leads = new Map([[lead.id, heard], ...this.leads]);
    else this.leads.set(lead.id, heard);
    this.tidy(now);
  }

  /** A lead went into another: `into` is the id of the one that stays. */
  mergeLead(id, into) {
    this.leads.delete(id);
    for (const entry of this.entries.values()) if (entry.leadId === id) entry.leadId = into;
  }

  /** Leads are merged and come apart again: an entry is of the lead that names its newest scan. */
  bringHome({ id, scans }) {
    for (const scan of scans) {
      const entry = this.ids.get(scan.id);
      const newest = entry?.log.findLast(({ capture }) => capture.kind === "scan");
      if (newest?.capture.id === scan.id) entry.leadId = id;
    }
  }

  /** Takes away what may stay no longer. */
  tidy(now = Date.now()) {
    for (const [id, { heardAt }] of this.leads) {
      const isOld = Math.abs(now - heardAt) > this.keep.hours * HOUR_MS;
      if (isOld || this.leads.size > this.keep.leads) this.leads.delete(id);
    }
  }

  known(entry) {
    return entry.leadId ? (this.leads.get(entry.leadId)?.lead ?? null) : null;
  }

  folded(entry) {
    entry.folded ??= this.core.fold(entry.log);
    return entry.folded;
  }

  /** An entry as a card or a row shows it: what the server told, and over it what is not yet sent. */
  view(entry) {
    const lead = this.known(entry);
    const own = this.folded(entry);
    const late = lead ? this.late(entry) : own;
    // Names stay no longer than the server's details may, unless this phone alone has them.
    const mayName = lead !== null || entry.unsent.size > 0;
    const typed = mayName ? { ...(lead?.contact ?? {}), ...late.contact } : {};
    // The server says what of a code may be shown; until then it is what the code says itself.
    const carried = lead || !mayName ? {} : entry.carried;
    const contact = { ...carried, ...typed, ...filled(lead?.registration ?? {}) };
    const notes = lead ? [...lead.notes, ...late.notes] : own.notes;
    return {
      key: entry.key, code: entry.code, leadId: entry.leadId, isPractice: entry.isPractice,
      name: [contact.first_name, contact.last_name].filter(Boolean).join(" "),
      company: contact.company ?? "", job: contact.job_title ?? "", contact, typed,
      hasRegistration: Boolean(lead?.registration), isKnown: lead !== null,
      consentState: lead?.consent ?? null, match: lead?.match ?? null,
      rating: late.rating !== undefined && late.rated ? late.rating : (lead?.rating ?? own.rating),
      tags: lead ? merged(lead.tags, late.tags, late.removed) : own.tags,
      notes: notes.map(({ text, at, member_name: by }) => ({ text, at, by: by ?? null })),
      answers: given({ ...(lead?.answers ?? own.answers), ...late.answers }),
      marketing: late.consents.marketing ?? lead?.marketing_consent ?? own.consents.marketing ?? null,
      by: lead?.scans[0]?.member_name ?? lead?.scans[0]?.operator ?? null,
      isMine: entry.log.length > 0, at: entry.scannedAt || entry.at, unsent: entry.unsent.size,
    };
  }

  /** What of an entry the server does not have yet. */
  late(entry) {
    const log = entry.log.filter(({ capture }) => entry.unsent.has(capture.id));
    const late = log.length > 0 ? this.core.fold(log) : { contact: {}, notes: [], tags: [], consents: {}, rating: null };
    // As they were given: one that was taken back has to hide what the server told.
    const answers = Object.assign({}, ...log.map(({ capture }) => (capture.kind === "answers" ? capture.answers : {})));
    const rated = log.some(({ capture }) => capture.kind === "rating");
    const removed = log.flatMap(({ capture }) => (capture.kind === "tags" ? (capture.remove ?? []) : []));
    return { ...late, answers, rated, removed };
  }

  /** Rows of the list, newest first. `member`: whose alone, where each sees only their own. */
  rows(query, { member } = {}) {
    this.tidy();
    const byLead = new Map();
    const others = new Set(); // leads that somebody else made on this phone
    for (const entry of this.entries.values()) {
      const isGone = entry.isPractice || (member !== undefined && !entry.members.has(member));
      if (isGone) others.add(entry.leadId);
      if (isGone || this.folded(entry).is_hidden) continue;
      const key = entry.leadId ?? entry.key;
      const earlier = byLead.get(key);
      if (!earlier || earlier.at < entry.at) byLead.set(key, this.view(entry));
    }
    // Theirs too where they scanned it on another phone, or have it in hand.
    const isTheirs = ({ owner, scans }) => member && (owner === member || scans.some((scan) => !scan.operator && scan.member === member));
    for (const [id, { lead }] of this.leads) if (!byLead.has(id) && (!others.has(id) || isTheirs(lead))) byLead.set(id, this.view(this.ofLead(id)));
    const words = plain(query).split(/\s+/).filter(Boolean);
    const has = (row) => {
      const text = plain([row.name, row.company, row.job, row.code, ...row.tags, ...row.notes.map((n) => n.text)].join(" "));
      return words.every((word) => text.includes(word));
    };
    return [...byLead.values()].filter(has).sort((a, b) => b.at - a.at);
  }

  /** An entry for a lead that only colleagues scanned. */
  ofLead(id) {
    for (const entry of this.entries.values()) if (entry.leadId === id) return entry;
    const lead = this.leads.get(id)?.lead;
    if (!lead) return null;
    const at = Date.parse(lead.last_scanned_at ?? lead.first_scanned_at ?? 0) || 0;
    return {
      key: `lead ${id}`, code: null, leadId: id, isPractice: false, carried: {}, log: [], unsent: new Set(), at,
      scannedAt: at, members: new Set(), folded: null,
    };
  }

  /** Another person holds the phone now, and may not see what the former one saw. */
  forgetDetails() {
    this.leads.clear();
  }

  toJson() {
    return [...this.leads.values()];
  }

  restore(leads) {
    for (const { lead, heardAt } of leads) {
      this.bringHome(lead);
      this.leads.set(lead.id, { lead, heardAt });
    }
    this.tidy();
  }
}

const plain = (text) => (text ?? "").toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const filled = (contact) => Object.fromEntries(CONTACT.filter((name) => contact[name]).map((name) => [name, contact[name]]));
const given = (answers) => Object.fromEntries(Object.entries(answers ?? {}).filter(([, value]) => value !== null));
const merged = (tags, added, removed) => [...new Set([...tags.filter((tag) => !removed.includes(tag)), ...added])].sort();
