/* Choosing the keys of a shortcut by pressing them. Without this they are chosen from two lists. */
const find = selector => document.querySelector(selector);
const press = find('#press'), said = find('#press-said'), modifiers = find('#modifiers'), key = find('#key');
const MODIFIERS = ['Control', 'Alt', 'Shift', 'Meta', 'AltGraph'];
let waiting = false;

const has = (list, value) => [...list.options].some(each => each.value === value);
const wait = on => { waiting = on; press.setAttribute('aria-pressed', on); };

press.addEventListener('click', () => { wait(true); said.textContent = said.dataset.wait; });
press.addEventListener('blur', () => wait(false));
press.addEventListener('keydown', event => {
  if (!waiting || event.key === 'Tab' || MODIFIERS.includes(event.key)) return;
  event.preventDefault();
  if (event.repeat) return;
  const code = event.code === 'NumpadEnter' ? 'Enter' : event.code;
  const held = [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && 'Shift'].filter(Boolean).join('+');
  if (event.metaKey || !has(key, code) || !has(modifiers, held)) { said.textContent = said.dataset.unknown; return; }
  key.value = code;
  modifiers.value = held;
  wait(false);
  const names = [...(held ? held.split('+') : []), key.selectedOptions[0].text];
  said.textContent = `${said.dataset.got} ${names.join(' ')}`;
});
