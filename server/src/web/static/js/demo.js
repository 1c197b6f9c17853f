// The demo's page: the sum that must agree, and buttons that make things happen.

import { api, toast } from "./page.js";

const sum = document.getElementById("sum");
const said = document.getElementById("said");
const password = document.getElementById("password");

/** Asks for the figures until the page is left; a server that restarts is asked again. */
async function follow() {
  for (;;) {
    try {
      const figures = await api("/demo/figures");
      for (const slot of document.querySelectorAll("[data-figure]")) slot.textContent = figures[slot.dataset.figure];
      sum.toggleAttribute("data-agree", figures.agree);
    } catch {
      sum.removeAttribute("data-agree");
    }
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? 5000 : 500));
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  button.disabled = true;
  try {
    const answer = await api("/demo/act", { method: "POST", body: { act: button.dataset.act, ...(password ? { password: password.value } : {}) } });
    said.textContent = answer.said;
    said.hidden = false;
  } catch (error) {
    toast(error.message);
  } finally {
    button.disabled = false;
  }
});

document.addEventListener("submit", (event) => {
  for (const field of event.target.querySelectorAll("[data-password]")) field.value = password?.value ?? "";
});

document.getElementById("print").addEventListener("click", () => print());
follow();
