// The page that builds an exhibitor's questions, or what the organiser asks of team members, which has no
// conditions, tags and stages. The whole form is one thing: it is drawn from the model,
// shown beside as phones show it, and saved as the next version.

import { FormModel } from "./form-model.js";
import { api, make, pageData, sentence, toast } from "./page.js";
import { QuestionFields, wordsOf } from "./questions.js";
import { t } from "./words.js";

const data = pageData();
const model = new FormModel(data.form, data.taken, data.language);
const byId = (id) => document.getElementById(id);
const list = byId("questions");
const save = byId("save");
const nameOf = (code) => [...byId("add-language").options].find(({ value }) => value === code)?.text ?? code;
const yesNo = ["yes", "no"].map((answer) => [answer, Object.fromEntries(Object.entries(data.said).map(([language, said]) => [language, said[answer]]))]);
const icon = (name) => byId("question-template").content.querySelector(`[href="#i-${name}"]`).closest("svg").cloneNode(true);

/** One field a language, the main one first. */
function wordFields(thing, label, place) {
  return model.languages.map((language, at) => {
    const input = make("input", {
      class: "input", maxlength: 300, lang: language, dir: "auto", "aria-label": model.languages.length > 1 ? `${label}, ${nameOf(language)}` : label,
      placeholder: at === 0 ? label : `${label}, ${nameOf(language)}`, "data-place": `${place}/words/${language}`,
      input: () => { thing.words[language] = input.value; changed(); },
    });
    input.value = thing.words[language] ?? "";
    return make("div", { class: "words-line" }, model.languages.length > 1 ? make("span", { class: "language", "aria-hidden": "true" }, language) : null, input);
  });
}

const small = (picture, label, click, attributes = {}) =>
  make("button", { type: "button", class: "button plain icon-only", "aria-label": label, click, ...attributes }, icon(picture));

function choiceLines(question, at) {
  const box = make("div");
  const place = `/questions/${at}/choices`;
  question.choices.forEach((choice, n) => {
    const up = small("up", t("js-form-move-choice-up", { number: n + 1 }), () => { model.move(question.choices, n, -1); draw(`[data-choice="${at}-${Math.max(0, n - 1)}"]`); }, { disabled: n === 0 });
    const remove = small("close", t("js-form-remove-choice", { number: n + 1 }), () => { model.remove(question.choices, n); draw(`[data-choice="${at}-${Math.max(0, n - 1)}"]`); });
    const fields = wordFields(choice, t("js-form-choice", { number: n + 1 }), `${place}/${n}`);
    const first = fields[0].querySelector("input");
    first.dataset.choice = `${at}-${n}`;
    first.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      model.addChoice(question);
      model.move(question.choices, question.choices.length - 1, n + 2 - question.choices.length);
      draw(`[data-choice="${at}-${n + 1}"]`);
    });
    box.append(make("div", { class: "choice-line" }, make("span", { class: "mark", "data-kind": question.kind, "aria-hidden": "true" }), make("div", { class: "choice-words" }, ...fields), up, remove));
  });
  box.append(make("button", {
    type: "button", class: "button plain", "data-place": place,
    click: () => { model.addChoice(question); draw(`[data-choice="${at}-${question.choices.length - 1}"]`); },
  }, t("js-form-add-a-choice")));
  return box;
}

/** "Asked when …": which question decides, and by which answers. */
function whenFields(question, at) {
  const deciding = model.deciding(question);
  if (deciding.length === 0) return [];
  const words = (one) => wordsOf(one, model, model.languages[0]) || "…";
  const select = make("select", {
    class: "input", "aria-label": t("js-form-when-it-is-asked"), "data-place": `/questions/${at}/when/question`,
    change: () => {
      if (select.value === "") delete question.when;
      else question.when = { question: select.value, is: [] };
      draw(`[data-place="/questions/${at}/when/question"]`);
    },
  }, make("option", { value: "" }, t("js-form-always-asked")), ...deciding.map((one) => make("option", { value: one.key ?? one.id }, t("js-form-only-after", { question: words(one.words) }))));
  select.value = question.when?.question ?? "";
  const asked = deciding.find((one) => (one.key ?? one.id) === question.when?.question);
  if (!asked) return [select];
  const boxes = model.answersTo(asked, yesNo).map(([answer, text]) => {
    const box = make("input", {
      type: "checkbox", value: answer,
      change: () => {
        const { when } = question;
        when.is = box.checked ? [...when.is, answer] : when.is.filter((one) => one !== answer);
        changed();
      },
    });
    box.checked = question.when.is.includes(answer);
    return make("label", { class: "option" }, box, make("span", {}, words(text)));
  });
  return [select, make("fieldset", { class: "options", "data-place": `/questions/${at}/when/is` }, make("legend", {}, t("js-form-with-the-answer")), ...boxes)];
}

function card(question, at) {
  const item = byId("question-template").content.querySelector("li").cloneNode(true);
  const field = (name) => item.querySelector(`[data-field="${name}"]`);
  item.dataset.question = question.id;
  item.setAttribute("aria-label", t("js-form-question", { number: at + 1 }));
  item.querySelector(".question-number").textContent = at + 1;
  const kind = field("kind");
  kind.value = question.kind;
  kind.dataset.place = `/questions/${at}/kind`;
  kind.addEventListener("change", () => { model.setKind(question, kind.value); draw(`[data-question="${question.id}"] [data-field="kind"]`); });
  field("required").checked = Boolean(question.required);
  field("required").addEventListener("change", ({ target }) => { question.required = target.checked; changed(); });
  item.querySelector("[data-words]").append(...wordFields(question, t("js-form-the-question"), `/questions/${at}`));
  if (["choice", "choices"].includes(question.kind)) item.querySelector("[data-choices]").append(choiceLines(question, at));
  if (data.has_conditions) item.querySelector("[data-when]").append(...whenFields(question, at));
  for (const button of item.querySelectorAll("[data-move]")) {
    const by = Number(button.dataset.move);
    button.disabled = at + by < 0 || at + by >= model.questions.length;
    button.addEventListener("click", () => { model.move(model.questions, at, by); draw(`[data-question="${question.id}"] [data-move="${by}"]`); });
  }
  item.querySelector("[data-remove]").addEventListener("click", () => {
    model.remove(model.questions, at);
    draw(model.questions.length > 0 ? `#questions > :nth-child(${Math.max(1, at)}) input` : "[data-add]");
  });
  return item;
}

function drawLanguages() {
  byId("languages").replaceChildren(...model.languages.map((language, at) => make("li", { class: "chip" }, nameOf(language), at === 0 ? make("small", {}, t("js-form-main")) : null,
    model.languages.length > 1
      ? make("button", { type: "button", "aria-label": t("js-form-remove", { language: nameOf(language) }), click: () => { model.languages = model.languages.filter((one) => one !== language); draw("#add-language"); } }, icon("close"))
      : null)));
  for (const option of byId("add-language").options) option.hidden = model.languages.includes(option.value);
  const shown = byId("preview-language");
  const chosen = model.languages.includes(shown.value) ? shown.value : model.languages[0];
  shown.replaceChildren(...model.languages.map((language) => make("option", { value: language }, nameOf(language))));
  shown.value = chosen;
  shown.hidden = model.languages.length < 2;
}

let tried = {};
function drawPreview() {
  const language = byId("preview-language").value;
  const form = model.toJson();
  const said = data.said[language] ?? data.said.en;
  const fields = new QuestionFields(make, form, tried, { language, said, changed: (key, value) => { tried = { ...tried, [key]: value }; } });
  byId("preview").replaceChildren(fields.element);
  byId("preview-nothing").hidden = form.questions.length > 0;
}

/** Draws everything anew; `focus` names what is in use afterwards. */
function draw(focus) {
  drawLanguages();
  if (byId("at-once")) byId("at-once").checked = model.asksAtOnce;
  list.replaceChildren(...model.questions.map(card));
  byId("nothing").hidden = model.questions.length > 0;
  changed();
  if (focus) document.querySelector(focus)?.focus();
}

function changed() {
  const isNew = model.isChanged;
  save.disabled = !isNew;
  byId("state").textContent = isNew ? t("js-form-not-saved-yet") : model.version > 0 ? t("js-form-version-saved", { version: model.version }) : "";
  drawPreview();
}

function clearProblems() {
  byId("problem").hidden = true;
  for (const wrong of document.querySelectorAll(".builder .wrong")) wrong.remove();
  for (const field of document.querySelectorAll(".builder [aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** Shows what the server says of a field at that field. */
function refuse(error) {
  const unplaced = [];
  for (const { pointer, detail } of error.errors ?? []) {
    const field = document.querySelector(`[data-place="${CSS.escape(pointer)}"]`);
    if (!field) unplaced.push(`${pointer} ${detail}`);
    else {
      field.setAttribute("aria-invalid", "true");
      field.after(make("span", { class: "wrong" }, sentence(detail)));
    }
  }
  const text = error.errors?.length ? unplaced.join("; ") : error.message;
  byId("problem").hidden = text === "";
  byId("problem").textContent = text;
  (document.querySelector('.builder [aria-invalid="true"]') ?? save).focus();
}

save.addEventListener("click", async () => {
  clearProblems();
  save.disabled = true;
  const sent = model.toJson({ name: true });
  try {
    const form = await api(data.api, { method: "PUT", body: sent, headers: { "if-match": `"${model.version}"` } });
    model.version = form.version;
    model.saved = model.text();
    for (const question of model.questions) question.wasKind = question.kind;
    draw();
    toast(t(data.has_conditions ? "js-form-saved" : "js-form-saved-for-teams"));
  } catch (error) {
    model.takeKeysBack();
    save.disabled = false;
    if (error.code === "old_version") toast(error.message, { label: t("js-form-read-again"), run: () => { model.saved = model.text(); location.reload(); } });
    else refuse(error);
  }
});

for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    const question = model.add(button.dataset.add);
    draw(`[data-question="${question.id}"] [data-words] input`);
    list.lastElementChild.scrollIntoView({ block: "nearest" });
  });
}
for (const name of ["tags", "stages"]) {
  // One a line.
  const field = byId(name);
  if (!field) continue;
  field.value = model[name].join("\n");
  field.addEventListener("input", () => {
    model[name] = field.value.split("\n").map((line) => line.trim()).filter(Boolean);
    changed();
  });
}
byId("at-once")?.addEventListener("change", ({ target }) => { model.asksAtOnce = target.checked; changed(); });
byId("add-language").addEventListener("change", ({ target }) => {
  if (target.value) model.languages.push(target.value);
  target.value = "";
  draw("#add-language");
});
byId("preview-language").addEventListener("change", drawPreview);
addEventListener("beforeunload", (event) => model.isChanged && event.preventDefault());
draw();
