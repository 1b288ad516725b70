/* One field across many applications. Each decision is saved as it is given; without this script the page posts as a whole. */
import { actionOf } from './keys.js';
import { text } from './texts.js';

const find = selector => document.querySelector(selector);
const form = find('#places'), more = find('#more'), said = find('#said');
const SIGNS = { good: ['M2 8.5l4 4 8-9', 2.4], warn: ['M8 1.5l6.6 12.5H1.4zM8 6v4M8 11.2v1.6', 1.8], bad: ['M3 3l10 10M13 3L3 13', 2.6], plain: ['M8 5a3 3 0 1 0 .01 0z', 2] };
const LOOK_AFTER = 200; // milliseconds of rest before the meaning of a typed text is looked up
const PATIENCE = 20000; // milliseconds before a request without an answer counts as lost
const say = words => { said.textContent = ''; requestAnimationFrame(() => { said.textContent = words; }); };

async function post(url, fields) {
  const data = new URLSearchParams({ ...fields, csrf_token: form.elements.csrf_token.value });
  if (form.elements.blind) data.set('blind', '1');
  try {
    const reply = await fetch(url, { method: 'POST', body: data, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
    if (reply.type === 'opaqueredirect') { location.reload(); return new Promise(() => {}); }
    return { status: reply.status, body: await reply.json().catch(() => null) };
  } catch {
    return { status: 0, body: null };
  }
}

class Place {
  #looking = 0;
  constructor(element, index) {
    this.element = element; this.number = index + 1;
    this.id = element.dataset.place; this.given = element.dataset.given; this.machine = element.dataset.machine;
    this.input = element.querySelector('.key');
    this.radios = [...element.querySelectorAll('.choices:not(.no-js, .settle) label:not(.no-js) input')];
    this.settle = element.querySelector('[data-settle]');
    this.suggestions = [...element.querySelectorAll('[data-suggest]')].map(each => each.dataset.suggest);
    this.version = element.querySelector('[name^="version:"]');
    this.asked = this.settle.hidden ? null : 'use';
    this.sending = ''; this.sent = Promise.resolve();
  }
  get done() { return this.given !== ''; }
  get text() { return this.input ? this.input.value.trim() : ''; }
  get closed() { return this.element.classList.contains('is-gone'); }

  focus() {
    if (!this.settle.hidden) this.settle.querySelector('input').focus();
    else if (this.input) {
      this.input.focus({ preventScroll: true });
      const missing = this.input.value.indexOf('?');
      const mark = missing >= 0 ? missing : Number(this.element.dataset.mark ?? NaN);
      if (Number.isNaN(mark) || this.input.value.length <= mark) this.input.select();
      else this.input.setSelectionRange(mark, mark + 1);
    } else (this.radios.find(each => each.checked) ?? this.radios.find(each => 'asRead' in each.dataset) ?? this.radios[0]).focus();
    this.element.scrollIntoView({ block: 'nearest' });
  }
  paint(given, tone, words) {
    this.given = given;
    const tag = this.element.querySelector('.tag');
    tag.className = `tag tag--${tone}`;
    tag.replaceChildren(sign(tone), Object.assign(document.createElement('span'), { textContent: words }));
    this.element.classList.toggle('is-done', this.done);
    this.element.classList.toggle('is-absent', given === 'absent' && Boolean(this.input));
    find('#count').textContent = text('done', { done: places.filter(each => each.done).length, all: places.length });
  }
  refuse(problem) {
    const place = this.element.querySelector('.apart__error');
    place.hidden = !problem;
    place.querySelector('[data-error]').textContent = problem;
    this.element.classList.toggle('has-error', Boolean(problem));
    const keep = this.element.querySelector('[data-act="as_written"]');
    if (keep) keep.hidden = !problem;
    if (problem) { this.paint('', 'bad', text('does_not_fit')); this.input?.setAttribute('aria-invalid', 'true'); }
    else this.input?.removeAttribute('aria-invalid');
  }
  changed() {
    if (this.input.closest('.comb')) {
      const at = this.input.selectionStart;
      this.input.value = this.input.value.toUpperCase();
      this.input.setSelectionRange(at, at);
    }
    this.settle.hidden = true; this.asked = null;
    if (this.done || this.text !== this.machine) this.paint('', 'warn', text('changed'));
    this.refuse('');
    this.#look();
  }
  async #look() {
    const turn = ++this.#looking, typed = this.text;
    await new Promise(done => setTimeout(done, LOOK_AFTER));
    if (turn !== this.#looking || !typed) return;
    const { status, body } = await post(form.dataset.check, { text: typed });
    if (turn === this.#looking && status === 200) this.element.querySelector('[data-meaning]').textContent = body.meaning;
  }
  differ({ keyed, machine }, given) {
    this.settle.querySelector('[data-keyed]').textContent = keyed || text('blank');
    this.settle.querySelector('[data-read]').textContent = machine || text('blank');
    for (const each of this.settle.querySelectorAll('input')) each.checked = false;
    this.settle.hidden = false; this.asked = given;
    this.element.classList.add('has-error');
    this.paint('', 'warn', text('differ'));
    this.focus();
    say(text('differ_said'));
  }
  /* Nothing more can be said of it here. */
  close(words, tone) {
    this.settle.hidden = true;
    this.refuse('');
    this.paint('page', tone, words);
    this.element.classList.add('is-gone');
    for (const each of this.element.querySelectorAll('input, button')) each.disabled = true;
  }
}

const places = [...document.querySelectorAll('[data-place]')].map((each, index) => new Place(each, index));
const placeOf = element => places.find(place => place.element === element?.closest('[data-place]'));
const open = () => places.filter(place => !place.done);
let sending = false;

function sign(tone) {
  const make = (name, attributes) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const [d, width] = SIGNS[tone] ?? SIGNS.plain;
  const svg = make('svg', { viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true' });
  svg.append(make('path', { d, fill: 'none', stroke: 'currentColor', 'stroke-width': width }));
  return svg;
}

/* ---- deciding ---- */
async function decide(place, given, settled = '') {
  if (place.closed) return;
  const typed = place.text, fields = { given, text: typed, settled }, same = JSON.stringify(fields);
  if (place.sending === same) return; // pressed twice
  place.sending = same;
  const blind = Boolean(form.elements.blind) && !place.machine;
  const sent = place.sent = place.sent.then(() => send(place, fields)); // one after another, each with the version before
  if (!blind && !place.element.dataset.problem && given !== 'page' && (!place.input || typed === place.machine)) {
    place.refuse('');
    place.paint(given, 'good', text(given === 'absent' ? 'absent' : place.input ? 'accepted' : 'answered'));
    moveOn(place); // it was read so, and fits: no need to wait for the answer
    await sent;
  } else if (await sent && (document.activeElement === document.body || placeOf(document.activeElement) === place)) moveOn(place);
}
/* True when it was kept. */
async function send(place, fields) {
  if (place.closed) return true;
  const { status, body } = await post(form.dataset.answer, { application: place.id, version: place.version.value, ...fields });
  const overtaken = place.sending !== JSON.stringify(fields) || (place.input && place.text !== fields.text);
  if (place.sending === JSON.stringify(fields)) place.sending = '';
  if (status === 200 && body?.sent) { place.close(text('page'), 'plain'); return true; }
  if (status === 200 && body?.version) place.version.value = body.version;
  if (status === 409 && body) { place.close(text('elsewhere'), 'bad'); say(body.gone); return true; }
  if (overtaken) return false; // something else was said or typed meanwhile, which this is no answer to
  if (status === 200 && body?.differs) { place.differ(body.differs, fields.given); return false; }
  if (status === 200 && body) {
    place.settle.hidden = true;
    place.refuse('');
    place.paint(body.given, body.tag.tone, body.tag.text);
    if (place.input && place.input !== document.activeElement) place.input.value = body.text;
    return true;
  }
  failed(place, status === 422 && body ? body.problem : text('failing'));
  return false;
}
function failed(place, problem) {
  place.refuse(problem);
  say(text('error', { number: place.number, problem }));
  if (!placeOf(document.activeElement) || placeOf(document.activeElement) === place) place.focus();
}
function moveOn(place) {
  const at = places.indexOf(place);
  const next = [...places.slice(at + 1), ...places.slice(0, at)].find(each => !each.done);
  const state = place.element.querySelector('.tag').textContent.trim();
  const told = { number: place.number, state, left: open().length };
  if (next) { next.focus(); say(text('next', told)); } else { more.focus(); say(text('all', told)); }
}

/* ---- keys and clicks ---- */
form.addEventListener('focusin', event => {
  const now = placeOf(event.target);
  for (const each of places) each.element.classList.toggle('is-now', each === now);
});
form.addEventListener('input', event => { if (event.target.matches('.key')) placeOf(event.target).changed(); });
form.addEventListener('change', event => {
  const place = placeOf(event.target);
  if (!place || !event.target.matches('[type=radio]')) return;
  if (event.target.closest('[data-settle]')) return; // chosen with Enter or the pointer, see below
  place.paint('', 'warn', text('changed'));
});
form.addEventListener('click', event => {
  const button = event.target.closest('button'), place = placeOf(event.target);
  if (place && event.target.matches('[data-settle] input') && event.detail > 0) { decide(place, place.asked ?? 'use', event.target.value); return; }
  if (place && event.target.matches('[type=radio]') && event.detail > 0 && place.radios.includes(event.target)) { decide(place, event.target.value); return; }
  if (!button || !place) return;
  if (button.dataset.suggest !== undefined) { place.input.value = button.dataset.suggest; decide(place, 'use'); }
  else if (button.dataset.act) decide(place, button.dataset.act);
});
form.addEventListener('keydown', event => {
  if (event.key === 'Enter' && event.repeat) { event.preventDefault(); return; } // a held key must not run through the page
  const action = actionOf(event), place = placeOf(event.target);
  if (action === 'confirm') { event.preventDefault(); form.requestSubmit(more); return; }
  if (!place || !event.target.matches('.key, [type=radio]')) return;
  const does = {
    accept: () => accept(place, event.target),
    previous: () => [...places.slice(0, places.indexOf(place))].reverse().find(each => !each.closed)?.focus(),
    cannot_read: () => decide(place, 'page'),
    left_blank: () => place.input && decide(place, 'absent'),
    as_written: () => place.input && decide(place, 'as_written'),
    suggestion_next: () => cycle(place, 1),
    suggestion_previous: () => cycle(place, -1),
    reset: () => { place.input.value = place.machine; place.changed(); place.focus(); say(text('as_read')); },
  }[action];
  const inInputOnly = ['suggestion_next', 'suggestion_previous', 'reset'].includes(action);
  if (!does || (inInputOnly && (event.target !== place.input || (form.elements.blind && !place.machine)))) return;
  if (event.repeat) return;
  event.preventDefault();
  does();
});
function accept(place, target) {
  if (target.closest('[data-settle]')) {
    const chosen = place.settle.querySelector(':checked'); // an Enter by habit is no second look
    if (chosen) decide(place, place.asked ?? 'use', chosen.value); else say(text('differ_said'));
  } else if (place.input) decide(place, 'use');
  else {
    const chosen = place.radios.find(each => each.checked) ?? ('asRead' in target.dataset ? target : null);
    if (chosen) decide(place, chosen.value); else say(text('choose')); // which radio button has the focus is no answer
  }
}
function cycle(place, by) {
  const texts = [place.machine, ...place.suggestions];
  if (texts.length < 2) return;
  const now = Math.max(0, texts.indexOf(place.input.value));
  place.input.value = texts[(now + by + texts.length) % texts.length];
  place.changed();
  place.focus();
  say(place.input.value === place.machine ? text('as_read') : text('suggestion', { text: [...place.input.value].join(' ') }));
}

/* ---- the next page: everything saved first ---- */
form.addEventListener('submit', async event => {
  event.preventDefault();
  if (sending) return;
  const button = event.submitter;
  if (button === more && open().length) { stillOpen(); return; }
  sending = true;
  await Promise.all(places.map(place => place.sent));
  if (button === more && open().length) { sending = false; stillOpen(); return; }
  button?.setAttribute('aria-disabled', 'true');
  form.action = button === more ? form.dataset.more : button?.formAction || form.action;
  form.submit();
});

function stillOpen() { open()[0].focus(); say(text('open', { left: open().length })); }

/* never show an old page: what was on it may have gone to someone else */
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });

const problems = find('#problems');
if (problems) problems.focus();
else (open()[0] ?? more).focus();
