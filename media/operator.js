// The page of an operator: tabs, and the upgrade graph, in which versions are chosen and the way between them is lit.
const svg = 'http://www.w3.org/2000/svg';

const before = globalThis.pageBefore ?? {};
const given = JSON.parse(document.body.dataset.state) ?? {};
const isSame = before.package === given.package && before.catalog === given.catalog;
let state = { ...given, tab: isSame ? before.tab : undefined };
if (isSame && before.channel === given.channel) state.picked = before.picked;
const remember = (changes) => {
  state = { ...state, ...changes };
  extension.setState(state);
};
remember({});

const tabs = [...document.querySelectorAll('[role="tab"]')];
const showTab = (tab) => {
  for (const one of tabs) {
    const isShown = one === tab;
    one.setAttribute('aria-selected', String(isShown));
    one.tabIndex = isShown ? 0 : -1;
    document.getElementById(one.getAttribute('aria-controls')).hidden = !isShown;
  }
  remember({ tab: tab.id });
};
for (const [index, tab] of tabs.entries()) {
  tab.addEventListener('click', () => showTab(tab));
  tab.addEventListener('keydown', ({ key }) => {
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[key];
    if (next === undefined) return;
    const wanted = tabs[(next + tabs.length) % tabs.length];
    showTab(wanted);
    wanted.focus();
  });
}
const lastTab = tabs.find(({ id }) => id === state.tab);
if (lastTab !== undefined) showTab(lastTab);
for (const link of document.querySelectorAll('a[data-action="show-channel"]')) {
  link.addEventListener('click', () => showTab(document.getElementById('tab-graph')));
}

const list = document.querySelector('.graph .rows');
if (list !== null) {
  const graph = list.closest('.graph');
  const rows = [...list.children];
  const of = (row) => graph.querySelectorAll(`[data-of="${row}"]`);
  const at = (row) => graph.querySelectorAll(`[data-row="${row}"]`);
  const way = document.querySelector('.way');
  const buttons = way.querySelector('.buttons');
  const [show, clear] = buttons.querySelectorAll('button');
  let picked = [];

  const pick = (next) => {
    picked = next;
    remember({ picked });
    extension.postMessage({ action: 'pick-versions', argument: picked.join() });
  };
  const choose = (row) => {
    if (picked.length !== 1) pick([row]);
    else pick(picked[0] === row ? [] : [picked[0], row]);
  };

  // What belongs to the version that is pointed at: its skips, its skipRange, and the line to what it replaces.
  let pointed;
  const point = (row) => {
    if (row === pointed) return;
    if (pointed !== undefined) {
      for (const part of [...of(pointed), ...at(pointed)]) part.classList.remove('pointed');
    }
    pointed = row;
    graph.classList.toggle(
      'pointing',
      row !== undefined && graph.querySelector(`.range[data-of="${row}"]`) !== null,
    );
    if (row !== undefined) for (const part of [...of(row), ...at(row)]) part.classList.add('pointed');
  };
  const rowOf = (event) => event.target.closest('[data-row]')?.dataset.row;
  graph.addEventListener('mouseover', (event) =>
    point(rowOf(event) ?? list.querySelector(':focus')?.dataset.row),
  );
  graph.addEventListener('mouseleave', () => point(list.querySelector(':focus')?.dataset.row));
  list.addEventListener('focusin', (event) => point(rowOf(event)));
  list.addEventListener('focusout', () => point(undefined));

  const focus = (row) => {
    for (const one of rows) one.tabIndex = -1;
    rows[row].tabIndex = 0;
    rows[row].focus();
  };
  graph.addEventListener('click', (event) => {
    const row = rowOf(event);
    if (row === undefined) return;
    focus(Number(row));
    choose(Number(row));
  });
  list.addEventListener('keydown', (event) => {
    const row = Number(document.activeElement.dataset.row);
    const page = Math.max(1, Math.floor(innerHeight / 2 / rows[0].offsetHeight));
    const next = {
      ArrowDown: row + 1,
      ArrowUp: row - 1,
      PageDown: row + page,
      PageUp: row - page,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (next !== undefined) focus(Math.min(rows.length - 1, Math.max(0, next)));
    else if (event.key === 'Enter' || event.key === ' ') choose(row);
    else if (event.key === 'Escape' && picked.length > 0) pick([]);
    else return;
    event.preventDefault();
  });
  show.addEventListener('click', () =>
    extension.postMessage({ action: 'show-version', argument: rows[picked.at(-1)].title }),
  );
  clear.addEventListener('click', () => {
    pick([]);
    focus(Number(list.querySelector('[tabindex="0"]').dataset.row));
  });

  addEventListener('message', ({ data: { way: said } }) => {
    if (said === undefined) return;
    way.querySelector('.headline').textContent = said.headline;
    way.querySelector('ol').replaceChildren(
      ...said.sentences.map((words) => {
        const item = document.createElement('li');
        item.textContent = words;
        return item;
      }),
    );
    buttons.hidden = said.picked.length === 0;
    show.textContent = said.show;
    graph.classList.toggle('lit', said.lines.length > 0);
    for (const part of graph.querySelectorAll('[data-row]')) {
      const row = Number(part.dataset.row);
      part.classList.toggle('on-way', said.rows.includes(row));
      part.classList.toggle('picked', said.picked.includes(row));
      if (part.role === 'option') part.setAttribute('aria-selected', String(said.picked.includes(row)));
    }
    graph.querySelector('.path').replaceChildren(
      ...said.lines.map(({ by, d }) => {
        const line = document.createElementNS(svg, 'path');
        line.setAttribute('class', by);
        line.setAttribute('d', d);
        return line;
      }),
    );
  });
  const again = (state.picked ?? []).filter((row) => row < rows.length);
  if (again.length > 0) pick(again);
}
