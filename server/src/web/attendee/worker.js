// The service worker of the attendee's area. It keeps the badge, so that its code shows in a hall
// without network. The server writes ASSETS above: where the styles and modules are. Everything is
// asked of the network first, and signing out forgets what was kept.

const NAME = "attendee";
const isBadge = (path) => /^\/attendee\/[0-9a-f-]{36}(\/badge\.svg)?$/.test(path);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && pathname === "/attendee/sign-out") event.waitUntil(caches.delete(NAME));
  else if (request.method === "GET" && (isBadge(pathname) || pathname.startsWith(`${ASSETS}/`))) event.respondWith(fresh(request));
});

async function fresh(request) {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request.url, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}
