/* One field: its input or choices, what is known of each text, and how it looks. */
import { text as words } from './texts.js';

const TOLD = new Set(['use', 'illegible', 'absent', 'as_written']); // decisions with words of their own
const SIGNS = { good: ['M2 8.5l4 4 8-9', 2.4], warn: ['M8 1.5l6.6 12.5H1.4zM8 6v4M8 11.2v1.6', 1.8], bad: ['M3 3l10 10M13 3L3 13', 2.6] };

export class Card {
  #known = new Map(); #saver; #looking = false; #again = false; #saved;

  constructor(element, saver) {
    this.element = element; this.#saver = saver;
    this.field = element.dataset.card;
    this.machine = element.dataset.machine;
    this.given = element.dataset.given;
    this.needed = 'needed' in element.dataset;
    this.label = element.querySelector('.card__label').textContent.trim();
    this.number = element.querySelector('.card__number').textContent.trim();
    this.considered = null;
    this.input = element.querySelector('.key');
    this.radios = [...element.querySelectorAll('input[type=radio]')];
    this.suggestions = [...element.querySelectorAll('[data-suggest]')].map(each => each.dataset);
    this.#known.set(this.machine, { meaning: element.dataset.means, problem: element.dataset.problem });
    for (const each of this.suggestions) this.#known.set(each.suggest, { meaning: each.means, problem: each.problem });
    this.stands(this.given, this.text);
    if (this.input && this.input.value !== this.machine) this.look();
  }

  get done() { return this.given !== ''; }
  get open() { return this.needed && !this.done; }
  get text() { return this.input ? this.input.value.trim() : ''; }
  get state() { return this.element.querySelector('.tag').textContent.trim(); }
  get draft() { return { text: this.text, given: this.given, over: this.#saved }; }
  get isDraft() { return `${this.given}|${this.text}` !== this.#saved; }

  /* What the server holds for this field now. */
  stands(given, text) { this.#saved = `${given}|${this.input ? text : ''}`; }

  /* Where the keyboard goes: the doubtful character, selected so that one key replaces it. */
  focus() {
    if (this.input) {
      this.input.focus({ preventScroll: true });
      const missing = this.input.value.indexOf('?');
      const mark = missing >= 0 ? missing : Number(this.element.dataset.mark ?? NaN);
      if (Number.isNaN(mark) || this.input.value.length <= mark) this.input.select();
      else this.input.setSelectionRange(mark, mark + 1);
    } else {
      const asRead = this.radios.find(each => 'asRead' in each.dataset);
      (this.radios.find(each => each.checked) ?? asRead ?? this.radios[0]).focus({ preventScroll: true });
    }
    this.element.scrollIntoView({ block: 'nearest' });
  }

  /* Put a text into the input, as if typed. */
  write(text) {
    this.input.value = text;
    this.input.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /* The text that follows by the arrow keys: what the machine read, then its suggestions; and how
     that is said. Null when there is only one. */
  cycle(by) {
    const texts = [this.machine, ...this.suggestions.map(each => each.suggest)];
    if (texts.length === 1) return null;
    const at = (Math.max(0, texts.indexOf(this.input.value)) + by + texts.length) % texts.length;
    return { text: texts[at], said: at ? this.#suggested(this.suggestions[at - 1]) : this.asRead };
  }

  get asRead() { return words('machine', { text: this.element.dataset.aloud }); }

  #suggested({ aloud, spoken }) {
    return spoken ? words('suggestion_one', { character: spoken, text: aloud }) : words('suggestion', { text: aloud });
  }

  /* After a change by hand: what was decided no longer holds, and the meaning is looked up. A character
     that is still being composed is left alone. */
  changed(composing) {
    if (composing) return;
    if (this.input.closest('.comb')) {
      const at = this.input.selectionStart;
      this.input.value = this.input.value.toUpperCase();
      this.input.setSelectionRange(at, at);
    }
    if (this.done || this.text !== this.machine) this.paint('', 'warn', words('typed'));
    this.refuse('');
    this.look();
  }

  /* Show what the text means; while one is asked for, only the last that is typed waits. */
  async look() {
    this.#again = this.#looking;
    if (this.#looking) return;
    this.#looking = true;
    do {
      this.#again = false;
      const text = this.text;
      const { meaning } = await this.line(text);
      if (text === this.text) this.#means(meaning);
    } while (this.#again);
    this.#looking = false;
  }

  /* {meaning, problem} of a text; asks the server once for each. */
  line(text) {
    if (!this.#known.has(text)) {
      this.#known.set(text, this.#saver.check(this.field, text).then(found => {
        if (!found) this.#known.delete(text); // not reachable: saving will try again
        return found ?? { meaning: '', problem: '' };
      }));
    }
    return Promise.resolve(this.#known.get(text));
  }

  #means(meaning) {
    const place = this.element.querySelector('[data-meaning]');
    place.hidden = !meaning;
    place.querySelector('span').textContent = meaning;
  }

  /* Show a problem in words, or take it away. */
  refuse(problem) {
    const place = this.element.querySelector('.card__error');
    place.hidden = !problem;
    place.querySelector('[data-error]').textContent = problem;
    this.element.classList.toggle('has-error', Boolean(problem));
    const keep = this.element.querySelector('[data-act="as_written"]');
    if (keep) keep.hidden = !problem;
    if (problem) { this.paint('', 'bad', words('does_not_fit')); this.input?.setAttribute('aria-invalid', 'true'); }
    else this.input?.removeAttribute('aria-invalid');
  }

  /* Look decided at once; the server's words replace these when they come. */
  decide(given) {
    const corrected = given === 'use' && this.text !== this.machine;
    this.refuse('');
    this.paint(given, 'good', words(corrected ? 'corrected' : TOLD.has(given) ? given : 'answered'));
  }

  /* Say what is missing; how the card stands stays as it is. */
  ask(problem) {
    const state = this.state;
    this.refuse(problem);
    this.paint('', 'warn', state);
  }

  /* A choice that is only passed through with the arrow keys: shown, but not yet given. */
  consider(radio) {
    this.refuse('');
    this.paint('', 'warn', words('typed'));
    radio.checked = true;
    this.considered = radio.value;
  }

  settle(standing) {
    this.paint(standing.given, standing.tag.tone, standing.tag.text);
    if (this.input && document.activeElement !== this.input) this.input.value = standing.text;
  }

  paint(given, tone, text) {
    this.given = given;
    this.considered = null;
    const tag = this.element.querySelector('.tag');
    tag.className = `tag tag--${tone}`;
    tag.replaceChildren(sign(tone), Object.assign(document.createElement('span'), { textContent: text }));
    this.element.classList.toggle('is-done', this.done);
    for (const each of ['illegible', 'absent']) this.element.classList.toggle(`is-${each}`, given === each);
    for (const radio of this.radios) radio.checked = radio.value === given;
    this.element.dispatchEvent(new CustomEvent('painted', { bubbles: true, detail: this }));
  }
}

function sign(tone) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  const [d, width] = SIGNS[tone] ?? SIGNS.good;
  svg.setAttribute('viewBox', '0 0 16 16'); svg.setAttribute('class', 'icon'); svg.setAttribute('aria-hidden', 'true');
  for (const [name, value] of Object.entries({ d, fill: 'none', stroke: 'currentColor', 'stroke-width': width })) path.setAttribute(name, value);
  svg.append(path);
  return svg;
}
