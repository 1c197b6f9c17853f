// Between mobile-core's sync machine and `fetch`: what to send and when is decided there, by the loops of
// scan/sync.js and core-worker.js.

const REQUEST_LIMIT_MS = 30_000; // a stalled hall network is given up after this

export const random = () => crypto.getRandomValues(new Uint8Array(16));
export const clocks = () => [Date.now(), performance.now()];

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
