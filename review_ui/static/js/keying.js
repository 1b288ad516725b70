/* Second keying: shortcuts, capitals and what a text means. The page does everything else as a plain form. */
import { actionOf } from './keys.js';

const find = selector => document.querySelector(selector);
const form = find('#keying'), input = find('#text'), meaning = find('#meaning');
const LOOK_AFTER = 200; // milliseconds of rest before the meaning of a typed text is looked up
let looking = 0, sending = false;

form.addEventListener('keydown', event => {
  if (event.key === 'Enter' && event.repeat) { event.preventDefault(); return; } // a held key must not run through the fields
  const action = actionOf(event), button = action && form.querySelector(`[data-action="${action}"]`);
  if (!button && !(action === 'confirm')) return;
  event.preventDefault();
  if (!event.repeat) form.requestSubmit(button || find('#save'));
});
form.addEventListener('submit', event => {
  if (sending) event.preventDefault(); // once is enough, whatever is pressed twice
  sending = true;
});
input?.addEventListener('input', async () => {
  if (input.closest('.comb')) {
    const at = input.selectionStart;
    input.value = input.value.toUpperCase();
    input.setSelectionRange(at, at);
  }
  meaning.textContent = '';
  const turn = ++looking, text = input.value.trim();
  await new Promise(done => setTimeout(done, LOOK_AFTER));
  if (turn !== looking || !text) return;
  try {
    const data = new URLSearchParams({ text, csrf_token: form.elements.csrf_token.value });
    const reply = await fetch(form.dataset.check, { method: 'POST', body: data, redirect: 'error' });
    if (reply.ok && turn === looking) meaning.textContent = (await reply.json()).meaning;
  } catch { /* not reachable now: saving will tell */ }
});
/* never show an old page: its field may have gone to someone else */
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });

const problems = find('#problems');
if (problems && input) { input.focus(); input.select(); }
form.dataset.ready = ''; // shortcuts work from here on
