/* The rules across fields that fail, in words, each with links to the fields that it is about. */
import { text } from './texts.js';

const box = document.querySelector('#disagree'), list = box.querySelector('ul');

/* Show what fails now; returns what did not fail before, in words, or ''. */
export function disagree(found) {
  const before = new Set([...list.children].map(each => each.dataset.message));
  list.replaceChildren(...found.map(line));
  box.hidden = found.length === 0;
  return found.map(each => each.message).filter(each => !before.has(each)).join(' ');
}

function line({ message, fields }) {
  const made = Object.assign(document.createElement('li'), { textContent: message });
  made.dataset.message = message;
  for (const { name, label } of fields) {
    const link = Object.assign(document.createElement('a'), { href: `?change=${encodeURIComponent(name)}`, textContent: text('check', { field: label }) });
    link.dataset.compare = name;
    made.append(' ', link);
  }
  return made;
}
