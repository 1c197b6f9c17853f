// Connecting with somebody by their badge: the camera reads it with the scanner's worker, a photograph and
// the typed number are the ways out. Nothing is kept here; the server asks the other person.

import { api, make } from "./page.js";
import { Camera, hindrance, permission } from "./scan/camera.js";
import { cameraAsk, cameraTrouble, photoInput } from "./scan/camera-screens.js";
import { Link } from "./scan/link.js";
import { useLanguage } from "./scan/strings.js";
import { t } from "./words.js";

const PAUSE_MS = 150;

const view = document.getElementById("view");
const message = view.querySelector(".connect-message");
const results = document.getElementById("results");
const form = document.getElementById("typed");
const link = new Link();
const camera = new Camera(view.querySelector("video"), () => reopen());

/** What was read in this visit: a badge that stays in the picture is asked once. */
const seen = new Set();
let wasOpen = false;
let watching = null;

function say(...children) {
  message.replaceChildren(...children);
  view.dataset.open = String(children.length === 0);
}

/** Tells what came of a badge, the newest first. */
function tell(text, tone) {
  results.prepend(make("li", { class: "panel", "data-tone": tone }, make("p", {}, text)));
}

async function connect(code) {
  try {
    const made = await api(view.dataset.call, { method: "POST", body: { code } });
    const { first_name: first, last_name: last } = made.contact ?? {};
    const name = [first, last].filter(Boolean).join(" ") || t("js-connect-somebody");
    tell(t(made.status === "connected" ? "js-connect-connected" : "js-connect-asked", { name }), "done");
    return null;
  } catch (error) {
    // A badge that could not be sent may be read again.
    if (error.status === 0) seen.delete(code);
    return error.message;
  }
}

/** A code that the camera or a photograph showed. */
async function read(code) {
  if (seen.has(code.text)) return;
  seen.add(code.text);
  const problem = code.asks_first ? t("js-connect-no-badge") : await connect(code.text);
  if (problem) tell(problem, "problem");
}

async function photo(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const code = await link.ask("look", { bitmap, effort: "thorough" }, [bitmap]);
    if (code) await read(code);
    else tell(t("js-connect-no-code"), "problem");
  } catch {
    tell(t("js-connect-no-picture"), "problem");
  }
}

/** Looks at one frame after the other for as long as the camera is open. */
async function watch() {
  const mine = {};
  watching = mine;
  while (camera.isOpen && watching === mine) {
    const bitmap = await camera.frame();
    const code = bitmap && (await link.ask("look", { bitmap }, [bitmap]));
    if (code) await read(code);
    else if (!bitmap) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function open() {
  say(make("p", {}, t("js-connect-opening")));
  const trouble = await camera.open();
  wasOpen = trouble === null;
  if (trouble === "dismissed") say(cameraAsk(open));
  else if (trouble) say(cameraTrouble(trouble, open, photo));
  else {
    say();
    await watch();
  }
}

/** After a lock, a call or another app. */
function reopen() {
  if (wasOpen && document.visibilityState === "visible") open();
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") camera.close();
  else reopen();
});
addEventListener("pagehide", () => camera.close());

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = form.querySelector(".form-problem");
  problem.textContent = (await connect(form.elements.code.value.trim())) ?? "";
  if (!problem.textContent) form.reset();
  form.elements.code.focus();
});

await useLanguage(document.documentElement.lang);
view.querySelector(".connect-ways").append(photoInput(photo));
await link.ask("load");
const hindered = hindrance();
if (hindered) say(cameraTrouble(hindered, open, photo));
else if ((await permission()) === "granted") open();
else say(cameraAsk(open));
