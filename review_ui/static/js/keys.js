/* Which action a key stands for. The keys in force come with the page, from one table on the server
   (review_ui/account/shortcuts.py): {"cannot_read": "Alt+KeyU", ...}. Keys are known by their place on
   the keyboard, so that another layout changes nothing. */
const actions = new Map(Object.entries(JSON.parse(document.body.dataset.keys || '{}')).map(([action, keys]) => [keys, action]));

const keysOf = event => [
  event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && 'Shift', event.metaKey && 'Meta',
  event.code === 'NumpadEnter' ? 'Enter' : event.code,
].filter(Boolean).join('+');

/* The action, or undefined; never while a character is being composed (229: Safari's last key of it). */
export function actionOf(event) {
  return event.isComposing || event.keyCode === 229 ? undefined : actions.get(keysOf(event));
}
