/* The review page. Everything here also works without it, more slowly: each card posts as a form. */
import { Card } from './cards.js';
import { disagree } from './disagreements.js';
import { Drafts } from './drafts.js';
import { actionOf } from './keys.js';
import { Lease } from './lease.js';
import { Saver } from './saving.js';
import { text } from './texts.js';
import { Viewer } from './viewer.js';

const FEW = 1; // open cards left when the next application's pictures are asked for
const ASK_AGAIN = 45000; // milliseconds: it is kept for this person for a minute
const find = selector => document.querySelector(selector);
const form = find('#sheet'), confirm = find('#confirm'), likely = find('#likely-return'), said = find('#said');
let telling = '';
const say = told => { telling = told; said.textContent = ''; requestAnimationFrame(() => { said.textContent = telling; }); };

const drafts = new Drafts(form.dataset.drafts);
const saver = new Saver(form, { saved, gone, changed, failing, refused, away });
const cards = [...document.querySelectorAll('[data-card]')].map(each => new Card(each, saver));
const cardOf = element => cards.find(card => card.element === element?.closest('[data-card]'));
const named = field => cards.find(card => card.field === field);
const open = () => cards.filter(card => card.open);
const viewer = new Viewer(find('#stage'), find('.viewer__tools'), {
  say,
  pick: field => named(field)?.focus(),
  change: field => { location.href = `${form.dataset.change}?change=${encodeURIComponent(field)}`; },
});
const lease = new Lease(Number(form.dataset.seconds), beat, {
  warn: () => { find('#lease-warning').hidden = false; say(text('warned')); },
  fine: () => { find('#lease-warning').hidden = true; },
  over: () => gone(text('ended')),
});
let active = null, sending = false, asked = -Infinity, stepping = false;

/* ---- the server's side ---- */
function saved(standing) {
  find('#saved').textContent = text('saved', { time: standing.saved });
  find('#until').textContent = standing.until;
  lease.held(standing.seconds);
  find('#told').hidden = true;
  const fresh = disagree(standing.disagreements);
  if (fresh) say(`${telling} ${text('together', { what: fresh })}`);
  active?.element.scrollIntoView({ block: 'nearest' });
  const all = find('#accept-all');
  if (all) { all.hidden = standing.acceptable === 0; all.textContent = text('accept_all', { number: standing.acceptable }); }
}
function failing() { find('#saved').textContent = text('trying'); say(text('trying_said')); }
function stay(dialog) {
  dialog.oncancel = event => event.preventDefault(); // Escape would leave a page that only looks alive
  dialog.onclose = () => { if (!('done' in dialog.dataset)) dialog.showModal(); };
  delete dialog.dataset.done;
  if (!dialog.open) dialog.showModal();
}
function gone(told) { lease.end(); find('#gone-text').textContent = told; stay(find('#gone')); }
function changed() { lease.end(); stay(find('#changed')); }
/* Nothing from this page is taken any more: only loading it again helps. */
function refused() { unsaved(text('refused')); }
function away(again) { unsaved(text('away'), again); }
function unsaved(told, again) {
  const dialog = find('#unsaved'), button = find('#unsaved-again');
  find('#unsaved-text').textContent = told;
  find('#saved').textContent = text('not_saved');
  button.hidden = !again;
  button.onclick = () => { dialog.dataset.done = ''; dialog.close(); again(); };
  stay(dialog);
}
async function beat() {
  const { status, body } = await saver.post(form.dataset.heartbeat, {});
  if (status === 200) { find('#until').textContent = body.until; prepare(); return body.seconds; }
  if (body?.gone) gone(body.gone);
  return null;
}
/* When few cards are left: have the browser load the pictures of what comes next. */
async function prepare() {
  if (performance.now() - asked < ASK_AGAIN || open().length > FEW) return;
  asked = performance.now();
  try {
    const reply = await fetch(form.dataset.upcoming, { redirect: 'error' });
    for (const url of (await reply.json()).pictures) {
      const picture = Object.assign(new Image(), { src: url });
      picture.decode().catch(() => {}); // it is loaded with its page then
    }
  } catch { /* not reachable now: nothing is lost but time */ }
}

/* ---- answering ---- */
async function answer(card, given) {
  if (card.busy) return false;
  const typed = card.text;
  if (given === 'use') {
    card.busy = true;
    const { problem } = await card.line(typed).finally(() => { card.busy = false; });
    if (problem) { card.refuse(problem); say(text('error', { problem })); return false; }
  }
  if (given === 'as_written' && !typed) { card.refuse(text('as_written_empty')); return false; }
  card.decide(given);
  send(card, given, typed);
  return true;
}
function send(card, given, typed) {
  drafts.keep(card.field, { ...card.draft, given, text: typed });
  saver.save(card.field, given, typed).then(({ standing, problem, unsaved: never }) => {
    if (never) { card.paint('', 'bad', text('not_saved')); note(card); drafts.hold(card.field); }
    if (problem) { card.refuse(problem); say(text('error_in', { field: card.label, problem })); note(card); }
    if (!standing) return;
    card.stands(standing.given, standing.text);
    if (card.given === given) { card.settle(standing); drafts.drop(card.field); } else note(card);
    prepare();
  });
}
/* Keep what is typed but not saved, for when the page is loaded again. */
function note(card) { if (card.isDraft) drafts.keep(card.field, card.draft); else drafts.drop(card.field); }
async function answerAndMoveOn(card, given) {
  if (await answer(card, given)) moveOn(card); else card.focus();
}
function moveOn(card) {
  const at = cards.indexOf(card), next = [...cards.slice(at + 1), ...cards.slice(0, at)].find(each => each.open);
  const told = { field: card.label, state: card.state.toLowerCase(), number: open().length };
  const [target, name] = next ? [next, 'moved'] : likely ? [likely, 'moved_return'] : [confirm, 'moved_last'];
  target.focus();
  say(text(name, told));
}
function show(card) {
  if (active === card) return;
  active = card;
  drafts.hold(card.field);
  for (const each of cards) each.element.classList.toggle('is-now', each === card);
  for (const step of document.querySelectorAll('[data-step]')) {
    const on = step.dataset.step === card.field;
    step.classList.toggle('is-now', on);
    if (on) step.setAttribute('aria-current', 'step'); else step.removeAttribute('aria-current');
  }
  viewer.show(card.field);
}
form.addEventListener('painted', ({ detail: card }) => {
  const step = find(`[data-step="${CSS.escape(card.field)}"]`);
  if (step) {
    step.classList.toggle('is-done', card.done);
    step.querySelector('[data-step-state]').textContent = `, ${card.state.toLowerCase()}`;
  }
  viewer.done(card.field, card.done, card.number);
  const number = open().length;
  find('#left').textContent = number ? text('left', { number }) : text('all_checked');
  document.title = document.title.replace(/^.*? –/, `${number ? text('title_open', { number }) : text('title_ready')} –`);
});

/* ---- keys and clicks ---- */
form.addEventListener('focusin', event => { const card = cardOf(event.target); if (card) show(card); });
for (const kind of ['input', 'compositionend']) {
  form.addEventListener(kind, event => {
    if (!event.target.matches('.key')) return;
    const card = cardOf(event.target);
    card.changed(event.isComposing);
    note(card);
  });
}
/* Arrow keys walk through choices: only the one that they end on is an answer. */
form.addEventListener('change', event => {
  const card = cardOf(event.target);
  if (!event.target.matches('[type=radio]')) return;
  if (stepping) card.consider(event.target); else answer(card, event.target.value);
});
form.addEventListener('keydown', event => { stepping = event.target.matches('[type=radio]') && event.key.startsWith('Arrow'); });
form.addEventListener('pointerdown', () => { stepping = false; });
form.addEventListener('focusout', event => {
  const card = cardOf(event.target);
  if (card?.considered && cardOf(event.relatedTarget) !== card) answer(card, card.considered);
});

const DECIDE = { cannot_read: 'illegible', left_blank: 'absent', as_written: 'as_written' };
const LINKS = { return: '#return', refer: '#refer' };
document.addEventListener('keydown', event => {
  const action = actionOf(event), card = cardOf(event.target);
  if (event.key === 'Enter' && event.repeat) { event.preventDefault(); return; } // a held key must not run through the form
  if (!action || find('dialog[open]')) return;
  if (action in LINKS) { event.preventDefault(); find(LINKS[action]).click(); }
  else if (action === 'zoom') { event.preventDefault(); viewer.toggleFollow(); }
  else if (action === 'confirm' && confirm) { event.preventDefault(); form.requestSubmit(confirm); }
  else if (card) onCard(event, action, card);
});
function onCard(event, action, card) {
  const typing = event.target === card.input, choosing = event.target.matches('[type=radio]');
  if (action in DECIDE) {
    event.preventDefault();
    if (!event.repeat && (action !== 'as_written' || card.input)) answerAndMoveOn(card, DECIDE[action]);
  } else if (action === 'previous' && (typing || choosing)) { event.preventDefault(); cards[cards.indexOf(card) - 1]?.focus(); }
  else if (action === 'accept' && typing) { event.preventDefault(); answerAndMoveOn(card, 'use'); }
  else if (action === 'accept' && choosing) { event.preventDefault(); acceptChoice(card, event.target); }
  else if (typing) rewrite(event, action, card);
}
function rewrite(event, action, card) {
  const by = { suggestion_next: 1, suggestion_previous: -1 }[action];
  const to = by ? card.cycle(by) : action === 'reset' ? { text: card.machine, said: card.asRead } : null;
  if (!to) return;
  event.preventDefault();
  card.write(to.text);
  card.focus();
  say(to.said);
}
/* Enter takes what is chosen, or what was read; never the first of a list that nobody chose from. */
function acceptChoice(card, target) {
  const chosen = card.radios.find(each => each.checked) ?? ('asRead' in target.dataset ? target : null);
  if (!chosen) { const problem = text('choose'); card.ask(problem); say(text('error', { problem })); return; }
  if (card.given === chosen.value) moveOn(card); else answerAndMoveOn(card, chosen.value);
}
form.addEventListener('click', event => {
  const button = event.target.closest('button, a'), card = cardOf(button);
  if (!button) return;
  const { step, compare, suggest, act } = button.dataset, other = named(step ?? compare);
  if (other) { event.preventDefault(); other.focus(); }
  else if (card && suggest !== undefined) { card.write(suggest); answerAndMoveOn(card, 'use'); }
  else if (card && act) answerAndMoveOn(card, act);
  else if (button.id === 'keep') lease.hold().then(() => (active ?? cards[0])?.focus());
  else if (button.dataset.open) find(`#${button.dataset.open}`).open = true;
});
document.addEventListener('click', event => {
  const opener = event.target.closest('[data-dialog]');
  if (opener) find(`#${opener.dataset.dialog}`).showModal(); // which gives the focus back when it closes
});

/* ---- the whole form: everything saved first, then as the button says ---- */
form.addEventListener('submit', async event => {
  event.preventDefault();
  const button = event.submitter;
  if (sending) return;
  if (active?.considered) answer(active, active.considered);
  if (button === confirm && open().length) { listMissing(); return; }
  if (!navigator.onLine) { tell(text('offline')); return; }
  sending = true;
  say(text('saving'));
  await saver.settled();
  if (find('#gone').open || find('#changed').open || find('#unsaved').open) { sending = false; return; }
  if (button === confirm && open().length) { sending = false; listMissing(); return; }
  const outcome = Object.assign(document.createElement('input'), { type: 'hidden', name: 'outcome', value: button?.value || 'save' });
  form.append(outcome);
  if (button?.hasAttribute('formaction')) form.action = button.formAction;
  button?.setAttribute('aria-disabled', 'true');
  if (button === confirm) drafts.clear();
  form.submit();
});
function tell(told) {
  const box = find('#told');
  box.querySelector('span').textContent = told;
  box.hidden = false;
  say(told);
}
function listMissing() {
  const box = find('#problems');
  box.querySelector('ul').replaceChildren(...open().map(card => {
    const link = Object.assign(document.createElement('a'), { href: `#${card.element.id}`, textContent: text('check', { field: card.label }) });
    link.addEventListener('click', event => { event.preventDefault(); card.focus(); });
    const line = document.createElement('li');
    line.append(link);
    return line;
  }));
  box.hidden = false;
  find('#scroll').scrollTop = 0;
  box.focus();
}

/* ---- the start ---- */
/* What was typed before the page was loaded again, unless something newer was saved since. Decisions
   that were on their way are sent once more. */
function restore() {
  let typed = false;
  for (const [field, draft] of drafts.fields) {
    const card = named(field);
    if (!card) continue;
    if (card.draft.over !== draft.over) { drafts.drop(field); continue; }
    if (card.input && card.text !== draft.text) card.write(draft.text);
    if (draft.given) { card.decide(draft.given); send(card, draft.given, draft.text); } else typed = true;
  }
  if (typed) tell(text('restored'));
}
/* never show an old page that may have gone to someone else */
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });

const wanted = named(new URLSearchParams(location.search).get('change')), inHand = named(drafts.hand);
restore();
const again = performance.getEntriesByType('navigation')[0]?.type === 'reload';
const first = wanted ?? (inHand && (inHand.open || (again && open().length)) ? inHand : cards.find(card => card.open));
if (!find('#problems').hidden) find('#problems').focus();
else if (likely && !wanted) likely.focus(); /* an Enter by habit must not deliver what should go back */
else if (first) first.focus();
else confirm?.focus();
/* a browser that goes to a #place takes the focus away again once the page is loaded */
if (location.hash) addEventListener('load', () => setTimeout(() => { if (document.activeElement === document.body) first?.focus(); }));
prepare();
