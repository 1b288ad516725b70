/* The page pictures: zoom, outlines, and showing where a field stands. */
const ZOOMS = [100, 125, 150, 200, 250, 300];
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

export class Viewer {
  #stage; #tools; #follows = false; #now = null; #on;

  /* on: pick(field), change(field), say(text) */
  constructor(stage, tools, on) {
    this.#stage = stage; this.#tools = tools; this.#on = on;
    tools.addEventListener('click', event => this.#tool(event));
    stage.addEventListener('click', event => this.#spot(event));
    stage.addEventListener('keydown', event => this.#key(event));
    for (const image of all('image', stage)) {
      image.addEventListener('error', () => { document.querySelector('#picture-failed').hidden = false; });
    }
    if (stage.clientWidth < 640) this.zoom(150); // small screens: keep the writing legible
  }

  /* Mark the field in hand and bring it into sight. */
  show(field) {
    this.#now = field;
    for (const [kind, on] of [['spot', 'spot--now'], ['halo', 'halo--on'], ['badge', 'badge--now']]) {
      for (const each of all(`[data-${kind}]`, this.#stage)) each.classList.toggle(on, each.dataset[kind] === field);
    }
    if (this.#follows) this.zoom(200); else this.#centre();
  }

  done(field, isDone, number) {
    const spot = this.#of('spot', field), badge = this.#of('badge', field);
    if (!spot || !badge) return;
    spot.classList.toggle('spot--done', isDone);
    spot.classList.toggle('spot--todo', !isDone);
    badge.classList.toggle('badge--done', isDone);
    badge.querySelector('text').textContent = isDone ? '✓' : number;
  }

  zoom(to) {
    this.#stage.dataset.zoom = to;
    this.#tools.querySelector('[data-zoomed]').value = to === 'page' ? 'Page' : `${to}%`;
    if (to !== 'page') this.#centre();
  }

  toggleFollow() {
    this.#follows = !this.#follows;
    this.#tools.querySelector('[data-zoom="field"]')?.setAttribute('aria-pressed', this.#follows);
    this.zoom(this.#follows ? 200 : 100);
    this.#on.say(this.#follows ? 'Zoomed to the field' : 'Whole width');
  }

  #of(kind, field) { return all(`[data-${kind}]`, this.#stage).find(each => each.dataset[kind] === field); }

  #centre() {
    const spot = this.#now && this.#of('spot', this.#now);
    if (!spot) return;
    const at = spot.getBoundingClientRect(), stage = this.#stage.getBoundingClientRect();
    this.#stage.scrollBy({
      left: at.left + at.width / 2 - stage.left - stage.width / 2,
      top: at.top + at.height / 2 - stage.top - stage.height * 0.4,
      behavior: 'instant',
    });
  }

  #step(by) {
    const now = ZOOMS.indexOf(Number(this.#stage.dataset.zoom));
    this.zoom(ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, now + by))]);
  }

  #tool(event) {
    const tool = event.target.closest('.tool');
    if (!tool) return;
    const { zoom, page, show } = tool.dataset;
    if (zoom === 'in' || zoom === 'out') this.#step(zoom === 'in' ? 1 : -1);
    else if (zoom === 'field') this.toggleFollow();
    else if (zoom) this.zoom(zoom);
    else if (show) tool.setAttribute('aria-pressed', this.#stage.classList.toggle('shows-all'));
    else if (page) {
      event.preventDefault();
      const top = document.querySelector(`#page-${page}`).getBoundingClientRect().top - this.#stage.getBoundingClientRect().top;
      this.#stage.scrollBy({ top: top - 14, behavior: 'instant' });
    }
  }

  #spot(event) {
    const spot = event.target.closest('.spot');
    if (!spot) return;
    if (!('change' in spot.dataset)) this.#on.pick(spot.dataset.spot);
    else if (this.#stage.classList.contains('shows-all')) this.#on.change(spot.dataset.spot);
  }

  #key(event) {
    const by = { '+': 1, '=': 1, '-': -1 }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (by) { event.preventDefault(); this.#step(by); }
    else if (event.key === '0') this.zoom(100);
  }
}
