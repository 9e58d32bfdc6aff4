// A browser's address can name one file to open; this opens two: the page that explains, beside what it explains.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const vscode = require('vscode');

exports.activate = async () => {
  // A window that is opened again shows what was open in it.
  if (vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0)) return;
  const { page, file } = JSON.parse(readFileSync(join(__dirname, 'open.json'), 'utf8'));
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(page));
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
};
