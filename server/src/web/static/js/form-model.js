// A form while it is built: keys that never clash, and changes that keep conditions true.

const NEEDS_CHOICES = ["choice", "choices"];
const CAN_DECIDE = ["choice", "choices", "yes_no"];

/** `Budget for 2027?` as `budget_for_2027`. */
function keyFrom(text, taken, otherwise) {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 40) || otherwise;
  let key = plain;
  for (let n = 2; taken.has(key); n += 1) key = `${plain}_${n}`;
  taken.add(key);
  return key;
}

export class FormModel {
  /** @param form as the API gives it; `taken`: every key that was ever used; `language`: to begin with */
  constructor({ version, languages, asks_at_once: atOnce, questions, tags = [], stages = [] }, taken, language) {
    this.version = version;
    this.languages = languages.length > 0 ? [...languages] : [language];
    this.asksAtOnce = atOnce;
    this.tags = tags;
    this.stages = stages;
    this.taken = new Set(taken);
    this.questions = questions.map((question) => ({ ...structuredClone(question), choices: structuredClone(question.choices ?? []), wasKind: question.kind }));
    this.last = 0;
    for (const question of this.questions) this.name(question);
    this.saved = this.text();
  }

  /** A name of its own while the page lives: keys may change. */
  name(thing) {
    this.last += 1;
    Object.defineProperty(thing, "id", { value: `b-${this.last}`, enumerable: false });
    for (const choice of thing.choices ?? []) if (!choice.id) this.name(choice);
    return thing;
  }

  get isChanged() {
    return this.text() !== this.saved;
  }

  text() {
    return JSON.stringify(this.toJson());
  }

  /** What the API takes. New questions get their keys from their words, once and for all. */
  toJson({ name = false } = {}) {
    if (name) this.giveKeys();
    return {
      languages: this.languages,
      asks_at_once: this.asksAtOnce,
      tags: this.tags,
      stages: this.stages,
      questions: this.questions.map((question) => {
        const { key, kind, words, required, choices, when } = question;
        const asked = when && this.questions.find((one) => (one.key ?? one.id) === when.question);
        return {
          key: key ?? question.id, kind, words: this.only(words), ...(required ? { required } : {}),
          ...(NEEDS_CHOICES.includes(kind) ? { choices: choices.map((choice) => ({ key: choice.key ?? choice.id, words: this.only(choice.words) })) } : {}),
          ...(asked ? { when: { question: when.question, is: when.is } } : {}),
        };
      }),
    };
  }

  only(words) {
    return Object.fromEntries(Object.entries(words).filter(([language, text]) => this.languages.includes(language) && text.trim() !== ""));
  }

  giveKeys() {
    this.fresh = [];
    const main = (words) => words[this.languages[0]] ?? "";
    for (const question of this.questions) {
      if (!question.key) this.nameQuestion(question, keyFrom(main(question.words), this.taken, "question"));
      const taken = new Set(question.choices.map(({ key }) => key).filter(Boolean));
      for (const choice of question.choices) if (!choice.key) this.nameChoice(question, choice, keyFrom(main(choice.words), taken, "choice"));
    }
  }

  /** Nothing was saved: words may still change, and keys follow them. */
  takeKeysBack() {
    for (const [question, choice] of this.fresh.splice(0).reverse()) {
      if (choice) this.nameChoice(question, choice, null);
      else {
        this.taken.delete(question.key);
        this.nameQuestion(question, null);
      }
    }
  }

  /** Gives a question another key, or none yet; conditions on it follow. */
  nameQuestion(question, key) {
    const former = question.key ?? question.id;
    if (key) this.fresh.push([question]);
    question.key = key ?? undefined;
    for (const { when } of this.questions) if (when?.question === former) when.question = key ?? question.id;
  }

  /** The same for a choice; choices of other questions may have equal keys. */
  nameChoice(question, choice, key) {
    const former = choice.key ?? choice.id;
    if (key) this.fresh.push([question, choice]);
    choice.key = key ?? undefined;
    for (const { when } of this.questions) if (when?.question === (question.key ?? question.id)) {
      when.is = when.is.map((answer) => (answer === former ? choice.key ?? choice.id : answer));
    }
  }

  add(kind) {
    const question = this.name({ kind, words: {}, required: false, choices: NEEDS_CHOICES.includes(kind) ? [{ words: {} }, { words: {} }] : [] });
    this.questions.push(question);
    return question;
  }

  addChoice(question) {
    question.choices.push(this.name({ words: {} }));
  }

  /** Another kind is another question to those who read the answers. */
  setKind(question, kind) {
    question.kind = kind;
    if (question.key && question.wasKind !== kind) this.nameQuestion(question, null);
    if (NEEDS_CHOICES.includes(kind)) while (question.choices.length < 2) this.addChoice(question);
    this.mend();
  }

  move(list, from, by) {
    const to = from + by;
    if (to < 0 || to >= list.length) return;
    list.splice(to, 0, ...list.splice(from, 1));
    this.mend();
  }

  remove(list, at) {
    list.splice(at, 1);
    this.mend();
  }

  /** The questions before one that can decide whether it is asked. */
  deciding(question) {
    return this.questions.slice(0, this.questions.indexOf(question)).filter(({ kind }) => CAN_DECIDE.includes(kind));
  }

  /** What can be answered to a question, as [answer, words]. */
  answersTo(question, yesNo) {
    if (question.kind === "yes_no") return yesNo;
    return question.choices.map((choice) => [choice.key ?? choice.id, choice.words]);
  }

  /** Conditions whose question or answers are gone go too. */
  mend() {
    for (const question of this.questions) if (question.when) {
      const asked = this.deciding(question).find((one) => (one.key ?? one.id) === question.when.question);
      const there = asked ? this.answersTo(asked, [["yes"], ["no"]]).map(([answer]) => answer) : [];
      question.when.is = question.when.is.filter((answer) => there.includes(answer));
      if (!asked) delete question.when;
    }
  }
}
