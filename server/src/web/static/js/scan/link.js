// The page's end of the worker: questions with answers, and what the worker tells by itself.

/** How long after a finger is lifted its tap is still on the way, and how long one may stay. */
const TAP_MS = 60;
const PRESS_MS = 2000;
const LOOK_MS = 10;
let lifted;
let lift = Promise.resolve();
const free = () => {
  lifted?.();
  lifted = null;
};
addEventListener("pointerdown", () => {
  if (!lifted) lift = new Promise((yes) => { lifted = yes; });
  setTimeout(free, PRESS_MS);
}, true);
for (const up of ["pointerup", "pointercancel"]) addEventListener(up, () => setTimeout(free, TAP_MS), true);

/** When no finger is on the screen: what is drawn anew under one takes no tap. */
export const handsOff = () => lift;

/** When whoever waited for an answer has gone on. Timers would make a page wait that nobody looks at. */
const nextTask = () => new Promise((go) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { port1.close(); go(); };
  port2.postMessage(null);
});

export class Link {
  constructor() {
    // Its own address is in the service worker's scope, so that it starts without network too.
    this.worker = new Worker("/scan/worker.js", { type: "module" });
    this.waiting = new Map();
    this.listeners = new Map();
    this.told = Promise.resolve(); // when what the worker said last has been heard
    this.last = 0;
    this.worker.addEventListener("message", ({ data }) => this.heard(data));
    this.worker.addEventListener("error", (event) => this.failed(event.message || "the worker could not start"));
  }

  /** One after the other: a scan that shows is counted already, and its outcome finds it shown. */
  heard(message) {
    this.told = this.told.then(() => message.event && handsOff()).then(() => this.tell(message)).catch(reportError).then(nextTask);
  }

  tell({ event, ...rest }) {
    if (event) this.listeners.get(event)?.forEach((listen) => listen(rest));
    else this.answered(rest);
  }

  answered({ id, value, error, name }) {
    const asked = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) asked?.yes(value);
    else asked?.no(Object.assign(new Error(error), { name }));
  }

  /** When the worker has answered all that it was asked. */
  async quiet() {
    while (this.waiting.size > 0) await new Promise((go) => setTimeout(go, LOOK_MS));
  }

  failed(message) {
    for (const { no } of this.waiting.values()) no(new Error(message));
    this.waiting.clear();
  }

  /** Asks the worker; `transfer` holds what it gets for good, such as pictures. */
  ask(call, asked = {}, transfer = []) {
    return new Promise((yes, no) => {
      this.last += 1;
      this.waiting.set(this.last, { yes, no });
      this.worker.postMessage({ id: this.last, call, asked }, transfer);
    });
  }

  /** Listens to an event; gives a function that stops it. */
  on(event, listen) {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(listen));
    return () => all.delete(listen);
  }

  end() {
    this.worker.terminate();
  }
}
