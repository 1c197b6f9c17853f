// What an exhibitor asks: which questions are asked now, what is still to answer, and their fields. The
// same on phones, beside the list of leads, and in the preview of the page that builds them.

/** The words of a language, else those of the first language of the form that has some. */
export const wordsOf = (words, form, language) =>
  [language, ...form.languages].map((code) => words[code]).find((text) => text) ?? "";

/** Whether an answer says something. */
const isGiven = (value) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);

/** The answer as the texts that conditions compare. */
function texts(value) {
  if (value === true) return ["yes"];
  if (value === false) return ["no"];
  return Array.isArray(value) ? value : [value];
}

/** The questions that are asked with these answers: conditions look at questions that are asked themselves. */
export function askedWith(form, answers) {
  const asked = [];
  for (const question of form.questions) {
    const { when } = question;
    const isAsked = !when || (asked.some(({ key }) => key === when.question) && texts(answers[when.question]).some((text) => when.is.includes(text)));
    if (isAsked) asked.push(question);
  }
  return asked;
}

/** The required questions without an answer. */
export const stillToAnswer = (form, answers) =>
  askedWith(form, answers).filter(({ key, required }) => required && !isGiven(answers[key]));

let made = 0;

/** The fields of a form's questions. */
export class QuestionFields {
  /**
   * @param make the page's maker of elements
   * @param form what is asked
   * @param answers by key
   * @param {{language, said: {yes, no, clear, required}, changed}} how `changed(key, value)` is told of
   *   each answer as it is given; null takes one back
   */
  constructor(make, form, answers, how) {
    Object.assign(this, { make, form, answers: { ...answers }, how, parts: new Map() });
    made += 1;
    this.prefix = `q${made}`;
    this.element = make("div", { class: "questions" });
    for (const question of form.questions) {
      const part = this.part(question);
      this.parts.set(question.key, part);
      this.element.append(part);
    }
    this.show();
  }

  /** What became of the answers elsewhere; a field in use is left alone. */
  update(answers) {
    for (const [key, part] of this.parts) {
      if (part.contains(document.activeElement) && document.activeElement.matches("textarea, [type=number]")) continue;
      this.answers[key] = answers[key];
      this.put(part, answers[key]);
    }
    this.show();
  }

  show() {
    const asked = new Set(askedWith(this.form, this.answers).map(({ key }) => key));
    for (const [key, part] of this.parts) {
      part.hidden = !asked.has(key);
      const clear = part.querySelector(".clear");
      if (clear) clear.hidden = !isGiven(this.answers[key]);
    }
  }

  answer(key, value) {
    if (JSON.stringify(this.answers[key] ?? null) === JSON.stringify(value)) return;
    this.answers[key] = value;
    this.show();
    this.how.changed(key, value);
  }

  part(question) {
    const { make, how, form } = this;
    const { key, kind, required } = question;
    const words = wordsOf(question.words, form, how.language);
    const star = required ? make("span", { class: "required", title: how.said.required }, " *", make("span", { class: "unseen" }, how.said.required)) : null;
    const name = `${this.prefix}-${key}`;
    if (kind === "text" || kind === "number") {
      const change = ({ target }) => {
        const text = target.value.trim();
        if (target.validity.badInput) return;
        this.answer(key, text === "" ? null : kind === "number" ? Number(text) : text);
      };
      const field = kind === "text"
        ? make("textarea", { class: "input", id: name, rows: 2, maxlength: 2000, change })
        : make("input", { class: "input", id: name, type: "number", step: "any", inputmode: "decimal", change });
      const part = make("div", { class: "question field", "data-question": key }, make("label", { for: name, dir: "auto" }, words, star), field);
      this.put(part, this.answers[key]);
      return part;
    }
    const options = kind === "yes_no" ? [["yes", how.said.yes], ["no", how.said.no]]
      : question.choices.map((choice) => [choice.key, wordsOf(choice.words, form, how.language)]);
    const isMany = kind === "choices";
    const part = make("fieldset", { class: "question", "data-question": key }, make("legend", { dir: "auto" }, words, star));
    const change = () => {
      const chosen = [...part.querySelectorAll(":checked")].map(({ value }) => value);
      if (isMany) this.answer(key, chosen.length > 0 ? chosen : null);
      else this.answer(key, kind === "yes_no" ? chosen[0] === "yes" : chosen[0]);
    };
    const list = make("div", { class: "options" });
    for (const [value, text] of options) {
      list.append(make("label", { class: "option" },
        make("input", { type: isMany ? "checkbox" : "radio", name, value, change }), make("span", { dir: "auto" }, text)));
    }
    part.append(list);
    if (!isMany) {
      part.append(make("button", {
        type: "button", class: "clear",
        click: () => { this.put(part, null); part.querySelector("input").focus(); this.answer(key, null); },
      }, how.said.clear));
    }
    this.put(part, this.answers[key]);
    return part;
  }

  put(part, value) {
    const field = part.querySelector("textarea, [type=number]");
    if (field) field.value = value ?? "";
    else {
      const chosen = isGiven(value) ? texts(value) : [];
      for (const box of part.querySelectorAll("input")) box.checked = chosen.includes(box.value);
    }
  }
}
