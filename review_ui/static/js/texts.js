/* What the page's script says, in the language of the page: from its <template id="texts">. */
const known = new Map([...document.querySelector('#texts').content.querySelectorAll('[data-name]')].map(each => [each.dataset.name, each.textContent]));

/* A text with its {places} filled in. */
export const text = (name, filled = {}) => known.get(name).replace(/\{(\w+)\}/g, (whole, place) => filled[place] ?? whole);
