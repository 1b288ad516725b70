/* The letter keeps itself as it is written. Everything also works without this, by its buttons. */
import { actionOf } from './keys.js';

const form = document.querySelector('#return-form');
const said = document.querySelector('#said'), saved = document.querySelector('#saved'), unsaved = document.querySelector('#unsaved');
const PAUSE = 1500;
let timer = null, saving = null, wanted = false;

async function save() {
  clearTimeout(timer);
  wanted = false;
  try {
    const answer = await fetch(form.dataset.save, { method: 'POST', body: new FormData(form) });
    const told = await answer.json();
    if (answer.ok) {
      form.elements.draft.value = told.draft;
      document.querySelector('#until').textContent = told.until;
      saved.textContent = `${saved.dataset.text} ${told.saved}`;
      tell('');
    } else {
      tell(told.gone || told.changed || unsaved.dataset.text);
    }
  } catch {
    tell(unsaved.dataset.text);
  }
}

function tell(text) {
  unsaved.hidden = !text;
  unsaved.querySelector('span').textContent = text;
}

function soon() {
  wanted = true;
  clearTimeout(timer);
  timer = setTimeout(begin, PAUSE);
}

function begin() {
  if (saving) { soon(); return; }
  saving = save().finally(() => { saving = null; });
}

form.addEventListener('input', event => { if (event.target.matches('textarea, [name=included]')) soon(); });
form.addEventListener('submit', event => {
  clearTimeout(timer);
  wanted = false;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (saving) {  // two at once would look like two windows
    event.preventDefault();
    saving.then(() => form.requestSubmit(event.submitter));
    return;
  }
  form.dataset.sent = 'yes';  // one press counts once
  setTimeout(() => { delete form.dataset.sent; }, 4000);
});
addEventListener('keydown', event => {
  if (actionOf(event) !== 'confirm') return;
  event.preventDefault();
  if (!event.repeat) form.requestSubmit(document.querySelector('#approve'));
});
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
addEventListener('beforeunload', event => { if (wanted) event.preventDefault(); });
form.querySelectorAll('[data-needs-update]').forEach(each => each.addEventListener('change', () => {
  said.textContent = document.querySelector('.return__told').textContent;
}));
