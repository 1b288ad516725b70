/* Sends answers one after another, each with the version that the one before returned. */
const AGAIN = 2500; // milliseconds before a lost request is sent again
const TRIES = 24; // about a minute; then the person says whether to go on
const PATIENCE = 20000; // milliseconds before a request without an answer counts as lost

export class Saver {
  #form; #on; #last = Promise.resolve();

  /* on: saved(standing), gone(text), changed(text), failing(), refused(), away(again) */
  constructor(form, on) { this.#form = form; this.#on = on; }

  /* Resolves to {standing} when it was kept, {problem} when it does not fit, {unsaved} when it never will
     be from this page, {} when the application is gone. */
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
    if (reply.body?.gone) this.#on.gone(reply.body.gone);
    return reply.status === 200 ? reply.body : null;
  }

  /* Tries again only what may help: no connection, or a fault of the server; and not for ever. */
  async #keep(sent) {
    const version = this.#form.elements.version;
    for (let tries = 1; ; tries++) {
      const { status, body } = await this.post(this.#form.dataset.answer, { ...sent, version: version.value });
      if (status === 200 && body) { version.value = body.version; this.#on.saved(body); return { standing: body }; }
      if (status === 422 && body) return { problem: body.problem };
      if (body?.gone) { this.#on.gone(body.gone); return {}; }
      if (body?.changed) { this.#on.changed(body.changed); return {}; }
      if (status !== 0 && status < 500) { this.#on.refused(); return { unsaved: true }; }
      this.#on.failing();
      if (tries % TRIES) await new Promise(done => setTimeout(done, AGAIN));
      else await new Promise(done => this.#on.away(done));
    }
  }

  /* {status, body}: status 0 when the server could not be reached, body null when it is not JSON.
     A login page is no answer. */
  async post(url, fields) {
    const data = new URLSearchParams({ ...fields, csrf_token: this.#form.elements.csrf_token.value });
    try {
      const reply = await fetch(url, { method: 'POST', body: data, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
      if (reply.type === 'opaqueredirect') { location.reload(); return new Promise(() => {}); }
      return { status: reply.status, body: await reply.json().catch(() => null) };
    } catch {
      return { status: 0, body: null };
    }
  }
}
