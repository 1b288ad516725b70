/* While post is on its way, shows where it is without loading the page again; says what changed. */
const EVERY = 3000, LONGEST = 10 * 60 * 1000; // milliseconds
const began = performance.now();
const live = document.querySelector('#live'), said = document.querySelector('#said');

async function look() {
  if (!('moving' in live.dataset) || performance.now() - began > LONGEST) return;
  if (!document.hidden && !live.contains(document.activeElement)) {
    try {
      const reply = await fetch(location.href, { redirect: 'error' });
      if (reply.ok) show(new DOMParser().parseFromString(await reply.text(), 'text/html').querySelector('#live'));
    } catch { /* not reachable now: look again later */ }
  }
  setTimeout(look, EVERY);
}
function show(next) {
  if (!next || next.innerHTML === live.innerHTML) return;
  live.replaceChildren(...next.childNodes);
  if ('moving' in next.dataset) return;
  delete live.dataset.moving;
  said.textContent = said.dataset.done;
}
setTimeout(look, EVERY);
