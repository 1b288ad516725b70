/* Runs before the page is drawn, so that what is only for one way of working never flashes up. */
document.documentElement.classList.add('has-js');
