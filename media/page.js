// The script of every page: sends what is pressed or chosen to the extension, and says aloud what came of it.
const extension = acquireVsCodeApi();
/** What the page before this one in the same panel has kept. */
globalThis.pageBefore = extension.getState();
extension.setState(JSON.parse(document.body.dataset.state));

const focused = document.getElementById(document.body.dataset.focus);
if (focused !== null) {
  focused.tabIndex = -1;
  focused.focus();
}

document.addEventListener('click', (event) => {
  const target = event.target.closest('[data-action]');
  if (target === null) return;
  event.preventDefault();
  const { action, argument } = target.dataset;
  extension.postMessage({ action, argument });
});

document.addEventListener('change', ({ target }) => {
  const { change } = target.dataset;
  if (change !== undefined) extension.postMessage({ action: change, argument: target.value });
});

addEventListener('message', ({ data: { announce } }) => {
  if (announce !== undefined) document.getElementById('announcement').textContent = announce;
});
