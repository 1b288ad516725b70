/* The form as it is now, what is chosen in it, and every change that can be taken back. */
const MOST = 200; // changes kept
const TOGETHER = 1200; // milliseconds: the same key pressed again within them is one change

export class Model {
  #past = []; #future = []; #before = null; #tag = ''; #lastTag = ''; #lastTime = 0; #saved;

  constructor({ form, sheets, colours }) {
    this.form = form;
    this.sheets = sheets;
    this.colours = colours;
    this.chosen = { field: null, part: null };
    this.wrong = new Set(); // fields with mistakes, by number
    this.#saved = JSON.stringify(form);
  }

  get fields() { return this.form.fields; }
  get field() { return this.chosen.field === null ? null : this.fields[this.chosen.field] ?? null; }
  get sheet() { return this.sheets[(this.field?.page ?? 1) - 1]; }
  get dirty() { return JSON.stringify(this.form) !== this.#saved; }
  get undoable() { return this.#past.length > 0; }
  get redoable() { return this.#future.length > 0; }

  /* Before a change. Changes with the same `tag` soon after each other are taken back together. */
  keep(tag = '') { this.#before = this.#now(); this.#tag = tag; }

  /* After it. */
  changed() {
    if (this.#before === null || this.#before === this.#now()) return;
    const again = this.#tag && this.#tag === this.#lastTag && performance.now() - this.#lastTime < TOGETHER;
    if (!again) this.#past = [...this.#past, this.#before].slice(-MOST);
    this.#future = [];
    this.#lastTag = this.#tag;
    this.#lastTime = performance.now();
    this.#before = null;
  }

  forget() { this.#before = null; }
  undo() { return this.#swap(this.#past, this.#future); }
  redo() { return this.#swap(this.#future, this.#past); }
  saved() { this.#saved = JSON.stringify(this.form); }

  #swap(from, to) {
    if (!from.length) return false;
    to.push(this.#now());
    const { form, chosen } = JSON.parse(from.pop());
    Object.assign(this, { form, chosen });
    this.#lastTag = '';
    this.wrong.clear();
    return true;
  }

  #now() { return JSON.stringify({ form: this.form, chosen: this.chosen }); }
}
