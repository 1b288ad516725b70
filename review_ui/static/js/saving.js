/* Sends answers one after another, each with the version that the one before returned. */
const AGAIN = 2500; // milliseconds before a lost request is sent again

export class Saver {
  #form; #on; #last = Promise.resolve();

  /* on: saved(standing), gone(text), changed(text), failing() */
  constructor(form, on) { this.#form = form; this.#on = on; }

  /* Resolves to {standing} when it was kept, {problem} when it does not fit, {} when it was not. */
  save(field, given, text) {
    const sent = { field, [`given:${field}`]: given, [`text:${field}`]: text };
    const answer = this.#last.then(() => this.#keep(sent));
    this.#last = answer;
    return answer;
  }

  /* When everything sent so far has been answered. */
  settled() { return this.#last; }

  /* What a text would mean; saves nothing. */
  async check(field, text) {
    const reply = await this.post(this.#form.dataset.check, { field, text });
    return reply.body;
  }

  async #keep(sent) {
    const version = this.#form.elements.version;
    for (;;) {
      const { status, body } = await this.post(this.#form.dataset.answer, { ...sent, version: version.value });
      if (status === 200) { version.value = body.version; this.#on.saved(body); return { standing: body }; }
      if (status === 422) return { problem: body.problem };
      if (body?.gone) { this.#on.gone(body.gone); return {}; }
      if (body?.changed) { this.#on.changed(body.changed); return {}; }
      this.#on.failing();
      await new Promise(done => setTimeout(done, AGAIN));
    }
  }

  /* {status, body}; status 0 when the server could not be reached. A login page is no answer. */
  async post(url, fields) {
    const data = new URLSearchParams({ ...fields, csrf_token: this.#form.elements.csrf_token.value });
    try {
      const reply = await fetch(url, { method: 'POST', body: data, redirect: 'manual' });
      if (reply.type === 'opaqueredirect') { location.reload(); return new Promise(() => {}); }
      return { status: reply.status, body: await reply.json() };
    } catch {
      return { status: 0, body: null };
    }
  }
}
