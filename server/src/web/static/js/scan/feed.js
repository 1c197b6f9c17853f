// What a phone asks the server for besides delivering: the leads of the stand and, live, what colleagues
// scan; who may hold the phone; the badge filter. All of it may fail: scanning goes on.

const LONGEST_PAUSE_MS = 60_000;
const REFRESH_MS = 10 * 60_000;
const NUDGED_MS = 30_000;
const NAMES = 50;
const SILENT_MS = 50_000; // the server says `head` every 20 s
const CUTS_BEFORE_POLLING = 2;
const SOCKET_AGAIN_MS = 120_000;

export class Feed {
  /**
   * @param {{eventId, exhibitorId, token}} place
   * @param {{lead, gone, crew, filter, moved}} told what to do with what comes
   * @param state {seq, filterVersion} of an earlier run
   */
  constructor(place, told, state) {
    Object.assign(this, { place, told, seq: state.seq ?? null, filterTag: null, failures: 0, isStopped: false });
    this.refreshedAt = -Infinity;
    this.cuts = 0;
    this.run();
  }

  stop() {
    this.isStopped = true;
    this.aborting?.abort();
    this.wake?.();
  }

  /** The network is back, or the person wants it now. */
  nudge() {
    this.failures = 0;
    // Looked at again after a while: the questions may have changed.
    if (performance.now() - this.refreshedAt > NUDGED_MS) this.refreshedAt = -Infinity;
    this.wake?.();
  }

  async run() {
    while (!this.isStopped) {
      try {
        if (performance.now() - this.refreshedAt > REFRESH_MS) await this.refresh();
        await this.follow();
        this.failures = 0;
      } catch (error) {
        if (this.isStopped) return;
        console.warn("what colleagues scan cannot be read now:", error.message);
        const isRefused = error.status >= 400 && error.status < 500 && error.status !== 429;
        this.failures += 1;
        const pause = isRefused ? LONGEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** this.failures);
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, pause * (0.5 + Math.random() / 2));
          this.wake = () => { clearTimeout(timer); resolve(); };
        });
      }
    }
  }

  async refresh() {
    const { eventId, exhibitorId } = this.place;
    this.told.crew(await this.json(`exhibitors/${exhibitorId}/crew`));
    if (this.seq === null) await this.list();
    // Without a filter every badge is "saved, details follow": no reason to stop.
    await this.filter(`events/${eventId}/badge-filter`).catch(() => {});
    this.refreshedAt = performance.now();
  }

  async list() {
    const { items, seq } = await this.json(`exhibitors/${this.place.exhibitorId}/leads?limit=${NAMES}`);
    for (const lead of items.reverse()) this.told.lead(lead, null);
    this.moveTo(seq);
  }

  async filter(path) {
    const since = this.told.filterVersion();
    const answer = await this.ask(since ? `${path}?since=${since}` : path, this.filterTag ? { "if-none-match": this.filterTag } : {});
    if (answer.status !== 200) return;
    this.filterTag = answer.headers.get("etag");
    this.told.filter(new Uint8Array(await answer.arrayBuffer()));
  }

  /** By the socket; where that is cut twice before it says anything, by long poll for two minutes. */
  async follow() {
    if (this.cuts < CUTS_BEFORE_POLLING) return this.socket();
    this.pollingUntil ??= performance.now() + SOCKET_AGAIN_MS;
    if (performance.now() > this.pollingUntil) {
      this.cuts = CUTS_BEFORE_POLLING - 1;
      this.pollingUntil = null;
    }
    return this.poll();
  }

  /** What comes until the socket ends: cut, silent, woken, or old enough to look at everything again. */
  socket() {
    const { exhibitorId, token } = this.place;
    const url = new URL(`/api/v1/exhibitors/${exhibitorId}/live?since=${this.seq}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    // Browsers send no header with a socket; the protocols it asks for are the one place beside the address.
    const socket = new WebSocket(url, ["leadline", `bearer.${token}`]);
    const end = () => socket.close();
    this.wake = end;
    const old = setTimeout(end, REFRESH_MS);
    let silence = setTimeout(end, SILENT_MS);
    let isHeard = false;
    let turn = Promise.resolve();
    return new Promise((done, failed) => {
      socket.onmessage = ({ data }) => {
        isHeard = true;
        clearTimeout(silence);
        silence = setTimeout(end, SILENT_MS);
        turn = turn.then(() => this.take(JSON.parse(data))).catch(end);
      };
      socket.onclose = async ({ code }) => {
        clearTimeout(old);
        clearTimeout(silence);
        await turn;
        this.cuts = isHeard ? 0 : this.cuts + 1;
        if (isHeard || this.cuts >= CUTS_BEFORE_POLLING) done();
        else failed(Object.assign(new Error(`socket ${code}`), { status: code === 4403 ? 403 : 0 }));
      };
    });
  }

  /** Everything new, or the first thing that comes within 25 seconds. */
  async poll() {
    const { messages, seq } = await this.json(`exhibitors/${this.place.exhibitorId}/feed?since=${this.seq}&wait=25`);
    for (const message of messages) await this.take(message);
    this.moveTo(seq);
  }

  async take(message) {
    if (message.type === "resync") await this.list();
    else if (message.lead) this.told.frame(message);
    const seq = message.type === "head" ? message.head : message.seq;
    if (seq > this.seq) this.moveTo(seq);
  }

  moveTo(seq) {
    if (seq === this.seq) return;
    this.seq = seq;
    this.told.moved(seq);
  }

  async json(path) {
    return (await this.ask(path)).json();
  }

  async ask(path, headers = {}) {
    const aborting = new AbortController();
    this.aborting = aborting;
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
