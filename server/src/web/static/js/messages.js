// Conversations live: the list and the thread are read again from the server when something changes, so
// that nothing is drawn twice. The team follows its space's stream; an attendee waits for news.

import { api, pageData } from "./page.js";
import { LiveStream, showState } from "./live.js";

const AGAIN_AFTER_MS = 3000;
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
  box.dataset.noted = box.dataset.last;
  await api(box.dataset.read, { method: "POST", body: { number: Number(box.dataset.last) } }).catch(() => {});
}

/** Exchanges the parts that change; what is being typed stays. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (answer.redirected || !answer.ok) return location.reload();
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
  return noteRead();
}

// Gathered, so that a burst is read once.
let due;
const soon = () => { due ??= setTimeout(() => { due = undefined; refresh(); }, 60); };

function follow() {
  const chip = document.getElementById("live");
  return new LiveStream({
    live: data.live,
    feed: data.feed,
    since: data.seq,
    onState: (state, why) => {
      showState(chip, state, why);
      if (why === "withdrawn") location.reload();
    },
    onResync: async () => { await refresh(); return data.seq; },
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
      if (error.status === 401 || error.status === 404) return;
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
else waitForNews();
