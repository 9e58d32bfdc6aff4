// A browser's address can name one file to open; this opens a page, and before it the walkthrough that leads on from there.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const vscode = require('vscode');

exports.activate = async () => {
  // A window that is opened again shows what was open in it.
  if (vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0)) return;
  const { page, walkthrough } = JSON.parse(readFileSync(join(__dirname, 'open.json'), 'utf8'));
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(page));
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
};
