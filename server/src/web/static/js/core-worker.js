// Decodes, parses, folds and keeps captures away from the page. Each message is {id, call, …}; the
// answer is {id, value} or {id, error}. Begin with {call: "load"}: it answers which build was loaded.
//
//   load    {build?}                -> {simd}
//   decode  {data, picture}         -> codes, and `ms`, what decoding took
//   image   {bitmap, effort?}       -> the same, from an ImageBitmap, which is closed
//   parse   {text}                  -> what the code means
//   fold    {log}                   -> the lead that captures add up to
//   open    {name?, token, exhibitorId?}  -> the queue's state; opens the captures of this browser
//   take    {fields}                -> {id, seq}, once it is kept
//   deliver {limitMs?}              -> {end, settled, …}
//   state                           -> {unsent, captures, notAccepted, connection}
//   close                           -> lets another tab open the queue

import { CaptureQueue, clocks, random } from "./capture-queue.js";
import { hasSimd, loadCore } from "./core.js";
import { QueueStorage } from "./queue-storage.js";

let core;
let decoder;
let canvas;
let storage;
let queue;

function decode(data, picture) {
  const begun = performance.now();
  const codes = decoder.decode(data, picture);
  return { codes, ms: performance.now() - begun };
}

/** Takes a capture. Show it as taken once this returned. */
function take(fields) {
  const id = queue.newId();
  return { id, seq: queue.kept.push(id, fields, ...clocks()) };
}

/** Sends until nothing is left or the time is up; answers how it ended and what was settled. */
async function deliver(limitMs = 60_000) {
  const { kept } = queue;
  const end = performance.now() + limitMs;
  const settled = [];
  let step = kept.woke(...clocks(), random());
  for (;;) {
    settled.push(...step.settled);
    const { type, value } = step.action;
    if (type === "pair_again") return { end: "pair_again", trouble: value, settled };
    if (type === "send") {
      step = await queue.send(value);
    } else if (type === "await_answer") {
      // Only after an earlier call was cut off: its answer will not come.
      step = kept.failed(...clocks(), random());
    } else {
      if (kept.unsent_count() === 0) return { end: "done", settled };
      const pause = value / 1000 - performance.now();
      if (performance.now() + pause >= end) return { end: "time_up", connection: kept.connection(), settled };
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, pause)));
      step = kept.woke(...clocks(), random());
    }
  }
}

const calls = {
  async load({ build }) {
    core = await loadCore(build);
    decoder = new core.BadgeDecoder();
    return { simd: build ? build === "core-simd" : hasSimd };
  },
  decode: ({ data, picture }) => decode(data, picture),
  image({ bitmap, effort = "preview" }) {
    const { width, height } = bitmap;
    canvas ??= new OffscreenCanvas(width, height);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    const { data } = context.getImageData(0, 0, width, height);
    return decode(data, { width, height, layout: "rgba", effort });
  },
  parse: ({ text }) => core.parse(text),
  fold: ({ log }) => core.fold(log),
  async open({ name, ...options }) {
    storage = await QueueStorage.open(name);
    queue = new CaptureQueue(core, storage, options);
    return calls.state();
  },
  take: ({ fields }) => take(fields),
  deliver: ({ limitMs }) => deliver(limitMs),
  state: () => ({
    unsent: queue.kept.unsent_count(),
    captures: queue.kept.captures(),
    notAccepted: queue.kept.not_accepted(),
    connection: queue.kept.connection(),
  }),
  close() {
    queue.kept.free();
    storage.close();
  },
};

self.addEventListener("message", async ({ data: { id, call, ...rest } }) => {
  try {
    self.postMessage({ id, value: await calls[call](rest) });
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
});
