// Saved views of the Leads tab: the list's address under a name, one's own or shared with the team.

import { api, sentence, toast } from "./page.js";
import { t } from "./words.js";

export function startViews(list, data) {
  const again = () => list.refresh();
  const told = (error) => toast(error.errors?.[0] ? sentence(error.errors[0].detail) : error.message);

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest('[data-action="save-view"]');
    if (!form) return;
    event.preventDefault();
    const name = form.elements.name.value.trim();
    const body = { name, query: list.query.slice(1), is_shared: form.elements.is_shared.checked };
    try {
      await api(data.views, { method: "POST", body });
      toast(t("js-lead-view-saved", { name }));
      form.reset();
      await again();
    } catch (error) {
      told(error);
    }
  });

  document.addEventListener("click", async (event) => {
    const share = event.target.closest("[data-view-share]");
    const gone = event.target.closest("[data-view-delete]");
    if (!share && !gone) return;
    try {
      if (share) {
        const isShared = share.getAttribute("aria-pressed") !== "true";
        await api(`${data.views}/${share.dataset.viewShare}`, { method: "PATCH", body: { is_shared: isShared } });
        toast(t(isShared ? "js-lead-view-shared" : "js-lead-view-own-again"));
      } else {
        await api(`${data.views}/${gone.dataset.viewDelete}`, { method: "DELETE" });
        toast(t("js-lead-view-deleted"));
      }
      await again();
    } catch (error) {
      told(error);
    }
  });
}
