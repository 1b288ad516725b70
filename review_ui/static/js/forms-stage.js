/* The picture of a page with its fields: drawn, chosen, dragged, and moved with the keyboard. */
import { text } from './texts.js';
import { STEP, fit, hull, moved, parts, put, resized } from './forms-shapes.js';

const NS = 'http://www.w3.org/2000/svg';
const ZOOMS = [50, 75, 100, 125, 150, 200, 300, 400];
const GRIP = { mouse: 7, pen: 9, touch: 16 }; // pixels from an edge that count as the edge
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const element = (name, attributes, parent) => {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
};
const set = (rect, [left, top, right, bottom]) => {
  for (const [key, value] of [['x', left], ['y', top], ['width', right - left], ['height', bottom - top]]) rect.setAttribute(key, value);
};

export class Stage {
  #box; #model; #on; #svg; #drawn; #hits; #drag = null; #zoom = 100; #page = 1;

  /* model: see forms-editor.js; on: choose(field, part), remove(), name(), undo(), redo(), moved(words, grown) */
  constructor(box, model, on) {
    this.#box = box; this.#model = model; this.#on = on;
    box.addEventListener('pointerdown', event => this.#down(event));
    box.addEventListener('pointermove', event => this.#move(event));
    box.addEventListener('pointerup', event => this.#up(event));
    box.addEventListener('pointercancel', event => this.#up(event));
    box.addEventListener('keydown', event => this.#key(event));
    box.addEventListener('focusin', event => {
      const at = this.#at(event.target);
      if (at && !this.#drag && !this.#isChosen(at)) this.#on.choose(at.field, at.part);
    });
    this.show(1);
  }

  get page() { return this.#page; }
  get sheet() { return this.#model.sheets[this.#page - 1]; }

  /* Show another page. */
  show(page) {
    this.#page = page;
    const { width, height, picture } = this.sheet;
    this.#svg = element('svg', { viewBox: `0 0 ${width} ${height}`, class: 'editor__sheet' });
    element('image', { href: picture, width, height, preserveAspectRatio: 'none' }, this.#svg);
    this.#drawn = element('g', {}, this.#svg);
    this.#hits = element('g', {}, this.#svg);
    this.#box.replaceChildren(this.#svg);
    this.zoom(0);
    this.rebuild();
  }

  zoom(by) {
    const now = ZOOMS.indexOf(this.#zoom);
    this.#zoom = ZOOMS[Math.min(Math.max(now + by, 0), ZOOMS.length - 1)];
    this.#svg.dataset.zoom = this.#zoom;
    return this.#zoom;
  }

  /* The middle of what is in sight, in the unit of the page. */
  middle() {
    const seen = this.#box.getBoundingClientRect();
    const top = Math.max(seen.top, 0), bottom = Math.min(seen.bottom, innerHeight);
    const to = this.#svg.getScreenCTM().inverse();
    return new DOMPoint(seen.left + seen.width / 3, (top + bottom) / 2).matrixTransform(to);
  }

  /* After fields came, went or changed what they are made of. */
  rebuild() {
    const wanted = [];
    this.#model.fields.forEach((field, index) => {
      if ((field.page ?? 1) !== this.#page || !hull(field)) return;
      wanted.push([index, null]);
      const inside = parts(field);
      if (index === this.#model.chosen.field && inside.length > 1) inside.forEach((_, part) => wanted.push([index, part]));
    });
    // What is there stays there: a pointer may be down on it.
    const same = (rect, [field, part]) => rect.dataset.field === `${field}` && rect.dataset.part === `${part ?? ''}`;
    const there = [...this.#hits.children];
    if (there.length !== wanted.length || !there.every((rect, n) => same(rect, wanted[n]))) {
      const focused = this.#at(document.activeElement);
      this.#hits.replaceChildren();
      for (const [field, part] of wanted) this.#hit(field, part);
      if (focused) this.#rect(focused.field, focused.part)?.focus({ preventScroll: true });
    }
    this.redraw();
  }

  /* Another field or part was chosen: only what is reachable inside the fields changes. */
  choose() {
    const { field } = this.#model.chosen;
    const stale = [...this.#hits.children].filter(each => each.dataset.part !== '' && Number(each.dataset.field) !== field);
    const held = stale.includes(document.activeElement);
    for (const each of stale) each.remove();
    const own = this.#rect(field, null), inside = this.#model.field ? parts(this.#model.field) : [];
    if (own && inside.length > 1 && !this.#rect(field, 0)) {
      let after = own;
      inside.forEach((_, part) => { const made = this.#hit(field, part); after.after(made); after = made; });
    }
    if (held) own?.focus({ preventScroll: true });
    this.redraw();
  }

  focus(field, part = null) {
    const rect = this.#rect(field, part);
    rect?.focus({ preventScroll: true });
    rect?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /* Draw everything where it is now. */
  redraw() {
    this.#drawn.replaceChildren();
    this.#model.fields.forEach((field, index) => {
      if ((field.page ?? 1) === this.#page && hull(field)) this.#draw(field, index);
    });
    for (const rect of this.#hits.children) {
      const at = this.#at(rect), field = this.#model.fields[at.field];
      const box = at.part === null ? hull(field) : parts(field)[at.part].box;
      set(rect, box);
      rect.setAttribute('aria-label', this.#named(field, at.part));
      rect.setAttribute('aria-pressed', this.#isChosen(at));
    }
  }

  #named(field, part) {
    const inside = part === null ? null : parts(field)[part];
    if (inside) return text('part_of', { part: inside.name, field: field.name });
    return [field.name, text(`kind_${field.kind}`), field.label?.[document.documentElement.lang] ?? field.label?.en ?? ''].join(', ');
  }

  #draw(field, index) {
    const colour = this.#model.colours[field.kind] ?? '#333d47', chosen = index === this.#model.chosen.field;
    const wrong = this.#model.wrong.has(index);
    const unit = this.sheet.mm, group = element('g', { stroke: wrong ? '#a30d1b' : colour, 'stroke-width': (chosen ? 0.5 : 0.3) * unit }, this.#drawn);
    const box = hull(field);
    set(element('rect', { fill: colour, 'fill-opacity': chosen ? 0.22 : 0.1, 'stroke-dasharray': wrong ? `${unit} ${unit}` : 'none' }, group), box);
    for (const part of parts(field)) {
      set(element('rect', { fill: 'none' }, group), part.box);
      const [left, top, right, bottom] = part.box;
      for (let cell = 1; cell < (part.cells ?? 1); cell++) {
        const x = left + (right - left) * cell / part.cells;
        element('path', { d: `M${x} ${top}V${bottom}`, fill: 'none' }, group);
      }
    }
    const shown = chosen ? field.name : field.name.split('.').at(-1);
    const width = (shown.length * 1.25 + 1.2) * unit, top = Math.max(box[1] - 3 * unit, 0);
    element('rect', { x: box[0], y: top, width, height: 3 * unit, fill: wrong ? '#a30d1b' : colour, stroke: 'none' }, group);
    element('text', { x: box[0] + 0.6 * unit, y: top + 2.3 * unit, 'font-size': 2.3 * unit, fill: '#fff', stroke: 'none', class: 'editor__name' }, group).textContent = shown;
    if (chosen) this.#grips(group, field);
  }

  #grips(group, field) {
    const { part } = this.#model.chosen, side = 1.6 * this.sheet.mm;
    const [left, top, right, bottom] = part === null ? hull(field) : parts(field)[part]?.box ?? hull(field);
    set(element('rect', { fill: 'none', stroke: '#0b0c0c', 'stroke-width': 0.5 * this.sheet.mm }, group), [left, top, right, bottom]);
    for (const x of [left, right]) for (const y of [top, bottom]) set(element('rect', { fill: '#ffdd00', stroke: '#0b0c0c', 'stroke-width': 0.25 * this.sheet.mm }, group), [x - side / 2, y - side / 2, x + side / 2, y + side / 2]);
  }

  #hit(field, part) {
    return element('rect', { class: 'editor__hit', fill: 'transparent', tabindex: 0, role: 'button', 'data-field': field, 'data-part': part ?? '' }, this.#hits);
  }

  #rect(field, part) { return this.#hits.querySelector(`[data-field="${field}"][data-part="${part ?? ''}"]`); }

  #at(target) {
    const hit = target?.closest?.('.editor__hit');
    return hit ? { field: Number(hit.dataset.field), part: hit.dataset.part === '' ? null : Number(hit.dataset.part) } : null;
  }

  #isChosen(at) { return at.field === this.#model.chosen.field && at.part === this.#model.chosen.part; }

  #point(event) { return new DOMPoint(event.clientX, event.clientY).matrixTransform(this.#svg.getScreenCTM().inverse()); }

  #edges(event, rect) {
    const box = rect.getBoundingClientRect();
    const grip = Math.min(GRIP[event.pointerType] ?? 7, Math.max(3, Math.min(box.width, box.height) / 3));
    return {
      left: event.clientX < box.left + grip, right: event.clientX > box.right - grip,
      top: event.clientY < box.top + grip, bottom: event.clientY > box.bottom - grip,
    };
  }

  #down(event) {
    const at = this.#at(event.target);
    if (!at || event.button !== 0) return;
    event.preventDefault();
    const same = this.#isChosen(at), edges = this.#edges(event, event.target);
    if (!same) this.#on.choose(at.field, at.part);
    this.focus(at.field, at.part);
    if (event.pointerType === 'touch' && !same) return; // the first touch chooses, the next one moves
    this.#model.keep();
    this.#drag = { ...at, from: this.#point(event), edges, start: this.#boxOf(at), moved: false };
    this.#box.setPointerCapture(event.pointerId);
  }

  #move(event) {
    if (!this.#drag) {
      const at = this.#at(event.target), e = at && this.#edges(event, event.target);
      const across = e && (e.left || e.right), along = e && (e.top || e.bottom);
      this.#svg.dataset.cursor = !at ? '' : across && along ? (e.left === e.top ? 'nwse-resize' : 'nesw-resize') : across ? 'ew-resize' : along ? 'ns-resize' : 'move';
      return;
    }
    const to = this.#point(event), { from, edges, start } = this.#drag;
    const snap = value => Math.round(value / (STEP * this.sheet.mm)) * STEP * this.sheet.mm;
    const dx = snap(to.x - from.x), dy = snap(to.y - from.y);
    if (!dx && !dy && !this.#drag.moved) return;
    this.#drag.moved = true;
    const grows = Object.values(edges).some(Boolean);
    this.#place(this.#drag, grows ? resized(start, edges, dx, dy, this.sheet) : moved(start, dx, dy, this.sheet));
  }

  #up(event) {
    if (!this.#drag) return;
    const { field, part, moved: changed, edges } = this.#drag;
    this.#drag = null;
    if (this.#box.hasPointerCapture(event.pointerId)) this.#box.releasePointerCapture(event.pointerId);
    if (changed) { this.#model.changed('drag'); this.#on.moved({ field, part }, Object.values(edges).some(Boolean)); }
    else this.#model.forget();
  }

  #key(event) {
    const at = this.#at(event.target);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') { event.preventDefault(); return event.shiftKey ? this.#on.redo() : this.#on.undo(); }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'y') { event.preventDefault(); return this.#on.redo(); }
    if (!at) return;
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); if (event.key === 'Enter') this.#on.name(); return; }
    if (event.key === 'Delete' || event.key === 'Backspace') { event.preventDefault(); this.#on.remove(); return; }
    const arrow = ARROWS[event.key];
    if (!arrow || event.altKey) return;
    event.preventDefault();
    const step = STEP * this.sheet.mm * (event.ctrlKey ? 10 : 1), [dx, dy] = arrow.map(way => way * step);
    this.#model.keep(`key ${at.field} ${at.part} ${event.shiftKey}`);
    const start = this.#boxOf(at);
    this.#place(at, event.shiftKey ? resized(start, { right: true, bottom: true }, dx, dy, this.sheet) : moved(start, dx, dy, this.sheet));
    this.#model.changed('key');
    this.#on.moved(at, event.shiftKey);
  }

  #boxOf({ field, part }) {
    const found = this.#model.fields[field];
    return part === null ? hull(found) : parts(found)[part].box;
  }

  #place({ field, part }, box) {
    const found = this.#model.fields[field], inside = parts(found);
    if (part === null && inside.length > 1) fit(found, box);
    else put(found, inside[part ?? 0], box);
    this.redraw();
  }
}
