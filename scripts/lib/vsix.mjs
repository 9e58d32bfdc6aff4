// A VSIX, which is what VS Code installs: a zip of the files that ship, and two that say what they are.
import { createWriteStream, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';

/**
 * Writes a VSIX. The same files make the same bytes, whenever and wherever it is done.
 * @param root what the names of the files begin at; package.json is there
 * @param files what it holds
 * @param target the file that is written
 */
export async function writeVsix(root, files, target) {
  const zip = new yazl.ZipFile();
  // A zip counts in local time, from somewhere in 1980 on.
  const mtime = new Date(1981, 0, 1);
  const written = { mtime, mode: 0o100644, forceDosTimestamp: true, compressionLevel: 9 };
  const manifest = manifestInEnglish(root);
  zip.addBuffer(Buffer.from(contentTypes(files)), '[Content_Types].xml', written);
  zip.addBuffer(Buffer.from(vsixManifest(manifest)), 'extension.vsixmanifest', written);
  for (const file of files) zip.addBuffer(readFileSync(join(root, file)), `extension/${file}`, written);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target));
}

/** The manifest with its texts, which are in a file of their own for each language. */
function manifestInEnglish(root) {
  const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const manifest = read('package.json');
  const texts = read('package.nls.json');
  const [, key] = /^%(.+)%$/.exec(manifest.description) ?? [];
  return { ...manifest, description: texts[key] ?? manifest.description };
}

/**
 * What a gallery and VS Code's installer read first. The same as `@vscode/vsce` writes, but for tags that it guesses.
 * https://learn.microsoft.com/visualstudio/extensibility/vsix-extension-schema-2-0-reference
 */
function vsixManifest(manifest) {
  const { name, version, publisher, displayName, description, keywords, categories, engines, icon } =
    manifest;
  const properties = [
    ['Microsoft.VisualStudio.Code.Engine', engines.vscode],
    ['Microsoft.VisualStudio.Code.ExtensionDependencies', ''],
    ['Microsoft.VisualStudio.Code.ExtensionPack', ''],
    ['Microsoft.VisualStudio.Code.ExtensionKind', manifest.extensionKind.join(',')],
    ['Microsoft.VisualStudio.Code.LocalizedLanguages', ''],
    ['Microsoft.VisualStudio.Code.EnabledApiProposals', ''],
    ['Microsoft.VisualStudio.Code.ExecutesCode', 'true'],
    ['Microsoft.VisualStudio.Services.GitHubFlavoredMarkdown', 'true'],
    ['Microsoft.VisualStudio.Services.Content.Pricing', 'Free'],
  ].map(([id, value]) => `      <Property Id="${id}" Value="${escaped(value)}" />`);
  const assets = [
    ['Microsoft.VisualStudio.Code.Manifest', 'package.json'],
    ['Microsoft.VisualStudio.Services.Content.Details', 'README.md'],
    ['Microsoft.VisualStudio.Services.Content.Changelog', 'CHANGELOG.md'],
    ['Microsoft.VisualStudio.Services.Content.License', 'LICENSE'],
    ['Microsoft.VisualStudio.Services.Icons.Default', icon],
  ].map(
    ([type, file]) => `    <Asset Type="${type}" Path="extension/${escaped(file)}" Addressable="true" />`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${escaped(name)}" Version="${escaped(version)}" Publisher="${escaped(publisher)}" />
    <DisplayName>${escaped(displayName)}</DisplayName>
    <Description xml:space="preserve">${escaped(description)}</Description>
    <Tags>${escaped(keywords.join(','))}</Tags>
    <Categories>${escaped(categories.join(','))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
${properties.join('\n')}
    </Properties>
    <License>extension/LICENSE</License>
    <Icon>extension/${escaped(icon)}</Icon>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
${assets.join('\n')}
  </Assets>
</PackageManifest>
`;
}

const knownTypes = {
  '.css': 'text/css',
  '.js': 'application/javascript',
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.vsixmanifest': 'text/xml',
  '.yaml': 'text/yaml',
};

/** Each part of an Open Packaging file has a type, by its ending or by its name. */
function contentTypes(files) {
  const endings = new Set(['.vsixmanifest', ...files.map((file) => extname(file))]);
  const types = [...endings]
    .filter((ending) => ending !== '')
    .sort()
    .map((ending) => [`Default Extension="${ending}"`, knownTypes[ending] ?? 'application/octet-stream']);
  const named = files
    .filter((file) => extname(file) === '')
    .map((file) => [`Override PartName="/extension/${escaped(file)}"`, 'text/plain']);
  const list = [...types, ...named].map(([what, type]) => `  <${what} ContentType="${type}" />`);
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
${list.join('\n')}
</Types>
`;
}

function escaped(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (character) => names[character]);
}
