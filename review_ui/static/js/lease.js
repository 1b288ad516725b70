/* How long the application is still this person's. Activity holds it; nothing is ever counted aloud. */
const WARN = 120; // seconds before the end
const QUIET = 60; // at most one heartbeat in so many seconds

export class Lease {
  #ends; #told; #beat; #on; #timer; #warned = false; #over = false;

  /* beat(): resolves to the seconds left, or null; on: warn(), fine(), over() */
  constructor(seconds, beat, on) {
    this.#beat = beat; this.#on = on;
    this.held(seconds);
    for (const kind of ['keydown', 'pointerdown', 'input', 'wheel']) addEventListener(kind, () => this.active(), { passive: true });
    this.#timer = setInterval(() => this.#look(), 1000);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.#look(); });
  }

  /* The server said how long it is held from now. By the clock on the wall, which goes on while a
     computer sleeps. */
  held(seconds) {
    this.#ends = Date.now() + seconds * 1000;
    this.#told = Date.now();
    if (this.#warned) { this.#warned = false; this.#on.fine(); }
  }

  active() {
    const quiet = (Date.now() - this.#told) / 1000;
    if (!this.#over && (quiet >= QUIET || this.#warned)) this.hold();
  }

  async hold() {
    this.#told = Date.now();
    const seconds = await this.#beat();
    if (seconds !== null) this.held(seconds);
  }

  end() { this.#over = true; clearInterval(this.#timer); }

  #look() {
    const left = (this.#ends - Date.now()) / 1000;
    if (this.#over) return;
    if (left <= 0) { this.end(); this.#on.over(); }
    else if (left <= WARN && !this.#warned) { this.#warned = true; this.#on.warn(); }
  }
}
