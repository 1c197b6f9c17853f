// How sending goes: a chip on every screen, and the whole story in a sheet.

import { button, icon, make, redraw, sheet } from "./dom.js";
import { ago, t, whyOf } from "./strings.js";

/** How often it is looked at again how long ago something was. */
export const LOOK_MS = 30_000;

/** What is wrong with the connection, as a sentence; null when nothing is. */
export function connectionText({ connection, isPortal, trouble }) {
  if (trouble) return t("sync.storage", { why: whyOf(trouble) });
  if (connection.type === "refused") return t("sync.refused", { why: connection.value.detail });
  if (connection.type === "busy") return t("sync.busy");
  if (connection.type !== "offline") return null;
  if (isPortal) return t("sync.portal");
  return t(navigator.onLine ? "sync.unreachable" : "sync.offline");
}

export const syncedText = ({ syncedAt }) => (syncedAt ? t("sync.synced", { ago: ago(syncedAt) }) : t("sync.never"));

/** "3 not yet sent" or "All sent"; opens what is behind it. */
export function syncChip(app) {
  const { unsent, connection } = app.state;
  const tone = connection.type === "offline" || connection.type === "refused" ? "offline" : unsent > 0 ? "waiting" : "sent";
  return make("button", { type: "button", class: "sync-chip", "data-unsent": String(unsent), "data-tone": tone, click: () => openSync(app) },
    icon(unsent > 0 || tone === "offline" ? "cloud" : "check"), unsent > 0 ? t("unsent", { n: unsent }) : t("sync.all"));
}

/** The lines of the story, for the sheet and for More. */
export function syncLines(app) {
  const { state } = app;
  return [
    make("p", { class: "sync-count", "data-unsent": String(state.unsent) }, state.unsent > 0 ? t("unsent", { n: state.unsent }) : t("sync.all")),
    make("p", { class: "quiet" }, syncedText(state)),
    connectionText(state) && make("p", { class: "notice" }, icon("alert"), connectionText(state)),
    state.unsent > 0 && make("p", { class: "quiet" }, t("sync.keepOpen")),
    state.stranded > 0 && make("p", { class: "notice" }, icon("alert"), t("sync.stranded", { n: state.stranded })),
    button(t("sync.now"), () => app.link.ask("sync"), { kind: "primary", picture: "sync", "data-act": "sync" }),
  ];
}

function openSync(app) {
  const body = make("div", { class: "stack" });
  const draw = () => redraw(body, syncLines(app));
  draw();
  const stop = app.link.on("state", () => draw());
  const timer = setInterval(draw, LOOK_MS);
  sheet(t("sync.title"), [body], { close: t("close"), onClose: () => { stop(); clearInterval(timer); } });
}
