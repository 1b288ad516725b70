/* What a browser made of a page: sizes, colours and focus, measured where it stands. */
(() => {
  const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';
  const top = () => document.querySelector('dialog[open]:modal') ?? document.body;
  const named = each => {
    const html = each.cloneNode(false).outerHTML ?? each.nodeName;
    return `${html.slice(0, 110)} '${(each.textContent ?? '').trim().slice(0, 30)}'`;
  };
  const seen = each => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !each.closest('[inert]');
  const hiddenFromSight = each => {
    const shell = each.closest('.govuk-visually-hidden, .govuk-skip-link:not(:focus)');
    return shell !== null && !shell.matches(':focus');
  };
  const controls = () => [...top().querySelectorAll(CONTROLS)].filter(each => seen(each) && !each.disabled && each.tabIndex >= 0);

  /* ---- colours: [red, green, blue, alpha], and the ratio of WCAG ---- */
  const colour = text => {
    const parts = (text.match(/[\d.]+/g) ?? []).map(Number);
    const whole = text.startsWith('color(') ? parts.slice(0, 3).map(each => each * 255) : parts.slice(0, 3);
    return text === 'transparent' || whole.length < 3 ? [0, 0, 0, 0] : [...whole, parts[3] ?? 1];
  };
  const over = (upper, lower) => [0, 1, 2].map(i => upper[i] * upper[3] + lower[i] * (1 - upper[3])).concat(1);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(each => (each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (one, other) => {
    const [less, more] = [light(one), light(other)].sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05);
  };
  /* What lies behind an element, itself counted or not. */
  const behind = (each, itself = true) => {
    const layers = [];
    for (let now = itself ? each : each.parentElement; now; now = now.parentElement) {
      const found = colour(getComputedStyle(now).backgroundColor);
      if (found[3]) layers.push(found);
      if (found[3] === 1) break;
      if (now.matches('dialog')) break;
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
  };
  const inactive = each => each.closest(':disabled, [aria-disabled=true], option') !== null;

  function texts() {
    const found = new Map();
    const tell = (each, fore, back, style) => {
      const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const got = ratio(over(fore, back), back), wanted = large ? 3 : 4.5;
      if (got < wanted - 0.005) found.set(`${fore}${back}`, `${got.toFixed(2)} of ${wanted}: ${style.color} on ${back} ${named(each)}`);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const each = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || each.closest('script, style, template, svg, noscript') || !seen(each)) continue;
      if (hiddenFromSight(each) || inactive(each)) continue;
      const style = getComputedStyle(each);
      tell(each, colour(style.color), behind(each), style);
    }
    for (const each of document.querySelectorAll('svg text')) {
      const round = each.previousElementSibling;
      if (!seen(each) || !round?.matches('circle, rect')) continue;
      const style = getComputedStyle(each);
      tell(each, colour(style.fill), over(colour(getComputedStyle(round).fill), [255, 255, 255, 1]), style);
    }
    for (const each of document.querySelectorAll('input:not([type=radio], [type=checkbox], [type=hidden]), select, textarea')) {
      if (!seen(each) || inactive(each) || hiddenFromSight(each)) continue;
      const style = getComputedStyle(each);
      tell(each, colour(style.color), behind(each), style);
      if (each.placeholder) tell(each, colour(getComputedStyle(each, '::placeholder').color), behind(each), style);
    }
    for (const each of document.querySelectorAll('td[data-head]')) {
      const style = getComputedStyle(each, '::before');
      if (seen(each) && style.content !== 'none') tell(each, colour(style.color), behind(each), style);
    }
    return [...found.values()];
  }

  /* Edges of what can be used, and outlines on the page picture: 3 to 1 against what is beside them. */
  function edges() {
    const found = new Map();
    for (const each of controls()) {
      if (hiddenFromSight(each) || each.matches('a:not(.button, .button-small, .tool, .act), summary, svg *, [tabindex]:not(button, input, select, textarea)')) continue;
      if (each.matches('[type=radio], [type=checkbox]')) continue; // the browser's own, or checked by what stands for them
      const style = getComputedStyle(each), outside = behind(each, false);
      const line = parseFloat(style.borderTopWidth) ? over(colour(style.borderTopColor), outside) : outside;
      const low = parseFloat(style.borderBottomWidth) ? over(colour(style.borderBottomColor), outside) : outside;
      const inside = behind(each);
      const got = Math.max(ratio(line, outside), ratio(inside, outside), ratio(low, outside));
      const bare = ratio(inside, outside) < 1.3 && !parseFloat(style.borderTopWidth); // text, as in a list
      if (!bare && got < 2.995) found.set(each.className + outside, `edge ${got.toFixed(2)} of 3: ${named(each)}`);
    }
    for (const each of document.querySelectorAll('rect.spot--todo, rect.spot--done, rect.spot--now, .marks path')) {
      const style = getComputedStyle(each), mark = colour(each.matches('path') ? style.fill : style.stroke);
      if (seen(each) && ratio(over(mark, [255, 255, 255, 1]), [255, 255, 255, 1]) < 3) found.set(style.stroke, `outline ${style.stroke}: ${named(each)}`);
    }
    return [...found.values()];
  }

  /* Every colour that a pointer or the keyboard brings, all at once. */
  function stir(state) {
    const sheet = document.querySelector('link[rel=stylesheet]').sheet;
    let many = 0;
    for (const each of [...document.styleSheets]) {
      for (let i = each === sheet ? -1 : each.cssRules.length - 1; i >= 0; i--) { // ours, not the toolkit's
        const rule = each.cssRules[i];
        if (!rule.selectorText?.includes(state)) continue;
        each.insertRule(`${rule.selectorText.replaceAll(state, ':not(.never)')} { ${rule.style.cssText} }`, i + 1);
        many += 1;
      }
    }
    return many;
  }

  /* 2.5.8: 24 by 24, or in a line of text, or far enough from every other. */
  function targets() {
    const box = each => {
      const label = each.matches('input') ? each.closest('label') ?? document.querySelector(`label[for="${CSS.escape(each.id || ' ')}"]`) : null;
      const boxes = [each, label].filter(Boolean).map(one => one.getBoundingClientRect());
      const left = Math.min(...boxes.map(b => b.left)), right = Math.max(...boxes.map(b => b.right));
      const up = Math.min(...boxes.map(b => b.top)), down = Math.max(...boxes.map(b => b.bottom));
      return { left, right, up, down, width: right - left, height: down - up };
    };
    const inText = each => {
      if (getComputedStyle(each).display !== 'inline') return false;
      const line = each.parentElement.closest('p, li, td, th, dd, div, span, label');
      return [...line.childNodes].some(one => one !== each && one.nodeType === 3 && one.data.trim().length > 1);
    };
    const all = controls().filter(each => !hiddenFromSight(each) && !each.matches('.govuk-skip-link, svg *'));
    const boxes = new Map(all.map(each => [each, box(each)]));
    const middle = b => [(b.left + b.right) / 2, (b.up + b.down) / 2];
    const small = all.filter(each => Math.min(boxes.get(each).width, boxes.get(each).height) < 23.95 && !inText(each));
    const near = (each, other) => {
      const [x, y] = middle(boxes.get(each)), b = boxes.get(other);
      if (each.contains(other) || other.contains(each)) return false;
      const reach = small.includes(other) ? 24 : 12;
      if (small.includes(other)) { const [u, v] = middle(b); return Math.hypot(x - u, y - v) < reach; }
      return Math.hypot(Math.max(b.left - x, 0, x - b.right), Math.max(b.up - y, 0, y - b.down)) < reach;
    };
    return small.filter(each => all.some(other => other !== each && near(each, other)))
      .map(each => `${boxes.get(each).width.toFixed(0)} by ${boxes.get(each).height.toFixed(0)}: ${named(each)}`);
  }

  function sideways() {
    const wide = document.documentElement.scrollWidth;
    if (wide <= innerWidth) return [];
    const guilty = [...document.body.querySelectorAll('*')].filter(each => seen(each) && each.getBoundingClientRect().right > innerWidth + 1).slice(0, 4);
    return [`${wide} pixels wide in ${innerWidth}: ${guilty.map(named).join('; ')}`];
  }

  /* ---- the walk: Tab from the top to the end ---- */
  let walk = null;
  const look = each => {
    const parts = [[each, null], [each.nextElementSibling, '::before'], [each.closest('label'), null], [each.querySelector?.('*'), null]];
    return parts.filter(([one]) => one).map(([one, part]) => {
      const s = getComputedStyle(one, part);
      return [s.outlineStyle === 'none' ? '' : s.outline, s.boxShadow, s.backgroundColor, s.borderColor, s.borderWidth, s.fill, s.stroke, s.strokeWidth].join('|');
    }).join('#');
  };
  const stands = each => (each.matches('.govuk-radios__input, .govuk-checkboxes__input') ? each.nextElementSibling : each);
  const covered = each => {
    const boxes = [...stands(each).getClientRects()].filter(b => b.width && b.height);
    return !boxes.some(b => [[0.5, 0.5], [0.08, 0.2], [0.92, 0.8], [0.5, 0.1], [0.5, 0.9]].some(([x, y]) => {
      const hit = document.elementFromPoint(b.left + b.width * x, b.top + b.height * y);
      return hit && (stands(each).contains(hit) || (each.ownerSVGElement?.contains(hit)) || hit.closest('label')?.contains(each) || (hit.matches('label') && hit.control === each));
    }));
  };
  const clear = each => {
    const s = getComputedStyle(each), outside = behind(each, false);
    const marks = [s.boxShadow.match(/rgba?\([^)]*\)/)?.[0], s.outlineStyle !== 'none' ? s.outlineColor : null, s.backgroundColor].filter(Boolean);
    const around = each.closest('svg') ? [255, 255, 255, 1] : outside;
    return marks.some(each => ratio(over(colour(each), around), around) >= 2.995) || ratio(behind(each), outside) >= 2.995;
  };
  const group = each => (each.type === 'radio' ? `radio ${each.form?.id} ${each.name}` : each);

  function begin() {
    const all = controls();
    const first = document.activeElement;
    first?.blur();
    walk = { all, before: new Map(all.map(each => [each, look(each)])), order: [], wrong: [], over: false };
    document.body.tabIndex = -1;
    if (top() === document.body) document.body.focus({ preventScroll: true }); else first.focus();
    document.body.removeAttribute('tabindex');
    addEventListener('keydown', event => { if (event.key === 'Tab') note(); }, true);
    return all.length;
  }

  function note() {
    const each = document.activeElement;
    if (!each || each === document.body || walk.over) return;
    if (walk.order.includes(each)) { if (each === walk.order[0] && walk.order.length > 1) walk.over = true; return; }
    const before = walk.order.at(-1);
    if (before?.isConnected && !(before.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING)) walk.wrong.push(`out of order: ${named(before)} then ${named(each)}`);
    walk.order.push(each);
    if (walk.before.has(each) && look(each) === walk.before.get(each)) walk.wrong.push(`focus is not seen: ${named(each)}`);
    else if (!each.matches('.govuk-radios__input, .govuk-checkboxes__input') && !clear(each)) walk.wrong.push(`focus is faint: ${named(each)}`);
    if (covered(each)) walk.wrong.push(`focus is covered: ${named(each)}`);
  }

  function finished() {
    note();
    const { all, order, wrong } = walk;
    const reached = new Set(order.map(group));
    for (const each of all) {
      if (seen(each) && top().contains(each) && !each.disabled && each.tabIndex >= 0 && !reached.has(group(each))) wrong.push(`not reached: ${named(each)}`);
    }
    return wrong;
  }

  window.tour = { texts, edges, stir, targets, sideways, begin, finished, over: () => walk.over };
})();
