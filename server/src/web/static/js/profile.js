// An exhibitor's profile: what is typed shows in the preview beside the form, and a chosen logo is uploaded.
// Saving is a form like any other (manage.js).

import { api, make, toast } from "./page.js";
import { t } from "./words.js";

/** Shows in the preview what stands in a field; texts stay texts. */
function preview(field) {
  const key = field.name.replace(/^values\./, "");
  const shown = document.querySelector(`#preview [data-shown="${key}"]`);
  if (!shown) return;
  const text = field.value.trim();
  shown.hidden = text === "";
  if (shown.dataset.kind === "tags") {
    const tags = text.split(",").map((tag) => tag.trim()).filter(Boolean);
    shown.querySelector("ul").replaceChildren(...tags.map((tag) => make("li", { class: "tag", dir: "auto" }, tag)));
  } else if (shown.dataset.kind === "link") {
    const link = shown.querySelector("a");
    link.textContent = text;
    // Only an address of the web leads anywhere; the server says what is wrong with others.
    if (/^https?:\/\//.test(text)) link.href = text;
    else link.removeAttribute("href");
  } else shown.querySelector("p").textContent = text;
}

/** Shows a logo, or the first letters of the name without one. */
function showLogo(address) {
  for (const place of document.querySelectorAll("[data-logo]")) {
    place.replaceChildren(address ? make("img", { src: address, alt: "" }) : make("span", { "aria-hidden": "true" }, place.dataset.initials));
  }
  document.querySelector("[data-remove-logo]").hidden = !address;
}

async function changeLogo(work) {
  const problem = document.getElementById("logo-problem");
  problem.textContent = "";
  try {
    showLogo((await work())?.logo);
    toast(t("js-profile-logo-changed"));
  } catch (error) {
    problem.textContent = error.message;
  }
}

document.addEventListener("input", (event) => {
  if (event.target.closest("#profile")) preview(event.target);
});

document.addEventListener("change", async (event) => {
  const [file] = event.target.dataset.upload ? event.target.files : [];
  if (!file) return;
  await changeLogo(() => api(event.target.dataset.upload, { method: "PUT", body: file }));
  event.target.value = "";
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove-logo]");
  if (button) changeLogo(() => api(button.dataset.removeLogo, { method: "DELETE" }));
});
