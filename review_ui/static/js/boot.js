/* Runs before the page is drawn, so that what is only for one way of working never flashes up. */
document.documentElement.classList.add('has-js');
/* A picture may fail before the page's own script listens, so that is noted here. */
addEventListener('error', event => { if (event.target.tagName === 'image') event.target.dataset.missing = ''; }, true);
