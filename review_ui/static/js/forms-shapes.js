/* The places of a field: the boxes it is made of, and how they are moved. Numbers are in the unit of the page. */
import { text } from './texts.js';

export const STEP = 0.25; // millimetres an arrow key moves by
const LEAST = 1; // millimetres: the smallest side of a box
const CELL = 5, ROW = 7, TICK = 5; // millimetres: what a new one measures

const near = number => Math.round(number * 100) / 100;
const clamp = (number, low, high) => Math.min(Math.max(number, low), Math.max(low, high));

/* Every box of a field: {what, name, box, cells, option}; `box` is [left, top, right, bottom]. */
export function parts(field) {
  const found = [];
  (field.combs ?? []).forEach((row, n) => found.push({ what: 'combs', n, name: text('row', { number: n + 1 }), box: row.slice(0, 4), cells: row[4] }));
  (field.options ?? []).forEach((option, n) => found.push({ what: 'options', n, name: text('tick', { number: n + 1 }), box: [...option.box], option }));
  (field.lines ?? []).forEach((line, n) => found.push({ what: 'lines', n, name: text('line', { number: n + 1 }), box: [...line] }));
  if (field.box) found.push({ what: 'box', n: 0, name: text('box'), box: [...field.box] });
  return found;
}

export function put(field, part, box) {
  const told = box.map(near);
  if (part.what === 'combs') field.combs[part.n] = [...told, field.combs[part.n][4]];
  else if (part.what === 'options') field.options[part.n].box = told;
  else if (part.what === 'lines') field.lines[part.n] = told;
  else field.box = told;
}

export function hull(field) {
  const boxes = parts(field).map(part => part.box);
  if (!boxes.length) return null;
  return [0, 1, 2, 3].map(side => (side < 2 ? Math.min : Math.max)(...boxes.map(box => box[side])));
}

/* `box` moved, kept on the page. */
export function moved(box, dx, dy, sheet) {
  const width = box[2] - box[0], height = box[3] - box[1];
  const left = clamp(box[0] + dx, 0, sheet.width - width), top = clamp(box[1] + dy, 0, sheet.height - height);
  return [left, top, left + width, top + height];
}

/* `box` with some edges moved: `edges` is {left, top, right, bottom} of true or false. */
export function resized(box, edges, dx, dy, sheet) {
  const least = LEAST * sheet.mm;
  const [left, top, right, bottom] = box;
  return [
    edges.left ? clamp(left + dx, 0, right - least) : left,
    edges.top ? clamp(top + dy, 0, bottom - least) : top,
    edges.right ? clamp(right + dx, left + least, sheet.width) : right,
    edges.bottom ? clamp(bottom + dy, top + least, sheet.height) : bottom,
  ];
}

/* Have the hull of a field become `to`: all its boxes keep their shares of it. */
export function fit(field, to) {
  const from = hull(field);
  for (const part of parts(field)) {
    const share = (value, low) => to[low] + (value - from[low]) * (to[low + 2] - to[low]) / (from[low + 2] - from[low]);
    put(field, part, part.box.map((value, side) => share(value, side % 2)));
  }
}

/* A new field in the middle of what is in sight. */
export function fresh(taken, page, at, sheet) {
  let number = 1;
  while (taken.has(`new.field_${number}`)) number++;
  const box = moved([at.x, at.y, at.x + 8 * CELL * sheet.mm, at.y + ROW * sheet.mm], 0, 0, sheet).map(near);
  const field = { name: `new.field_${number}`, label: { en: 'New field', cy: 'Maes newydd' }, kind: 'text', way: 'comb', combs: [[...box, 8]] };
  if (page > 1) field.page = page;
  return field;
}

/* One row, tick or line more, below the last. */
export function add(field, sheet) {
  const last = parts(field).filter(part => part.what !== 'box' || field.way === 'line').at(-1);
  const gap = 2 * sheet.mm;
  const size = last ? last.box : hull(field) ?? [sheet.width / 3, sheet.height / 3, sheet.width / 3 + ROW * sheet.mm, sheet.height / 3 + ROW * sheet.mm];
  const box = moved(size, 0, last ? size[3] - size[1] + gap : 0, sheet).map(near);
  if (field.way === 'comb') field.combs = [...(field.combs ?? []), [...box, last?.cells ?? 8]];
  else if (field.way === 'tick') field.options = [...(field.options ?? []), { ...option(field.options?.length ?? 0), box }];
  else { field.lines = [...(field.lines ?? (field.box ? [field.box] : [])), box]; delete field.box; }
}

const option = n => ({ value: `answer_${n + 1}`, label: { en: `Answer ${n + 1}`, cy: `Ateb ${n + 1}` } });

export function remove(field, part) {
  if (part.what === 'box') delete field.box;
  else {
    field[part.what].splice(part.n, 1);
    if (!field[part.what].length) delete field[part.what];
  }
}

/* What one may add to a field of this way of writing. */
export function more(field) {
  if (field.way === 'comb') return text('add_row');
  if (field.way === 'line') return text('add_line');
  return field.way === 'tick' && field.kind === 'choice' ? text('add_tick') : null;
}

/* Give a field the boxes that its way of writing and its kind need, where it had others. */
export function suit(field, sheet) {
  const box = hull(field) ?? [sheet.width / 3, sheet.height / 3, sheet.width / 2, sheet.height / 3 + ROW * sheet.mm];
  const boxes = parts(field).map(part => part.box);
  const wants = field.way === 'comb' ? 'combs' : field.way === 'tick' && field.kind === 'choice' ? 'options' : field.way === 'line' ? 'lines' : 'box';
  if (field[wants]?.length || (wants === 'lines' && field.box)) {
    for (const other of ['combs', 'options', 'lines', 'box']) if (other !== wants && !(wants === 'lines' && other === 'box')) delete field[other];
    return;
  }
  for (const other of ['combs', 'options', 'lines', 'box']) delete field[other];
  if (wants === 'combs') field.combs = boxes.map(each => [...each, clamp(Math.round((each[2] - each[0]) / (CELL * sheet.mm)), 1, 60)]);
  else if (wants === 'options') {
    const side = Math.min(TICK * sheet.mm, box[3] - box[1]);
    const corners = boxes.length > 1 ? boxes : [box, moved(box, 0, side + 2 * sheet.mm, sheet)];
    field.options = corners.map((each, n) => ({ ...option(n), box: [each[0], each[1], each[0] + side, each[1] + side].map(near) }));
  } else if (wants === 'lines' && boxes.length > 1) field.lines = boxes;
  else field.box = box;
}

/* A box in millimetres, as people say it. */
export function said(box, sheet) {
  const [left, top, right, bottom] = box.map(value => near(value / sheet.mm));
  return { left, top, width: near(right - left), height: near(bottom - top) };
}

export function unsaid({ left, top, width, height }, sheet) {
  return [left, top, left + width, top + height].map(value => value * sheet.mm);
}
