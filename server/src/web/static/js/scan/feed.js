// What a phone asks the server for besides delivering: the leads of the stand and, live, what colleagues
// scan; who may hold the phone; the badge filter. All of it may fail: scanning goes on.

import { Stream } from "../stream.js";

const LONGEST_PAUSE_MS = 60_000;
const REFRESH_MS = 10 * 60_000;
const NUDGED_MS = 30_000;
const NAMES = 50;

export class Feed extends Stream {
  /**
   * @param {{eventId, exhibitorId, token}} place
   * @param {{lead, frame, crew, filter, filterVersion, moved}} told what to do with what comes
   * @param state {seq} of an earlier run
   */
  constructor(place, told, state) {
    super(state.seq ?? null, LONGEST_PAUSE_MS);
    Object.assign(this, { place, told, filterTag: null, refreshedAt: -Infinity });
    this.run();
  }

  stop() {
    super.stop();
    this.aborting?.abort();
  }

  nudge() {
    // Looked at again after a while: the questions may have changed.
    if (performance.now() - this.refreshedAt > NUDGED_MS) this.refreshedAt = -Infinity;
    super.nudge();
  }

  async prepare() {
    if (performance.now() - this.refreshedAt > REFRESH_MS) await this.refresh();
  }

  async refresh() {
    const { eventId, exhibitorId } = this.place;
    this.told.crew(await this.json(`exhibitors/${exhibitorId}/crew`));
    if (this.since === null) this.moveTo(await this.list());
    // Without a filter every badge is "saved, details follow": no reason to stop.
    await this.filter(`events/${eventId}/badge-filter`).catch(() => {});
    this.refreshedAt = performance.now();
  }

  async list() {
    const { items, seq } = await this.json(`exhibitors/${this.place.exhibitorId}/leads?limit=${NAMES}`);
    for (const lead of items.reverse()) this.told.lead(lead, null);
    return seq;
  }

  async filter(path) {
    const since = this.told.filterVersion();
    const answer = await this.ask(since ? `${path}?since=${since}` : path, this.filterTag ? { "if-none-match": this.filterTag } : {});
    if (answer.status !== 200) return;
    this.filterTag = answer.headers.get("etag");
    this.told.filter(new Uint8Array(await answer.arrayBuffer()));
  }

  /** Until it is cut, woken, or old enough to look at everything again. */
  async follow() {
    const old = setTimeout(() => this.wake(), REFRESH_MS);
    try {
      await super.follow();
    } finally {
      clearTimeout(old);
    }
  }

  socket() {
    const { exhibitorId, token } = this.place;
    // Browsers send no header with a socket; the protocols it asks for are the one place beside the address.
    return this.socketAt(`/api/v1/exhibitors/${exhibitorId}/live`, ["leadline", `bearer.${token}`]);
  }

  poll(since, wait, signal) {
    return this.json(`exhibitors/${this.place.exhibitorId}/feed?since=${since}&wait=${wait}`, signal);
  }

  frame(frame) {
    if (frame.lead) this.told.frame(frame);
  }

  moved(seq) {
    this.told.moved(seq);
  }

  broken(error) {
    console.warn("what colleagues scan cannot be read now:", error.message);
  }

  async json(path, signal) {
    return (await this.ask(path, {}, signal)).json();
  }

  async ask(path, headers = {}, signal = undefined) {
    const aborting = new AbortController();
    this.aborting = aborting;
    signal?.addEventListener("abort", () => aborting.abort());
    const timer = setTimeout(() => aborting.abort(), LONGEST_PAUSE_MS);
    const answer = await fetch(`/api/v1/${path}`, {
      headers: { accept: "application/json", authorization: `Bearer ${this.place.token}`, ...headers },
      redirect: "manual",
      cache: "no-store",
      signal: aborting.signal,
    }).finally(() => clearTimeout(timer));
    if (!answer.ok && answer.status !== 304) throw Object.assign(new Error(`HTTP ${answer.status}`), { status: answer.status });
    return answer;
  }
}
