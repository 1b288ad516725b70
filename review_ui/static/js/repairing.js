/* Wrong form or bad scan: pictures turn and move at once. Without this, the same is done by the boxes. */
import { Lease } from './lease.js';

const find = selector => document.querySelector(selector);
const form = find('#repair'), leaves = find('#leaves');
const said = find('#said');
const say = text => { said.textContent = text; };
const filled = (text, parts) => Object.entries(parts).reduce((made, [name, value]) => made.replace(`{${name}}`, value), text);

function show(leaf) {
  const turn = leaf.querySelector('select');
  leaf.querySelector('[data-turn]').setAttribute('transform', `rotate(${turn.value - leaf.dataset.lies})`);
  leaf.classList.toggle('leaf--blank', leaf.querySelector('[name^="blank:"]').checked);
  leaf.classList.toggle('leaf--starts', leaf.querySelector('[name^="starts:"]').checked);
}

function turn(leaf, by) {
  const select = leaf.querySelector('select');
  select.value = (Number(select.value) + by + 360) % 360;
  show(leaf);
  say(filled(form.dataset.turned, { side: leaf.dataset.leaf, turn: select.selectedOptions[0].textContent }));
}

function number() {
  [...leaves.children].forEach((leaf, at) => { leaf.querySelector('[name^="place:"]').value = at + 1; });
}

function put(leaf, at) {
  const others = [...leaves.children].filter(each => each !== leaf);
  const place = Math.min(Math.max(at, 0), others.length);
  leaves.insertBefore(leaf, others[place] ?? null);
  number();
  say(filled(form.dataset.moved, { side: leaf.dataset.leaf, place: place + 1, all: leaves.children.length }));
}

leaves.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) return;
  const leaf = button.closest('.leaf');
  if (button.dataset.by) turn(leaf, Number(button.dataset.by));
  else if (button.dataset.move) {
    put(leaf, [...leaves.children].indexOf(leaf) + Number(button.dataset.move));
    button.focus(); /* moving a box takes the focus from what is in it */
  }
});
leaves.addEventListener('change', event => {
  const leaf = event.target.closest('.leaf');
  if (!event.target.name.startsWith('place:')) { show(leaf); return; }
  const place = Number.parseInt(event.target.value, 10);
  if (Number.isNaN(place)) return; /* said when it is sent */
  put(leaf, place - 1);
  event.target.focus();
});
leaves.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !event.target.matches('input')) return;
  event.preventDefault(); /* the whole page is sent with its button only */
  event.target.dispatchEvent(new Event('change', { bubbles: true }));
});
/* a browser that comes back to this page keeps what was chosen, but not how it looked */
for (const leaf of leaves.children) show(leaf);

const lease = new Lease(Number(form.dataset.seconds), async () => {
  try {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const reply = await fetch(form.dataset.heartbeat, { method: 'POST', body, redirect: 'manual' });
    if (reply.status === 409) { lease.end(); say(form.dataset.gone); return null; }
    return reply.ok ? (await reply.json()).seconds : null;
  } catch { return null; }
}, { warn: () => say(form.dataset.late), fine: () => say(''), over: () => say(form.dataset.gone) });

let sending = false;
form.addEventListener('submit', event => {
  if (sending) event.preventDefault();
  sending = true;
});
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
find('#problems')?.focus();
