// The one script of a page: sends what is pressed to the extension, and says aloud what came of it.
const extension = acquireVsCodeApi();
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

addEventListener('message', ({ data: { announce } }) => {
  document.getElementById('announcement').textContent = announce;
});
