// Screens before the scanner: another app's browser, installing, another window.
// Each is a promise that is over when the person has decided.

import { button, icon, make, notice, show, toast } from "../dom.js";
import * as phone from "../phone.js";
import { t } from "../strings.js";
import { installSteps } from "./install.js";

const decided = (draw) => new Promise((resolve) => show(draw(resolve)));

export const inAppScreen = () =>
  decided((go) => {
    const copy = async () => {
      await navigator.clipboard?.writeText(location.href);
      toast(t("inapp.copied"));
    };
    const on = () => { sessionStorage.setItem("leadline.inapp", "1"); go(); };
    return notice("alert", t("inapp.title", { browser: phone.isIos ? "Safari" : "Chrome" }),
      make("p", {}, t("inapp.text")), make("p", {}, t("inapp.step")),
      button(t("inapp.copy"), copy, { kind: "primary" }), button(t("inapp.anyway"), on, { kind: "plain" }));
  });

export const installScreen = () =>
  decided((go) => {
    const on = () => { sessionStorage.setItem("leadline.tab", "1"); go(); };
    return notice("share", t("install.title"), make("p", {}, t("install.text")), installSteps(),
      button(t("install.tab"), on, { kind: "plain" }));
  });

/** Stays for as long as the app runs in a tab that may lose what it holds. */
export function showUnsafeBar() {
  const bar = make("p", { class: "unsafe", role: "note" }, icon("alert"), t("install.unsafe"));
  document.getElementById("bars").replaceChildren(bar);
}

export const otherWindowScreen = (window) =>
  decided((go) => {
    const take = async () => {
      if (await window.ask()) go();
      else toast(t("other.busy"));
    };
    return notice("scan", t("other.title"), make("p", {}, t("other.text")), button(t("other.take"), take, { kind: "primary" }));
  });
