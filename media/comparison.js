// The page of two catalogs: a filter over all packages, and arrows from one to the next.
const field = document.querySelector('input[type="search"]');
const items = [...document.querySelectorAll('[data-item]')];
const found = document.getElementById('found');

const filter = () => {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of items) {
    const text = item.textContent.toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  }
  let shown = 0;
  for (const section of document.querySelectorAll('#sections > section')) {
    const left = section.querySelectorAll('[data-item]:not([hidden])').length;
    shown += left;
    section.hidden = left === 0;
    section.querySelector('.count').textContent = left;
  }
  found.textContent = shown === 0 ? field.dataset.none : '';
  extension.setState({ ...extension.getState(), filter: field.value });
};

if (field !== null) {
  const before = globalThis.pageBefore ?? {};
  const given = extension.getState() ?? {};
  if (before.before === given.before && before.after === given.after) field.value = before.filter ?? '';
  field.addEventListener('input', filter);
  if (field.value !== '') filter();
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    const stops = [field, ...document.querySelectorAll('[data-item]:not([hidden]) :is(summary, a)')];
    const at = stops.indexOf(target);
    if (key === 'Escape' && target === field) {
      field.value = '';
      filter();
    } else if (at < 0 || (key !== 'ArrowDown' && key !== 'ArrowUp')) return;
    else stops[Math.min(stops.length - 1, Math.max(0, at + (key === 'ArrowDown' ? 1 : -1)))].focus();
    event.preventDefault();
  });
}
