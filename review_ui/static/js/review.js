/* The review page. Everything here also works without it, more slowly: each card posts as a form. */
import { Card } from './cards.js';
import { Lease } from './lease.js';
import { Saver } from './saving.js';
import { Viewer } from './viewer.js';

const find = selector => document.querySelector(selector);
const form = find('#sheet'), confirm = find('#confirm'), likely = find('#likely-return'), said = find('#said');
const say = text => { said.textContent = ''; requestAnimationFrame(() => { said.textContent = text; }); };

const saver = new Saver(form, { saved, gone, changed: gone, failing, refused, away });
const cards = [...document.querySelectorAll('[data-card]')].map(each => new Card(each, saver));
const cardOf = element => cards.find(card => card.element === element?.closest('[data-card]'));
const named = field => cards.find(card => card.field === field);
const viewer = new Viewer(find('#stage'), find('.viewer__tools'), {
  say,
  pick: field => named(field)?.focus(),
  change: field => { location.href = `${form.dataset.change}?change=${encodeURIComponent(field)}`; },
});
const lease = new Lease(Number(form.dataset.seconds), beat, {
  warn: () => { find('#lease-warning').hidden = false; say('2 minutes left. Press any key to keep working.'); },
  fine: () => { find('#lease-warning').hidden = true; },
  over: () => gone('There was no activity, so it may go to someone else now. What you saved is kept.'),
});
let active = null, sending = false;

/* ---- the server's side ---- */
function saved(standing) {
  find('#saved').textContent = `Saved ${standing.saved}`;
  held(standing);
  const told = find('#disagree');
  told.hidden = standing.disagreements.length === 0;
  told.querySelector('ul').replaceChildren(...standing.disagreements.map(text => Object.assign(document.createElement('li'), { textContent: text })));
  const all = find('#accept-all');
  if (all) { all.hidden = standing.acceptable === 0; find('#accept-count').textContent = standing.acceptable; }
}
function held(standing) { find('#until').textContent = standing.until; lease.held(standing.seconds); }
function failing() { find('#saved').textContent = 'Not saved, trying again'; say('Not saved yet. Trying again.'); }
function gone(text) { lease.end(); find('#gone-text').textContent = text; if (!find('#gone').open) find('#gone').showModal(); }
/* Nothing from this page is taken any more: only loading it again helps. */
function refused() {
  find('#unsaved-text').textContent = 'Load the page again, then give your last answer once more. What was saved before is kept.';
  unsaved();
}
function away(again) {
  find('#unsaved-text').textContent = 'The connection did not come back. Try again. If that does not help, tell whoever runs Postroom. What was saved before is kept.';
  find('#unsaved-again').onclick = () => { find('#unsaved').close(); again(); };
  unsaved(again);
}
function unsaved(again) {
  find('#saved').textContent = 'Not saved';
  find('#unsaved-again').hidden = !again;
  find('#unsaved').oncancel = event => event.preventDefault(); // Escape would leave answers that only look saved
  if (!find('#unsaved').open) find('#unsaved').showModal();
}
async function beat() {
  const { status, body } = await saver.post(form.dataset.heartbeat, {});
  if (status === 200) { find('#until').textContent = body.until; return body.seconds; }
  if (body?.gone) gone(body.gone);
  return null;
}

/* ---- answering ---- */
async function answer(card, given) {
  if (card.busy) return false;
  const text = card.text;
  if (given === 'use') {
    card.busy = true;
    const { problem } = await card.line(text).finally(() => { card.busy = false; });
    if (problem) { card.refuse(problem); say(`Error: ${problem}`); return false; }
  }
  if (given === 'as_written' && !text) { card.refuse('Enter what is written, even if it looks wrong.'); return false; }
  card.decide(given);
  saver.save(card.field, given, text).then(({ standing, problem, unsaved }) => {
    if (unsaved) card.paint('', 'bad', 'Not saved');
    if (problem) { card.refuse(problem); say(`Error in ${card.label}: ${problem}`); }
    else if (standing && card.given === given) card.settle(standing);
  });
  return true;
}
async function answerAndMoveOn(card, given) {
  if (await answer(card, given)) moveOn(card); else card.focus();
}
function moveOn(card) {
  const at = cards.indexOf(card);
  const next = [...cards.slice(at + 1), ...cards.slice(0, at)].find(each => each.open);
  const state = `${card.label}: ${card.state.toLowerCase()}.`;
  if (next) { next.focus(); say(`${state} ${left()} left.`); }
  else if (likely) { likely.focus(); say(`${state} All fields checked. This edition may have to go back: press Enter to return it to the sender.`); }
  else { confirm.focus(); say(`${state} All fields checked. Press Enter to confirm and get the next one.`); }
}
const left = () => cards.filter(card => card.open).length;

function show(card) {
  if (active === card) return;
  active = card;
  for (const each of cards) each.element.classList.toggle('is-now', each === card);
  for (const step of document.querySelectorAll('[data-step]')) {
    const on = step.dataset.step === card.field;
    step.classList.toggle('is-now', on);
    if (on) step.setAttribute('aria-current', 'step'); else step.removeAttribute('aria-current');
  }
  viewer.show(card.field);
}

form.addEventListener('painted', ({ detail: card }) => {
  const step = document.querySelector(`[data-step="${CSS.escape(card.field)}"]`);
  if (step) {
    step.classList.toggle('is-done', card.done);
    step.querySelector('[data-step-state]').textContent = `, ${card.state.toLowerCase()}`;
  }
  viewer.done(card.field, card.done, card.number);
  const open = left();
  find('#left').textContent = open ? `${open} left` : 'All checked';
  document.title = document.title.replace(/^.*? –/, open ? `${open} to check –` : 'Ready –');
});

/* ---- keys and clicks ---- */
const KEYS_OFF = 'postroom.keys';
const keysOn = () => localStorage.getItem(KEYS_OFF) !== 'off';
find('#keys-on').checked = keysOn();
find('#keys-on').addEventListener('change', event => localStorage.setItem(KEYS_OFF, event.target.checked ? 'on' : 'off'));

form.addEventListener('focusin', event => { const card = cardOf(event.target); if (card) show(card); });
form.addEventListener('input', event => { if (event.target.matches('.key')) cardOf(event.target).changed(); });
form.addEventListener('change', event => { if (event.target.matches('[type=radio]')) answer(cardOf(event.target), event.target.value); });

form.addEventListener('keydown', event => {
  const card = cardOf(event.target);
  if (event.key === 'Enter' && event.repeat) { event.preventDefault(); return; } // a held key must not run through the form
  if (event.key === 'Enter' && event.ctrlKey) { event.preventDefault(); if (confirm && keysOn()) form.requestSubmit(confirm); return; }
  if (!card || event.isComposing) return;
  if (event.altKey && !event.ctrlKey && !event.metaKey) altKey(event, card);
  else if (event.target === card.input) inputKey(event, card);
  else if (event.target.matches('[type=radio]') && event.key === 'Enter') { event.preventDefault(); radioEnter(event, card); }
});
document.addEventListener('keydown', event => {
  if (event.altKey && event.code === 'KeyZ' && keysOn()) { event.preventDefault(); viewer.toggleFollow(); }
  if (event.altKey && event.code === 'KeyR' && keysOn()) { event.preventDefault(); find('#return').click(); }
});
function altKey(event, card) {
  const given = { KeyU: 'illegible', KeyN: 'absent', KeyW: 'as_written' }[event.code];
  if (!given || !keysOn() || event.repeat || (given === 'as_written' && !card.input)) return;
  event.preventDefault();
  answerAndMoveOn(card, given);
}
function inputKey(event, card) {
  if (event.key === 'Enter') {
    event.preventDefault();
    if (event.shiftKey) cards[cards.indexOf(card) - 1]?.focus(); else answerAndMoveOn(card, 'use');
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const text = card.cycle(event.key === 'ArrowDown' ? 1 : -1);
    if (text === null) return;
    event.preventDefault();
    card.write(text); card.focus();
    say(`${text === card.machine ? 'As the machine read it' : 'Suggestion'}: ${[...text].join(' ')}`);
  } else if (event.key === 'Escape') { card.write(card.machine); card.focus(); say('As the machine read it'); }
}
function radioEnter(event, card) {
  if (event.shiftKey) { cards[cards.indexOf(card) - 1]?.focus(); return; }
  const chosen = card.radios.find(each => each.checked) ?? event.target;
  if (card.given === chosen.value) moveOn(card); else answerAndMoveOn(card, chosen.value);
}
form.addEventListener('click', event => {
  const button = event.target.closest('button, a'), card = cardOf(button);
  if (!button) return;
  if (button.dataset.step) { event.preventDefault(); named(button.dataset.step).focus(); }
  else if (card && button.dataset.suggest !== undefined) { card.write(button.dataset.suggest); answerAndMoveOn(card, 'use'); }
  else if (card && button.dataset.act) answerAndMoveOn(card, button.dataset.act);
  else if (button.id === 'keep') lease.hold().then(() => (active ?? cards[0])?.focus());
});
document.addEventListener('click', event => {
  const opener = event.target.closest('[data-dialog]');
  if (opener) find(`#${opener.dataset.dialog}`).showModal();
});

/* ---- the whole form: everything saved first, then as the button says ---- */
form.addEventListener('submit', async event => {
  event.preventDefault();
  const button = event.submitter;
  if (sending) return;
  if (button === confirm && left()) { listMissing(); return; }
  sending = true;
  say('Saving.');
  await saver.settled();
  if (button === confirm && left()) { sending = false; listMissing(); return; }
  if (find('#gone').open || find('#unsaved').open) return;
  const outcome = Object.assign(document.createElement('input'), { type: 'hidden', name: 'outcome', value: button?.value || 'save' });
  form.append(outcome);
  if (button?.hasAttribute('formaction')) form.action = button.formAction;
  button?.setAttribute('aria-disabled', 'true');
  form.submit();
});
function listMissing() {
  const box = find('#problems');
  box.querySelector('ul').replaceChildren(...cards.filter(card => card.open).map(card => {
    const link = Object.assign(document.createElement('a'), { href: `#${card.element.id}`, textContent: `Check ‘${card.label}’` });
    link.addEventListener('click', event => { event.preventDefault(); card.focus(); });
    const line = document.createElement('li');
    line.append(link);
    return line;
  }));
  box.hidden = false;
  find('#scroll').scrollTop = 0;
  box.focus();
}

/* never show an old page that may have gone to someone else */
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });

const asked = named(new URLSearchParams(location.search).get('change'));
const first = asked ?? cards.find(card => card.open);
if (!find('#problems').hidden) find('#problems').focus();
else if (likely && !asked) likely.focus(); /* an Enter by habit must not deliver what should go back */
else if (first) first.focus();
else confirm?.focus();
/* a browser that goes to a #place takes the focus away again once the page is loaded */
if (location.hash) addEventListener('load', () => setTimeout(() => { if (document.activeElement === document.body) first?.focus(); }));
