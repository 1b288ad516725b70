/* Beside the picture: the list of fields, and what is written about the chosen one. */
import { text } from './texts.js';
import { add, more, parts, put, remove, said, suit, unsaid } from './forms-shapes.js';

const $ = selector => document.querySelector(selector);
const SIDES = ['left', 'top', 'width', 'height'];
const WAY_OF = { tick: 'tick', choice: 'tick', signature: 'signature' };
const make = (name, attributes = {}, ...inside) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
};
const read = (from, path) => path.split('.').reduce((value, key) => value?.[key], from);

/* Set a value at a path; an empty one is not given at all. */
function write(to, path, value) {
  const [key, inner] = path.split('.');
  if (inner) {
    to[key] = { ...to[key], [inner]: value };
    if (value === '') delete to[key][inner];
    if (key === 'hint' && !Object.keys(to[key]).length) delete to[key];
  } else if (value === '' || value === false || value === null) delete to[key];
  else to[key] = value;
}

function line(index) {
  const swatch = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  swatch.setAttribute('viewBox', '0 0 8 8');
  swatch.setAttribute('aria-hidden', 'true');
  swatch.append(document.createElementNS('http://www.w3.org/2000/svg', 'rect'));
  for (const side of ['width', 'height']) swatch.firstChild.setAttribute(side, 8);
  const inside = [swatch, make('span', { class: 'mono' }), ' ', make('span', { class: 'editor__about' })];
  return make('li', {}, make('button', { type: 'button', 'data-field': index, 'aria-pressed': 'false' }, ...inside));
}

export class Panel {
  #model; #on;

  /* on: choose(field), changed(structure), say(text), page(number) */
  constructor(model, on) {
    this.#model = model; this.#on = on;
    $('#list').addEventListener('click', event => {
      const button = event.target.closest('button');
      if (button) on.choose(Number(button.dataset.field));
    });
    $('#field').addEventListener('change', event => this.#edited(event.target));
    $('#field').addEventListener('click', event => this.#pressed(event.target));
    $('#form').addEventListener('change', event => this.#form(event.target));
    for (const form of [$('#field'), $('#form')]) form.addEventListener('submit', event => event.preventDefault());
  }

  /* Everything anew. */
  show() {
    this.#list();
    for (const input of document.querySelectorAll('#form [data-key]')) input.value = read(this.#model.form, input.dataset.key) ?? input.options?.[0].value ?? '';
    this.choose();
  }

  /* Another field was chosen, or the chosen one changed. */
  choose() {
    const { field, chosen } = this.#model;
    for (const button of document.querySelectorAll('#list button')) {
      const on = Number(button.dataset.field) === chosen.field;
      button.setAttribute('aria-pressed', on);
      if (on) this.#reveal(button);
    }
    $('#none').hidden = Boolean(field);
    $('#keys').hidden = !field;
    $('#field-title').textContent = field ? field.name : text('chosen_field');
    if (!field) return;
    for (const input of document.querySelectorAll('#keys [data-key]')) {
      if (input.type === 'checkbox') input.checked = Boolean(field[input.dataset.key]);
      else if (input.dataset.key === 'page') input.value = field.page ?? 1;
      else input.value = read(field, input.dataset.key) ?? '';
    }
    this.#notes(field['#'] ?? []);
    this.#parts(field);
    this.mistakes(this.#found);
  }

  /* Scroll the list alone: the page must not move under a pointer that is about to press something. */
  #reveal(button) {
    const list = $('#list'), at = button.getBoundingClientRect(), seen = list.getBoundingClientRect();
    if (at.top < seen.top) list.scrollTop -= seen.top - at.top;
    else if (at.bottom > seen.bottom) list.scrollTop += at.bottom - seen.bottom;
  }

  /* What the draft asks its author to look at. */
  #notes(notes) {
    $('#notes').hidden = !notes.length;
    $('#notes ul').replaceChildren(...notes.map(note => make('li', {}, text('to_check', { text: note }))));
  }

  #found = [];

  /* Show mistakes at their keys. */
  mistakes(found) {
    this.#found = found;
    for (const old of document.querySelectorAll('.key-error')) old.remove();
    for (const input of document.querySelectorAll('#field [aria-describedby], #form [aria-describedby]')) { input.removeAttribute('aria-invalid'); input.removeAttribute('aria-describedby'); }
    found.forEach((each, number) => {
      if (each.field !== null && each.field !== this.#model.chosen.field) return;
      const input = this.input(each);
      const told = make('p', { class: each.warning ? 'key-error key-error--warning' : 'key-error', id: `key-error-${number}` }, each.words);
      if (input) { if (!each.warning) input.setAttribute('aria-invalid', 'true'); input.setAttribute('aria-describedby', told.id); (input.closest('p, fieldset') ?? input).after(told); }
      else if (each.field !== null) $('#keys').prepend(told);
    });
  }

  /* The input that a mistake is about. */
  input({ field, key }) {
    const place = field === null ? '#form' : '#keys', [first, number, last] = key.split('.');
    if (field !== null && number && ['combs', 'options', 'lines'].includes(first)) {
      return $(`[data-part="${first} ${number - 1}"] [data-inner="${last ?? 'left'}"]`) ?? $(`[data-part="${first} ${number - 1}"] input`);
    }
    return $(`${place} [data-key="${key}"]`) ?? $(`${place} [data-key^="${first}."]`) ?? $(`${place} [data-key="${first}"]`) ?? $(`[data-part^="${first}"] input`);
  }

  #list() {
    const { fields, colours, wrong, sheets } = this.#model;
    const list = $('#list');
    // Lines stay where they are: a pointer may be down on one.
    while (list.children.length > fields.length) list.lastChild.remove();
    while (list.children.length < fields.length) list.append(line(list.children.length));
    fields.forEach((field, index) => {
      const item = list.children[index], [name, about] = item.querySelectorAll('span');
      item.classList.toggle('is-wrong', wrong.has(index));
      item.querySelector('rect').setAttribute('fill', colours[field.kind] ?? '#333d47');
      name.textContent = field.name ?? '';
      about.textContent = [field.kind && text(`kind_${field.kind}`), ...(sheets.length > 1 ? [text('page', { number: field.page ?? 1 })] : []), ...(wrong.has(index) ? [text('has_mistake')] : []), ...(field['#']?.length ? [text('has_note')] : [])].filter(Boolean).join(', ');
    });
  }

  #parts(field) {
    const inside = parts(field), sheet = this.#model.sheet;
    const built = JSON.stringify([this.#model.chosen.field, field.way, more(field), inside.map(part => part.what)]);
    if (built === $('#parts').dataset.built) { inside.forEach((part, index) => this.#values(part, index, sheet)); return; }
    $('#parts').dataset.built = built;
    const boxes = inside.map((part, index) => {
      const set = make('fieldset', { 'data-part': `${part.what} ${part.n}`, 'data-index': index, class: 'part' }, make('legend', {}, inside.length > 1 || part.what !== 'box' ? part.name : text('place')));
      const at = said(part.box, sheet);
      for (const side of SIDES) set.append(this.#number(text(side), side, at[side]));
      if (part.what === 'combs') set.append(this.#number(text('boxes'), 'cells', part.cells, 1));
      if (part.option) {
        for (const [key, name] of [['value', text('value')], ['label.en', text('english')], ['label.cy', text('welsh')]]) {
          set.append(make('label', { class: 'part__wide' }, name, make('input', { 'data-inner': key, value: read(part.option, key) ?? '', ...(key === 'value' ? { class: 'mono', spellcheck: 'false' } : { lang: key.slice(-2) }) })));
        }
      }
      if (inside.length > 1) set.append(make('button', { type: 'button', class: 'button-link', 'data-without': index }, text('take_away', { part: part.name })));
      return set;
    });
    const one = more(field);
    if (one) boxes.push(make('p', {}, make('button', { type: 'button', class: 'button-small', 'data-more': '' }, one)));
    $('#parts').replaceChildren(...boxes);
  }

  #values(part, index, sheet) {
    const at = { ...said(part.box, sheet), cells: part.cells };
    for (const input of document.querySelectorAll(`#parts [data-index="${index}"] [data-inner]`)) {
      const { inner } = input.dataset;
      input.value = inner in at ? at[inner] : read(part.option, inner) ?? '';
    }
  }

  #number(name, key, value, step = 0.25) {
    return make('label', {}, name, make('input', { type: 'number', step: step === 1 ? 1 : 'any', 'data-inner': key, value, inputmode: 'decimal' }));
  }

  #edited(input) {
    const { field } = this.#model, { key, inner } = input.dataset;
    if (!field) return;
    this.#model.keep();
    if (inner) this.#inner(field, input, inner);
    else if (key) this.#key(field, input, key);
    this.#model.changed();
    this.#on.changed(true);
    if (key === 'page') this.#on.page(field.page ?? 1);
  }

  #key(field, input, key) {
    const value = input.type === 'checkbox' ? input.checked : input.value.trim();
    if (key === 'page' || key === 'length') write(field, key, value === '' || (key === 'page' && value === '1') ? '' : Number(value) || value);
    else if (key === 'name') field.name = value;
    else write(field, key, value);
    if (key === 'kind' && WAY_OF[value]) field.way = WAY_OF[value];
    if (key === 'way' && value === 'tick' && !['tick', 'choice'].includes(field.kind)) field.kind = 'tick';
    if (key === 'way' && value === 'signature') field.kind = 'signature';
    if (key === 'kind' || key === 'way') suit(field, this.#model.sheet);
  }

  #inner(field, input, inner) {
    const part = parts(field)[input.closest('[data-part]').dataset.index];
    if (inner === 'cells') field.combs[part.n][4] = Math.round(Number(input.value)) || 0;
    else if (part.option && (inner === 'value' || inner.startsWith('label'))) {
      if (inner === 'value') field.options[part.n].value = input.value.trim();
      else write(field.options[part.n], inner, input.value.trim());
    } else {
      const at = { ...said(part.box, this.#model.sheet), [inner]: Number(input.value) };
      put(field, part, unsaid(at, this.#model.sheet));
    }
  }

  #pressed(target) {
    const { field } = this.#model, button = target.closest('button');
    if (!field || !button) return;
    const { without } = button.dataset, adds = 'more' in button.dataset;
    if (without === undefined && !adds) return;
    this.#model.keep();
    if (adds) add(field, this.#model.sheet);
    else { this.#model.chosen.part = null; remove(field, parts(field)[without]); }
    this.#model.changed();
    this.#on.changed(true);
    this.#on.say(text(adds ? 'part_added' : 'part_less', { field: field.name, number: parts(field).length }));
    if (adds) $('#parts fieldset:last-of-type input')?.focus();
    else $('#parts input')?.focus();
  }

  #form(input) {
    if (!input.dataset.key) return;
    this.#model.keep();
    write(this.#model.form, input.dataset.key, input.value.trim());
    this.#model.changed();
    this.#on.changed(false);
  }
}
