// The questions of the lead beside the list: read in words, answered in the form's own fields. What is
// being answered stays when the panel is rendered anew.

import { make } from "./page.js";
import { QuestionFields, stillToAnswer, wordsOf } from "./questions.js";
import { t } from "./words.js";

const SAID = { yes: t("js-lead-yes"), no: t("js-lead-no"), clear: t("js-lead-clear"), required: t("js-lead-required") };

/** The part of the panel that is being answered, if one is. */
export const answering = (box) => box.querySelector('[data-part="answers"][data-answering]');

/** Shows the fields of the questions; `send(answers)` tells whether they were kept. */
export function startAnswering(part, { form, language }, send) {
  const before = JSON.parse(part.dataset.answers);
  const changes = {};
  const shown = part.cloneNode(true);
  const left = make("p", { class: "hint", role: "status" });
  const say = () => {
    const open = stillToAnswer(form, fields.answers).map(({ words }) => wordsOf(words, form, language));
    left.textContent = open.length > 0 ? t("js-lead-still-to-answer", { questions: open.join(" · ") }) : "";
  };
  const changed = (key, value) => { changes[key] = value; say(); };
  const fields = new QuestionFields(make, form, before, { language, said: SAID, changed });
  say();
  const end = (focus) => {
    part.replaceWith(shown);
    if (focus) shown.querySelector('[data-action="answer"]')?.focus();
  };
  const save = make("button", { class: "button primary" }, t("js-lead-save-answers"));
  const submit = async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (Object.keys(changes).length === 0) return end(true);
    save.disabled = true;
    const isKept = await send(changes);
    save.disabled = false;
    return isKept ? end(true) : undefined;
  };
  const cancel = make("button", { type: "button", class: "button", click: () => end(true) }, t("js-lead-cancel"));
  part.dataset.answering = "";
  part.replaceChildren(
    make("div", { class: "part-head" }, make("h3", { id: "answers-title" }, t("js-lead-questions"))),
    make("form", { class: "answer-form", submit }, fields.element, left, make("div", { class: "note-send" }, cancel, save)));
  part.querySelector("input, textarea")?.focus();
}
