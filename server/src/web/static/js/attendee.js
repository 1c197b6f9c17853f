// The attendee's pages: has the badge kept for halls without network, where the browser can.

const worker = navigator.serviceWorker;

async function keepBadge() {
  await worker.register("/attendee/worker.js", { scope: "/attendee/" });
  if (!worker.controller) await new Promise((done) => { worker.addEventListener("controllerchange", done, { once: true }); });
  // What this page was made of before the worker was there to see it.
  const files = [...document.querySelectorAll("link[rel=stylesheet], script[src], .e-code img")].map((file) => file.href ?? file.src);
  await Promise.all([location.pathname, ...files].map((address) => fetch(address)));
  document.documentElement.dataset.kept = "yes";
}

if (worker && document.querySelector(".e-code")) {
  keepBadge().catch(() => {}); // Without it the badge shows with network only.
}
