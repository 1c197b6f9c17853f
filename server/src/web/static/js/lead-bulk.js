// Several leads at once: pick them, give them to a colleague, tag them. What was picked stays picked
// while the list is read again.

import { api, toast } from "./page.js";
import { t } from "./words.js";

/** What the API takes at once. */
const MOST = 500;

export function startBulk(list, data) {
  const bar = document.getElementById("bulk");
  const picked = new Set();

  const show = () => {
    bar.hidden = picked.size === 0;
    bar.querySelector("[data-bulk-count]").textContent = t("js-lead-picked", { count: picked.size });
    for (const box of list.body.querySelectorAll("[data-pick]")) box.checked = picked.has(box.closest("tr").dataset.id);
  };
  const clear = () => { picked.clear(); show(); };
  list.dressed = () => show();

  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-pick]")) return;
    const { id } = target.closest("tr").dataset;
    if (target.checked) picked.add(id);
    else picked.delete(id);
    show();
  });

  async function send(path, body) {
    const ids = [...picked];
    let done = 0;
    bar.setAttribute("aria-busy", "true");
    try {
      for (let at = 0; at < ids.length; at += MOST) {
        const answer = await api(`${data.api}/${path}`, { method: "POST", body: { lead_ids: ids.slice(at, at + MOST), ...body } });
        done += answer.assigned ?? answer.tagged;
      }
      toast(t("js-lead-bulk-done", { count: done }));
      clear();
    } catch (error) {
      toast(t("js-lead-not-saved", { why: error.errors?.[0]?.detail ?? error.message }));
    } finally {
      bar.removeAttribute("aria-busy");
    }
    await list.refresh();
  }

  function tag(field) {
    const text = bar.elements.tag.value.trim();
    if (text) send("tag", { [field]: [text] }).then(() => { bar.elements.tag.value = ""; });
    else bar.elements.tag.focus();
  }

  const deeds = {
    all: () => { for (const row of list.body.rows) picked.add(row.dataset.id); show(); },
    assign: () => send("assign", { owner: bar.elements.owner.value || null }),
    tag: () => tag("add"),
    untag: () => tag("remove"),
    clear,
  };
  bar.addEventListener("click", (event) => deeds[event.target.closest("[data-bulk]")?.dataset.bulk]?.());
  bar.addEventListener("submit", (event) => {
    event.preventDefault();
    tag("add");
  });
}
