/* The editor of a form: the picture, what stands beside it, and saving. */
import { Model } from './forms-model.js';
import { Panel } from './forms-panel.js';
import { fresh, parts, remove, said } from './forms-shapes.js';
import { Stage } from './forms-stage.js';
import { text } from './texts.js';

const $ = selector => document.querySelector(selector);
const root = $('#editor'), data = JSON.parse(root.dataset.editor);
const model = new Model(data);
const PATIENCE = 30000; // milliseconds before a request without an answer counts as lost
const COMPARING = 90000; // the same, where a form is compared with all others first

const say = words => { $('#said').textContent = words; };
const panel = new Panel(model, {
  choose: field => { choose(field); stage.focus(field); }, changed: structure => refresh(structure), say, page: number => turn(number),
});
const stage = new Stage($('#stage'), model, {
  choose, undo: () => back('undo'), redo: () => back('redo'),
  remove: () => takeAway(), name: () => { $('#f-name').focus(); $('#f-name').select(); },
  moved: ({ field, part }, grown) => {
    panel.choose();
    tools();
    const found = model.fields[field], inside = parts(found);
    const at = said(part === null ? hullOf(inside) : inside[part].box, model.sheet);
    say(text(grown ? 'sized' : 'placed', { field: found.name, ...at }));
  },
});
const hullOf = inside => [0, 1, 2, 3].map(side => (side < 2 ? Math.min : Math.max)(...inside.map(part => part.box[side])));

function choose(field, part = null) {
  if ($('#field').contains(document.activeElement)) document.activeElement.blur(); // what was typed belongs to the field before
  model.chosen = { field, part };
  const page = model.field?.page ?? 1;
  if (page !== stage.page && model.sheets[page - 1]) turn(page);
  stage.choose();
  panel.choose();
}

function turn(page) {
  stage.show(page);
  if ($('#page')) $('#page').value = page;
}

function tools() {
  $('[data-do=undo]').disabled = !model.undoable;
  $('[data-do=redo]').disabled = !model.redoable;
}

function refresh(structure) {
  if (structure) stage.rebuild(); else stage.redraw();
  panel.show();
  tools();
}

function back(way) {
  if (!model[way]()) return;
  clear();
  const page = model.field?.page ?? stage.page;
  if (page !== stage.page) turn(page);
  refresh(true);
  say(text(way === 'undo' ? 'undone' : 'redone'));
}

function takeAway() {
  const { field, part } = model.chosen;
  if (field === null) return;
  const name = model.field.name, inside = parts(model.field);
  model.keep();
  if (part !== null && inside.length > 1) remove(model.field, inside[part]);
  else model.fields.splice(field, 1);
  model.chosen = { field: part !== null && inside.length > 1 ? field : model.fields.length ? Math.min(field, model.fields.length - 1) : null, part: null };
  model.changed();
  clear();
  refresh(true);
  say(part !== null && inside.length > 1 ? text('part_gone', { part: inside[part].name, field: name }) : text('field_gone', { field: name }));
  if (model.field && (model.field.page ?? 1) === stage.page) stage.focus(model.chosen.field); else $('[data-do=undo]').focus();
}

/* The notes of this field are dealt with: on to the next that has some. */
function looked() {
  model.keep();
  delete model.field['#'];
  model.changed();
  refresh(false);
  const left = model.fields.filter(field => field['#']?.length).length;
  const next = [...model.fields.keys()].map(n => (n + model.chosen.field) % model.fields.length).find(n => model.fields[n]['#']?.length);
  if (next === undefined) { say(text('all_checked')); $('#f-name').focus(); return; }
  choose(next);
  stage.focus(next);
  $('[data-do=looked]').focus();
  say(text('next_check', { number: left, field: model.field.name }));
}

function more() {
  model.keep();
  model.fields.push(fresh(new Set(model.fields.map(field => field.name)), stage.page, stage.middle(), stage.sheet));
  model.chosen = { field: model.fields.length - 1, part: null };
  model.changed();
  clear();
  refresh(true);
  stage.focus(model.chosen.field);
  $('#f-name').focus();
  $('#f-name').select();
  say(text('field_added'));
}

/* Mistakes point at fields by their number, so they go when numbers change. */
function clear() {
  model.wrong.clear();
  panel.mistakes([]);
  $('#mistakes').hidden = true;
}

/* The input that a mistake is about; what it lies folded in is opened. */
const goal = each => panel.input(each) ?? (each.field === null ? null : $('#f-name'));
function lead(each) {
  if (each.field !== null) { choose(each.field); stage.focus(each.field); }
  const input = goal(each);
  for (let folded = input.closest('details'); folded; folded = folded.parentElement.closest('details')) folded.open = true;
  input.focus();
}

function told(title, found) {
  model.wrong = new Set(found.filter(each => each.field !== null && !each.warning).map(each => each.field));
  panel.mistakes(found);
  refresh(false);
  $('#mistakes-title').textContent = title;
  $('#mistakes ul').replaceChildren(...found.map(each => {
    const item = document.createElement('li'), name = model.fields[each.field]?.name;
    const what = `${[name, each.key].filter(Boolean).join(', ')}${name || each.key ? ': ' : ''}${each.words}`;
    const words = each.warning ? text('look_at', { what }) : what;
    if (!goal(each)) item.textContent = words;
    else {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button-link';
      button.textContent = words;
      button.addEventListener('click', () => lead(each));
      item.append(button);
    }
    return item;
  }));
  $('#all-the-same').hidden = true;
  $('#mistakes').classList.toggle('problem--mild', found.every(each => each.warning));
  $('#mistakes').hidden = false;
  $('#mistakes').focus();
}

/* Something to know before it is saved: nothing was written yet. */
function asked(question, words, how) {
  told(question, words.map(each => ({ field: null, key: '', words: each })));
  $('#mistakes').classList.add('problem--mild');
  $('#all-the-same').hidden = false;
  $('#all-the-same button').dataset.save = how;
}

/* A new session has a new token: that of the page as it would be loaded now. */
async function renewed() {
  const reply = await fetch(location.href, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
  const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
  const token = page.querySelector('#editor')?.dataset.token;
  if (!token || token === root.dataset.token) return false;
  root.dataset.token = token;
  return true;
}

async function send(url, more = {}, patience = PATIENCE) {
  const body = JSON.stringify({ form: model.form, version: data.version, ...more });
  const post = () => fetch(url, {
    method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-CSRFToken': root.dataset.token },
    redirect: 'manual', signal: AbortSignal.timeout(patience),
  });
  try {
    let reply = await post();
    if (reply.status === 400 && await renewed()) reply = await post();
    if (reply.type === 'opaqueredirect') return { problem: text('logged_out') };
    if (reply.headers.get('Content-Type')?.includes('zip')) return { zip: await reply.blob(), name: /filename="(.+)"/.exec(reply.headers.get('Content-Disposition'))?.[1] };
    return await reply.json().catch(() => ({ problem: text('server_failed', { number: reply.status }) }));
  } catch {
    return { problem: text('server_away') };
  }
}

function counted(found) {
  const wrong = found.filter(each => !each.warning).length, more = found.length - wrong;
  const first = text(wrong > 1 ? 'wrong_more' : `wrong_${wrong}`, { number: wrong });
  return more ? text(more === 1 ? 'wrong_and_one' : 'wrong_and_more', { wrong: first, number: more }) : first;
}

let sending = false;
async function save(how, button) {
  if (sending) return;
  const edition = button.dataset.edition ?? $('#edition')?.value.trim() ?? '';
  if (how === 'new' && !edition) { told(text('problem'), [{ field: null, key: '', words: text('needs_edition') }]); $('#edition')?.focus(); return; }
  sending = true;
  say(text(how === 'new' ? 'comparing' : 'moment'));
  const url = { check: data.urls.check, zip: data.urls.zip }[how] ?? data.urls.save;
  const allTheSame = 'allTheSame' in button.dataset;
  const given = { here: { in_place: true, all_the_same: allTheSame }, check: {} }[how] ?? { edition, all_the_same: allTheSame };
  const answer = await send(url, given, how === 'new' || how === 'here' ? COMPARING : PATIENCE);
  sending = false;
  say('');
  if (answer.problem) return told(text('not_saved'), [{ field: null, key: '', words: answer.problem }]);
  if (answer.question) return asked(answer.question, answer.words, how);
  if (answer.mistakes?.length) return told(counted(answer.mistakes), answer.mistakes);
  clear();
  refresh(false);
  if (how === 'check') return say(text('nothing_wrong'));
  if (how === 'zip') return download(answer);
  model.saved();
  location.assign(answer.to);
}

function download({ zip, name }) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(zip);
  link.download = name ?? 'form.zip';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(text('downloaded', { name: link.download }));
}

root.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (button?.dataset.save) return save(button.dataset.save, button);
  switch (button?.dataset.do) {
    case 'add': return more();
    case 'undo': case 'redo': return back(button.dataset.do);
    case 'delete': return takeAway();
    case 'looked': return looked();
    case 'in': case 'out': $('#zoom').value = `${stage.zoom(button.dataset.do === 'in' ? 1 : -1)} %`;
  }
});
$('#page')?.addEventListener('change', event => { model.chosen = { field: null, part: null }; turn(Number(event.target.value)); panel.choose(); });
addEventListener('beforeunload', event => { if (model.dirty) event.preventDefault(); });
panel.show();
