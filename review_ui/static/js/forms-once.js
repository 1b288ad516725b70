/* A form that takes a while: says so, and is not sent twice. */
for (const form of document.querySelectorAll('form[data-once]')) {
  let sent = false;
  form.addEventListener('submit', event => {
    if (sent) { event.preventDefault(); return; }
    sent = true;
    form.querySelector('[data-waiting]').textContent = form.dataset.once;
  });
  addEventListener('pageshow', () => { sent = false; form.querySelector('[data-waiting]').textContent = ''; });
}
