/* What was typed or decided and is not saved yet, kept for this tab until it is: a lost connection or a
   page loaded again loses nothing. In the session's storage, so that it ends with the tab; what
   another person left there is thrown away. */
const ALL = 'postroom.draft.', LONGEST = 12 * 60 * 60 * 1000; // milliseconds

export class Drafts {
  #key; #kept = { fields: {} };

  /* key: person's id, a dot, application's id. */
  constructor(key) {
    this.#key = ALL + key;
    const mine = ALL + key.split('.')[0];
    for (const each of this.#reach(storage => Object.keys(storage)) ?? []) {
      if (each.startsWith(ALL) && (!each.startsWith(mine) || Date.now() - (this.#read(each)?.at ?? 0) > LONGEST)) {
        this.#reach(storage => storage.removeItem(each));
      }
    }
    this.#kept = this.#read(this.#key) ?? this.#kept;
  }

  get fields() { return Object.entries(this.#kept.fields); }
  get hand() { return this.#kept.hand; }

  /* draft: {text, given, over}; over tells what it was typed over, so that newer answers are not undone. */
  keep(field, draft) { this.#kept.fields[field] = draft; this.#write(); }

  drop(field) { delete this.#kept.fields[field]; this.#write(); }

  /* The card in hand, to go back to. */
  hold(field) { this.#kept.hand = field; this.#write(); }

  clear() { this.#kept = { fields: {} }; this.#reach(storage => storage.removeItem(this.#key)); }

  #read(key) {
    try { return JSON.parse(this.#reach(storage => storage.getItem(key))); } catch { return null; }
  }

  #write() {
    this.#kept.at = Date.now();
    this.#reach(storage => storage.setItem(this.#key, JSON.stringify(this.#kept)));
  }

  /* A browser may refuse storage or have no room left; then the page works as if there were none. */
  #reach(use) { try { return use(sessionStorage); } catch { return null; } }
}
