/* Notes when keys are pressed and what is painted after; put into every page before its own scripts. */
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const painted = then => requestAnimationFrame(() => setTimeout(() => then(now())));
  const kept = JSON.parse(sessionStorage.getItem('watched') ?? '{}');
  const keep = () => sessionStorage.setItem('watched', JSON.stringify(kept));
  if (kept.confirmed && !kept.page) kept.page = {};
  let pressed = 0, from = null;

  addEventListener('keydown', event => {
    pressed = 0;
    if (event.key !== 'Enter') return;
    pressed = performance.timeOrigin + event.timeStamp;
    from = document.activeElement;
    if (from?.id === 'confirm') { kept.confirmed = pressed; delete kept.page; keep(); }
  }, true);
  addEventListener('focusin', event => {
    if (!pressed || event.target === from || kept.page?.pending) return;
    const began = pressed;
    pressed = 0;
    painted(at => { (kept.moves ??= []).push(at - began); keep(); });
  }, true);

  if (!kept.confirmed || kept.page?.picture) return;
  const note = (what, at) => { kept.page[what] ??= at - kept.confirmed; keep(); };
  new PerformanceObserver(list => {
    for (const each of list.getEntriesByName('first-contentful-paint')) note('paint', performance.timeOrigin + each.startTime);
  }).observe({ type: 'paint', buffered: true });
  addEventListener('focusin', event => { if (event.target.closest('[data-card]')) painted(at => note('focus', at)); }, true);
  new PerformanceObserver(list => { // the last and largest one is the page in the viewer
    for (const each of list.getEntries()) {
      if (each.url.includes('/pages/')) { kept.page.picture = performance.timeOrigin + each.renderTime - kept.confirmed; keep(); }
    }
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  addEventListener('load', () => {
    const [page] = performance.getEntriesByType('navigation');
    kept.page.request = page.responseStart - page.startTime;
    const loaded = performance.getEntriesByType('resource').find(each => each.name.includes('/pages/'));
    kept.page.cached = loaded ? loaded.transferSize === 0 : null;
    keep();
  });
})();
