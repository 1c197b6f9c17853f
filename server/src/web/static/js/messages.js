// Conversations live: the list and the thread are read again from the server when something changes, so
// that nothing is drawn twice. The team follows its space's stream; an attendee waits for news.

import { api, pageData } from "./page.js";
import { LiveStream, ended, readAnew, showState } from "./live.js";

const AGAIN_AFTER_MS = 3000;
const READ_LIMIT_MS = 30_000;
const GATHER_MS = 60;
const data = pageData();
const thread = () => document.getElementById("thread");

function toEnd() {
  const box = thread();
  if (box) box.scrollTop = box.scrollHeight;
}

/** Tells the server what the reader has seen. */
async function noteRead() {
  const box = thread();
  if (!box || document.hidden || box.dataset.noted === box.dataset.last) return;
  const { last } = box.dataset;
  box.dataset.noted = last;
  await api(box.dataset.read, { method: "POST", body: { number: Number(last) } }).catch(() => {
    // Told the next time.
    if (box.dataset.noted === last) box.dataset.noted = "";
  });
}

/** Exchanges the parts that change; what is being typed stays. Gives the place in the feed that they are of. */
async function read() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(READ_LIMIT_MS) });
  if (answer.status === 429 || answer.status >= 500) throw new Error(`status ${answer.status}`);
  if (answer.redirected || !answer.ok) return readAnew();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const box = thread();
  const wasAtEnd = !box || box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  for (const part of page.querySelectorAll("[data-swap]")) {
    const here = document.querySelector(`[data-swap="${part.dataset.swap}"]`);
    if (!here || here.contains(document.activeElement?.closest("form") ?? null)) continue;
    // Who reads further up is not taken to the end.
    if (here.dataset.noted) part.dataset.noted = here.dataset.noted;
    here.replaceWith(document.adoptNode(part));
  }
  if (wasAtEnd) toEnd();
  noteRead();
  return pageData(page).seq;
}

/** One after the other, so that no older page comes over a newer one. */
let reading = Promise.resolve();
const refresh = () => (reading = reading.then(read, read));

/** Gathered, so that a burst is read once; what cannot be read is read later. */
let due;
function soon(after = GATHER_MS) {
  due ??= setTimeout(() => {
    due = undefined;
    refresh().catch(() => soon(AGAIN_AFTER_MS));
  }, after);
}

function follow() {
  return new LiveStream({
    live: data.live,
    feed: data.feed,
    since: data.seq,
    onState: (state, why) => {
      showState(document.getElementById("live"), state, why);
      ended(why);
    },
    onResync: refresh,
    onFrame: (frame) => {
      if (frame.type !== "conversation.changed") return;
      if (!data.conversation || frame.conversation_id === data.conversation) soon();
    },
  });
}

async function waitForNews() {
  let since = data.state;
  for (;;) {
    try {
      const news = await api(`${data.news}?since=${since}&wait=25`);
      if (news.state !== since) {
        since = news.state;
        soon();
      }
    } catch (error) {
      if (error.status === 401) return ended("signed_out");
      if (error.status === 404) return ended("withdrawn");
      await new Promise((done) => { setTimeout(done, AGAIN_AFTER_MS); });
    }
  }
}

document.addEventListener("visibilitychange", noteRead);
// manage.js has the page read anew after a message was sent; the end is what its writer looks for.
new MutationObserver(() => { if (thread() && thread().dataset.noted === undefined) { toEnd(); noteRead(); } })
  .observe(document.querySelector(".frame-page, body"), { childList: true, subtree: true });
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form[data-message]")?.requestSubmit();
});

toEnd();
noteRead();
if (data.live) follow();
else if (data.news) waitForNews();
