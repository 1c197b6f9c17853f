// The loop between mobile-core's sync machine and `fetch`: what to send and when is decided there.

const REQUEST_LIMIT_MS = 30_000; // a stalled hall network is given up after this

const random = () => crypto.getRandomValues(new Uint8Array(16));
const clocks = () => [Date.now(), performance.now()];

export class CaptureQueue {
  /**
   * @param core what `loadCore` gave
   * @param storage see queue-storage.js
   * @param {{token: string, exhibitorId?: string, url?: string}} options `token`: of the device
   */
  constructor(core, storage, { token, exhibitorId, url = "/api/v1/captures" }) {
    this.core = core;
    this.kept = new core.CaptureQueue(storage, this.newId(), exhibitorId);
    this.url = url;
    this.token = token;
    this.heard = null; // the head of the last answer, by whomever; null when none came
  }

  newId() {
    return this.core.make_id(Date.now(), random());
  }

  /** Takes a capture. Show it as taken once this returned. */
  take(fields) {
    const id = this.newId();
    return { id, seq: this.kept.push(id, fields, ...clocks()) };
  }

  useToken(token) {
    this.token = token;
    this.kept.token_changed(...clocks(), random());
  }

  /** Sends until nothing is left or the time is up; answers how it ended and what was settled. */
  async deliver(limitMs = 60_000) {
    const end = performance.now() + limitMs;
    const settled = [];
    let step = this.kept.woke(...clocks(), random());
    for (;;) {
      settled.push(...step.settled);
      const { type, value } = step.action;
      if (type === "pair_again") return { end: "pair_again", trouble: value, settled };
      if (type === "send") {
        step = await this.send(value);
      } else if (type === "await_answer") {
        // Only after an earlier call was cut off: its answer will not come.
        step = this.kept.failed(...clocks(), random());
      } else {
        if (this.kept.unsent_count() === 0) return { end: "done", settled };
        const pause = value / 1000 - performance.now();
        if (performance.now() + pause >= end) return { end: "time_up", connection: this.kept.connection(), settled };
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, pause)));
        step = this.kept.woke(...clocks(), random());
      }
    }
  }

  async send(body) {
    this.heard = null;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          accept: "application/json, application/problem+json",
          authorization: `Bearer ${this.token}`,
        },
        redirect: "manual", // a server of ours never redirects, a captive portal does
        cache: "no-store",
        signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
      });
      const head = {
        status: answer.status,
        content_type: answer.headers.get("content-type"),
        retry_after: answer.headers.get("retry-after"),
      };
      const bytes = new Uint8Array(await answer.arrayBuffer());
      this.heard = head;
      return this.kept.answered(head, bytes, ...clocks(), random());
    } catch (error) {
      if (error instanceof DOMException || error instanceof TypeError) {
        return this.kept.failed(...clocks(), random());
      }
      throw error; // the storage failed: the caller shows it and tries again
    }
  }
}
