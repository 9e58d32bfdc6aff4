import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { runFileNames, runJournals } from '../../client/src/runFiles.ts';
import { languages } from '../../server/src/base/languages.ts';
import {
  commands,
  loggedInContext,
  mappingLanguage,
  pages,
  serverCommands,
  settingsSection,
  taskType,
  views,
  walkthroughs,
} from '../../server/src/protocol/names.ts';
import { rules } from '../../server/src/rules/index.ts';
import { severities } from '../../server/src/workspace/settings.ts';
import { settingsSchema } from '../../server/src/workspace/settingsSchema.ts';
import { expectFile } from '../support/madeFile.ts';
import { manifestInEnglish, manifestTexts, rawManifest } from '../support/manifest.ts';

/**
 * The manifest repeats what the code declares. These tests compare both, and with `UPDATE=1` write into the
 * manifest what can be derived.
 */
const root = new URL('../../', import.meta.url);
const manifest = manifestInEnglish();

interface Property {
  readonly type: string;
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly items?: unknown;
  readonly markdownDescription: string;
  readonly scope: string;
}

/**
 * Settings that decide where credentials come from, whom to believe and what is run. They belong to a machine
 * and not to a project, and a project that is not trusted has no say in them.
 */
const machineSettings = [
  'registries.authFile',
  'registries.configFile',
  'registries.caFile',
  'registries.insecure',
];
const restricted = [...machineSettings, 'cluster.command', 'network'];
const scopes: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...machineSettings, 'cluster.command'].map((key) => [key, 'machine-overridable'])),
  network: 'window',
  'files.folder': 'window',
};

/** One setting for every leaf of the schema, and one for every rule in place of the schema's open record. */
function properties(): Record<string, Property> {
  const schema = z.toJSONSchema(settingsSchema, { io: 'input' });
  const derived = [...leaves(schema as JsonSchema, []), ...ruleProperties()];
  return Object.fromEntries(derived.map(([key, property]) => [`${settingsSection}.${key}`, property]));
}

interface JsonSchema {
  readonly type: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: unknown;
}

function leaves(schema: JsonSchema, keys: readonly string[]): [string, Property][] {
  const key = keys.join('.');
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([name, child]) => leaves(child, [...keys, name]));
  }
  if (key === 'rules') return [];
  const { type, default: value, enum: values, items, description = '' } = schema;
  const property: Property = {
    type,
    ...(values && { enum: values }),
    ...(items && { items }),
    default: value,
    markdownDescription: description,
    scope: scopes[key] ?? 'resource',
  };
  return [[key, property]];
}

function ruleProperties(): [string, Property][] {
  // A code may be found in several ways, each in its own file; its first one speaks for it.
  const byCode = new Map(rules.toReversed().map((rule) => [rule.code, rule]));
  return [...byCode.values()]
    .map(({ code, severity, summary }): [string, Property] => [
      `rules.${code}`,
      {
        type: 'string',
        enum: [...severities, 'off'],
        default: severity,
        markdownDescription: summary,
        scope: 'resource',
      },
    ])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

it('has a setting for everything that can be set, as the schema and the rules describe it', () => {
  const expected = properties();
  const keys = restricted.map((key) => `${settingsSection}.${key}`);
  if (process.env.UPDATE === '1') {
    const raw = rawManifest();
    const texts = manifestTexts();
    for (const key of Object.keys(texts)) if (key.startsWith('setting.')) delete texts[key];
    raw.contributes.configuration.properties = Object.fromEntries(
      Object.entries(expected).map(([key, property]) => {
        const text = `setting.${key.slice(settingsSection.length + 1)}`;
        texts[text] = property.markdownDescription;
        return [key, { ...property, markdownDescription: `%${text}%` }];
      }),
    );
    raw.capabilities.untrustedWorkspaces.restrictedConfigurations = keys;
    writeFileSync(new URL('package.json', root), `${JSON.stringify(raw, null, 2)}\n`);
    writeFileSync(new URL('package.nls.json', root), `${JSON.stringify(texts, null, 2)}\n`);
  }
  expect(manifest.contributes.configuration.properties).toEqual(expected);
  expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(keys);
  for (const key of keys) expect(expected, 'restricted settings exist').toHaveProperty([key]);
});

it('describes every setting in a sentence', () => {
  for (const [key, property] of Object.entries<Property>(manifest.contributes.configuration.properties)) {
    expect(property.markdownDescription, key).toMatch(/\S$/);
    expect(property.default, key).toBeDefined();
  }
});

it('names the commands, the language and the task type that the code registers', () => {
  const declared = manifest.contributes.commands.map((entry: { command: string }) => entry.command);
  expect(declared.toSorted()).toEqual(
    [...Object.values(commands), ...Object.values(serverCommands)].toSorted(),
  );
  for (const entry of manifest.contributes.commands) expect(entry.category).toBe('Operator Mirror');
  const inMenus = Object.values<{ command: string }[]>(manifest.contributes.menus).flat();
  for (const { command } of inMenus) expect(declared).toContain(command);
  expect(manifest.contributes.languages.map((language: { id: string }) => language.id)).toEqual([
    mappingLanguage,
  ]);
  expect(manifest.contributes.taskDefinitions.map((task: { type: string }) => task.type)).toEqual([taskType]);
});

it('never starts a process in a workspace that is not trusted', () => {
  const { copyMapping, planImageSet, mirrorImageSet, runAgain, retryFailed, retryImages, verifyRun } =
    commands;
  const enablement = new Map<string, string | undefined>(
    manifest.contributes.commands.map((entry: { command: string; enablement?: string }) => [
      entry.command,
      entry.enablement,
    ]),
  );
  for (const command of [
    copyMapping,
    planImageSet,
    mirrorImageSet,
    runAgain,
    retryFailed,
    retryImages,
    verifyRun,
  ]) {
    expect(enablement.get(command), command).toBe('isWorkspaceTrusted');
  }
  expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
});

it('is started for its pages when a window is opened again', () => {
  const events = Object.values(pages).map((viewType) => `onWebviewPanel:${viewType}`);
  expect(manifest.activationEvents).toEqual(expect.arrayContaining(events));
});

it('is started where a workspace has files of a mirror run', () => {
  const events = manifest.activationEvents.filter((event: string) => event.startsWith('workspaceContains:'));
  expect(events).toEqual(
    [...runFileNames.map((name) => `**/${name}`), runJournals].map((glob) => `workspaceContains:${glob}`),
  );
});

it('has each of its texts in all languages, and no other ones', () => {
  const used = [...JSON.stringify(rawManifest()).matchAll(/"%([^%"]+)%"/g)].flatMap(([, key]) => key ?? []);
  const english = manifestTexts();
  expect(Object.keys(english).toSorted()).toEqual([...new Set(used)].toSorted());
  for (const language of languages.filter((one) => one !== 'en')) {
    const texts = manifestTexts(language);
    expect(Object.keys(texts).toSorted(), language).toEqual(Object.keys(english).toSorted());
  }
});

it('claims no language but its own', () => {
  const text = JSON.stringify(manifest.contributes);
  expect(text).not.toContain('"yaml"');
  expect(manifest.activationEvents).not.toContain('*');
});

it('refers to files that exist, and packs them', () => {
  const packed = manifest.files.map(
    (line: string) => new RegExp(`^${line.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`),
  );
  const { languages, grammars } = manifest.contributes;
  const sources = [manifest.icon, languages[0].configuration, grammars[0].path].map((file: string) =>
    file.replace('./', ''),
  );
  sources.push('media/page.css', 'media/page.js', 'examples/README.md', ...iconsOf(manifest.contributes));
  sources.push(...manifest.contributes.walkthroughs.flatMap(picturesOf));
  for (const file of sources) expect(existsSync(new URL(file, root)), file).toBe(true);
  const built = [
    manifest.main.replace('./', ''),
    'dist/server.js',
    'dist/serverProgram.js',
    'dist/worker.js',
    manifest.bin['operator-mirror'].replace('./', ''),
    'dist/cliProgram.js',
    'dist/undici.js',
    'dist/sqlite/sqlite.js',
  ];
  for (const file of [...sources, ...built]) {
    expect(
      packed.some((pattern: RegExp) => pattern.test(file)),
      `${file} is packed`,
    ).toBe(true);
  }
});

function picturesOf({ steps }: { readonly steps: readonly { readonly media: { readonly svg: string } }[] }) {
  return steps.map(({ media }) => media.svg);
}

it('leads through walkthroughs by commands that there are', () => {
  const { walkthroughs: declared } = manifest.contributes;
  expect(declared.map(({ id }: { id: string }) => id)).toEqual(Object.values(walkthroughs));
  const text = JSON.stringify(declared);
  const named = [...text.matchAll(/(?:command|onCommand):(operatorMirror\.[\w.]+)/g)].flatMap(
    ([, command]) => command ?? [],
  );
  const known = [
    ...Object.values(commands),
    ...Object.values(serverCommands),
    ...Object.values(views).map((view) => `${view}.focus`),
  ];
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((command) => !known.includes(command))).toEqual([]);
  const keys = [...text.matchAll(/onContext:([\w.]+)/g)].map(([, key]) => key);
  expect(keys).toEqual([loggedInContext]);
});

interface WithIcon {
  readonly icon: string;
}

function iconsOf({
  viewsContainers,
  views: contributed,
}: {
  readonly viewsContainers: Readonly<Record<string, readonly WithIcon[]>>;
  readonly views: Readonly<Record<string, readonly WithIcon[]>>;
}): string[] {
  return [...Object.values(viewsContainers), ...Object.values(contributed)].flat().map(({ icon }) => icon);
}

it('contributes the views that the code fills', () => {
  const contributed = Object.values<{ id: string }[]>(manifest.contributes.views).flat();
  expect(contributed.map(({ id }) => id).toSorted()).toEqual(Object.values(views).toSorted());
  for (const { view } of manifest.contributes.viewsWelcome) expect(Object.values(views)).toContain(view);
});

it('reads problems from the lines that the command line writes', () => {
  const [{ regexp, ...groups }] = manifest.contributes.problemPatterns;
  const read = (line: string) => {
    const match = new RegExp(regexp).exec(line);
    return (
      match && ['file', 'line', 'column', 'severity', 'message', 'code'].map((name) => match[groups[name]])
    );
  };
  const cases: readonly (readonly [line: string, fields: readonly (string | undefined)[] | null])[] = [
    [
      'a/mapping.txt:12:1: error: two sources into one destination (mapping/duplicate-destination)',
      [
        'a/mapping.txt',
        '12',
        '1',
        'error',
        'two sources into one destination',
        'mapping/duplicate-destination',
      ],
    ],
    [
      'C:\\w\\mapping.txt:3:40: warning: by tag (v4.8) only (mapping/tag-only)',
      ['C:\\w\\mapping.txt', '3', '40', 'warning', 'by tag (v4.8) only', 'mapping/tag-only'],
    ],
    [
      '/w/mapping.txt:7:1: error: quay.io/a/b:1: manifest unknown',
      ['/w/mapping.txt', '7', '1', 'error', 'quay.io/a/b:1: manifest unknown', undefined],
    ],
    ['60 images, 1.2 GB', null],
    ['sha256:0123 quay.io/a/b:1', null],
  ];
  for (const [line, fields] of cases) expect(read(line), line).toEqual(fields);
});

it('has a page of its settings, in each language', () => {
  const docs = join(import.meta.dirname, '../../docs');
  expectFile(
    join(docs, 'settings.md'),
    `[简体中文](zh-cn/settings.md)

# Settings

All begin with \`${settingsSection}\`, in VS Code's settings and, as one object of the same shape, in the \`initializationOptions\` of any
other editor. Each rule has a setting besides, \`${settingsSection}.rules.CODE\`, with a severity or \`off\`: [Rules](rules/README.md).

| setting | values | unless set | |
| --- | --- | --- | --- |
${settingRows(manifestTexts())}
`,
  );
  expectFile(
    join(docs, 'zh-cn/settings.md'),
    `[English](../settings.md)

# 设置

所有设置都以 \`${settingsSection}\` 开头：在 VS Code 的设置中，或在其他编辑器的 \`initializationOptions\` 中作为一个形状相同的对象。此外每条规则都有一个设置 \`${settingsSection}.rules.CODE\`，取值为严重级别或 \`off\`：参见[规则](rules/README.md)。

| 设置 | 取值 | 未设置时 | |
| --- | --- | --- | --- |
${settingRows(manifestTexts('zh-cn'))}
`,
  );
});

function settingRows(texts: Readonly<Record<string, string>>): string {
  const { properties: all } = manifest.contributes.configuration;
  const rows = Object.entries<Property>(all)
    .filter(([key]) => !key.startsWith(`${settingsSection}.rules.`))
    .map(([key, { type, enum: values, default: value }]) => {
      const kinds = (values ?? [type]).map((kind) => `\`${kind}\``).join(', ');
      const text = texts[`setting.${key.slice(settingsSection.length + 1)}`] ?? '';
      return `| \`${key}\` | ${kinds} | \`${JSON.stringify(value)}\` | ${text.replaceAll('|', '\\|')} |`;
    });
  return rows.join('\n');
}
