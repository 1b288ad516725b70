/* How long the application is still this person's. Activity holds it; nothing is ever counted aloud. */
const WARN = 120; // seconds before the end
const QUIET = 60; // at most one heartbeat in so many seconds

export class Lease {
  #ends; #told = performance.now(); #beat; #on; #timer; #warned = false;

  /* beat(): resolves to the seconds left, or null; on: warn(), fine(), over() */
  constructor(seconds, beat, on) {
    this.#beat = beat; this.#on = on;
    this.held(seconds);
    for (const kind of ['keydown', 'pointerdown', 'input']) addEventListener(kind, () => this.active(), { passive: true });
    this.#timer = setInterval(() => this.#look(), 1000);
  }

  /* The server said how long it is held from now. */
  held(seconds) {
    this.#ends = performance.now() + seconds * 1000;
    this.#told = performance.now();
    if (this.#warned) { this.#warned = false; this.#on.fine(); }
  }

  active() {
    const quiet = (performance.now() - this.#told) / 1000;
    if (quiet >= QUIET || this.#warned) this.hold();
  }

  async hold() {
    this.#told = performance.now();
    const seconds = await this.#beat();
    if (seconds !== null) this.held(seconds);
  }

  end() { clearInterval(this.#timer); }

  #look() {
    const left = (this.#ends - performance.now()) / 1000;
    if (left <= 0) { this.end(); this.#on.over(); }
    else if (left <= WARN && !this.#warned) { this.#warned = true; this.#on.warn(); }
  }
}
