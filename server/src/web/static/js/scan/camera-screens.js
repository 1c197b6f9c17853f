// A camera that cannot be used: why, what to do about it, and how to scan without it.

import { button, icon, make } from "./dom.js";
import * as phone from "./phone.js";
import { t } from "./strings.js";

function help(trouble) {
  if (trouble === "denied") {
    if (phone.isIos) return t("camera.deniedIos");
    if (phone.isSamsung) return t("camera.deniedSamsung");
    return t(phone.isChrome ? "camera.deniedChrome" : "camera.deniedOther");
  }
  const key = `camera.${trouble}Text`;
  return t(key) === key ? "" : t(key);
}

/** A file input that opens the phone's own camera; `taken` gets the photograph. */
export function photoInput(taken, kind = "", text = t("scan.photo")) {
  const input = make("input", { type: "file", accept: "image/*", capture: "environment", class: "unseen" });
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (file) taken(file);
  });
  return make("label", { class: `button ${kind}`.trim() }, icon("photo"), text, input);
}

/** What stands where the camera's picture would be. */
export function cameraTrouble(trouble, again, photo) {
  const isFinal = trouble === "insecure" || trouble === "blocked";
  return make("div", { class: "trouble", "data-trouble": trouble },
    icon(trouble === "insecure" ? "photo" : "alert"), make("h2", {}, t(`camera.${trouble}`)), make("p", {}, help(trouble)),
    isFinal ? null : button(t("retry"), again, { kind: "primary" }),
    make("p", { class: "hint" }, t("camera.without")), photoInput(photo, isFinal ? "primary" : ""));
}

/** Before the browser asks: one sentence why, and a tap. */
export const cameraAsk = (open) =>
  make("div", { class: "trouble", "data-trouble": "ask" }, icon("scan"), make("p", {}, t("camera.askText")),
    button(t("camera.ask"), open, { kind: "primary" }));
