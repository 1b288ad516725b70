/* The page pictures: zoom, pages, outlines, and showing where a field stands. */
import { text } from './texts.js';

const ZOOMS = [100, 125, 150, 200, 250, 300];
const FIELD_SHARE = 0.9; // of the width of the box that a field zoomed to may fill
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

export class Viewer {
  #stage; #tools; #follows = false; #now = null; #on; #pages; #page = 0; #told = -1;

  /* on: pick(field), change(field), say(text) */
  constructor(stage, tools, on) {
    this.#stage = stage; this.#tools = tools; this.#on = on;
    this.#pages = all('.viewer__page', stage);
    tools.addEventListener('click', event => this.#tool(event));
    stage.addEventListener('click', event => this.#spot(event));
    stage.addEventListener('keydown', event => this.#key(event));
    stage.addEventListener('scroll', () => this.#tellPage(), { passive: true });
    this.#watchPictures();
    this.#tellPage();
    if (stage.clientWidth < 640) this.zoom(150); // small screens: keep the writing legible
  }

  /* Mark the field in hand and bring it into sight. */
  show(field) {
    this.#now = field;
    for (const [kind, on] of [['spot', 'spot--now'], ['halo', 'halo--on'], ['badge', 'badge--now']]) {
      for (const each of all(`[data-${kind}]`, this.#stage)) each.classList.toggle(on, each.dataset[kind] === field);
    }
    if (this.#follows) this.zoom(this.#fitting()); else this.#centre();
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
    this.#tools.querySelector('[data-zoomed]').value = to === 'page' ? text('whole_page') : `${to}%`;
    this.#tools.querySelector('[data-zoom="page"]').setAttribute('aria-pressed', to === 'page');
    if (to === 'page') this.#toPage(this.#page); else this.#centre();
  }

  toggleFollow() {
    this.#follows = !this.#follows;
    this.#tools.querySelector('[data-zoom="field"]')?.setAttribute('aria-pressed', this.#follows);
    this.zoom(this.#follows ? this.#fitting() : 100);
    this.#on.say(text(this.#follows ? 'zoomed_in' : 'zoomed_out'));
  }

  #of(kind, field) { return all(`[data-${kind}]`, this.#stage).find(each => each.dataset[kind] === field); }

  /* The largest zoom, from 200 % on, at which the whole field in hand is seen. */
  #fitting() {
    const spot = this.#now && this.#of('spot', this.#now);
    if (!spot) return 200;
    const share = spot.getBBox().width / spot.ownerSVGElement.viewBox.baseVal.width;
    return ZOOMS.filter(each => each === 200 || (each > 200 && share * each / 100 <= FIELD_SHARE)).at(-1);
  }

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

  /* Pages are counted from 0 here, as they stand in the box. */
  #toPage(index) {
    const page = this.#pages[Math.min(this.#pages.length - 1, Math.max(0, index))];
    const name = page.previousElementSibling, top = name?.matches('.viewer__name') ? name : page;
    this.#stage.scrollBy({ top: this.#above(top) - 14, behavior: 'instant' });
    this.#tellPage();
  }

  #above(page) { return page.getBoundingClientRect().top - this.#stage.getBoundingClientRect().top; }

  /* Say which page is seen: the last that begins above the middle. */
  #tellPage() {
    const middle = this.#stage.clientHeight / 2;
    this.#page = Math.max(0, this.#pages.findLastIndex(page => this.#above(page) < middle));
    const now = this.#tools.querySelector('[data-page-now]');
    if (!now || this.#told === this.#page) return;
    this.#told = this.#page;
    now.textContent = text('page', { number: this.#pages[this.#page].dataset.number });
    for (const [index, link] of all('[data-page]', this.#tools).entries()) {
      if (index === this.#page) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
    }
  }

  #tool(event) {
    const tool = event.target.closest('.tool');
    if (!tool) return;
    const { zoom, page, show } = tool.dataset;
    if (zoom === 'in' || zoom === 'out') this.#step(zoom === 'in' ? 1 : -1);
    else if (zoom === 'field') this.toggleFollow();
    else if (zoom) this.zoom(this.#stage.dataset.zoom === zoom ? 100 : zoom);
    else if (show) tool.setAttribute('aria-pressed', this.#stage.classList.toggle('shows-all'));
    else if (page) { event.preventDefault(); this.#toPage(all('[data-page]', this.#tools).indexOf(tool)); }
  }

  #spot(event) {
    const spot = event.target.closest('.spot');
    if (!spot) return;
    if (!('change' in spot.dataset)) this.#on.pick(spot.dataset.spot);
    else if (this.#stage.classList.contains('shows-all')) this.#on.change(spot.dataset.spot);
  }

  /* Arrows scroll by themselves, for the box has the focus. */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.#stage) return;
    const zoom = { '+': 1, '=': 1, '-': -1, '−': -1 }[event.key], page = { PageDown: 1, PageUp: -1 }[event.key];
    if (zoom) { event.preventDefault(); this.#step(zoom); }
    else if (event.key === '0') this.zoom(100);
    else if (page && this.#pages.length > 1) {
      event.preventDefault();
      this.#toPage(this.#page + page);
      this.#on.say(text('page', { number: this.#pages[this.#page].dataset.number }));
    }
  }

  /* A picture that does not come is said, and can be asked for again, here and in the cards. */
  #watchPictures() {
    const told = document.querySelector('#picture-failed'), images = all('image', this.#stage);
    const look = () => { told.hidden = !images.some(each => 'missing' in each.dataset); };
    for (const image of images) {
      image.addEventListener('error', look); // which boot.js has noted
      image.addEventListener('load', () => { delete image.dataset.missing; look(); });
    }
    look();
    document.querySelector('#picture-again').addEventListener('click', () => {
      told.hidden = true;
      for (const image of all('image')) image.setAttribute('href', image.getAttribute('href'));
      this.#stage.focus({ preventScroll: true });
    });
  }
}
