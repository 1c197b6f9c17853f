// The service worker of the scanner. The server writes VERSION and FILES above: every file that the
// app needs, under the files' own version. Pages and files come from here first, so that the app opens
// without network; what the API says never does.

const NAME = `scan ${VERSION}`;
const SIMD = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
);

/** A phone needs one build of the WebAssembly: the one that core.js will choose. */
const wasm = `${VERSION}/wasm/${WebAssembly.validate(SIMD) ? "core-simd" : "core"}.wasm`;

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(NAME);
    await cache.addAll([...FILES, wasm]);
    await self.skipWaiting(); // an open page has loaded what it needs
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("scan ") && name !== NAME);
    // The last one stays: a page that it opened may fetch another of its files yet.
    await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === "/scan") event.respondWith(kept("/scan", request));
  else if (pathname.startsWith("/scan/")) event.respondWith(kept(pathname, request));
  else if (pathname.startsWith(`${VERSION}/`)) event.respondWith(kept(request, request));
  else if (pathname.startsWith("/static/")) event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
});

async function kept(key, request) {
  const cache = await caches.open(NAME);
  return (await cache.match(key)) ?? fetch(request);
}
