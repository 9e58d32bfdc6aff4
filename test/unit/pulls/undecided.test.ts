import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseText } from '../../../server/src/files/load.ts';
import {
  leftOutJson,
  leftOutWords,
  undecidedIn,
  undecidedWords,
} from '../../../server/src/pulls/undecided.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { dropIn, machineConfig, tableUrl } from '../../support/machineConfigs.ts';
import { setOf } from '../../support/mirrorSets.ts';

const folder = join(import.meta.dirname, '../../fixtures/templates');
const snapshotOf = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).reduce(
    (snapshot, [path, text]) => snapshot.with(path, parseText(text, 'yaml')),
    new Snapshot(),
  );
const wordsFor = (files: Readonly<Record<string, string>>) =>
  leftOutWords(undecidedIn(snapshotOf(files)), (path) => `d/${path}`);

describe('what an answer about nodes leaves out', () => {
  it('is named in manifests of all kinds of templates', () => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    const texts = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    const { leftOut } = leftOutJson(undecidedIn(snapshotOf(texts))) as {
      leftOut: { file: string; line: number; template: string }[];
    };
    const said = leftOut.map(({ file, line, template }) => `${file}:${line} ${template}`);
    expect(said).toMatchInlineSnapshot(`
      [
        "envsubst.yaml:19 \${LOCAL_REGISTRY}",
        "envsubst.yaml:21 \${LOCAL_REGISTRY:-registry.example.com:5000}",
        "flow.yaml:4 {{ source }}",
        "helm-branches.yaml:4 {{- if .Values.long }}",
        "helm-mirrors.yaml:14 {{ . }}",
        "helm-mirrors.yaml:20 {{- toYaml $set.mirrors | nindent 4 }}",
        "image-config.yaml:4 $(NAME)",
        "jinja-inline.yaml:12 {{ sources | indent(8, true)}}",
        "jinja-inline.yaml:16 {% if long %}",
        "jinja.yaml:11 {{ registry_local }}",
        "json.json.yaml:5 \${SOURCE}",
        "machine-config.yaml:15 {{ .Files.Get "mirrors.conf" | b64enc }}",
        "merge.yaml:9 \${SOURCE}",
        "placeholders.yaml:8 <local-registry>",
        "placeholders.yaml:11 ‹your mirror›",
        "sed-marks.yaml:18 @REGISTRY@",
        "terraform.yaml:8 \${mirror.source}",
        "ytt.yaml:20 #@ "quay.io/" + team",
        "ztp-source-cr.yaml:20 $mirrors",
        "ztp-source-cr.yaml:28 $mirrors",
      ]
    `);
  });

  it('is an entry that has its template from another one, once it is applied', () => {
    const merged = readFileSync(join(folder, 'merge.yaml'), 'utf8');
    expect(undecidedWords(undecidedIn(snapshotOf({ 'merge.yaml': merged })))).toEqual([
      'merge.yaml has 2 entries with templates (lines 9 and 11), and what they redirect is not known yet: forecast what is made of them.',
    ]);
  });

  it('is nothing in plain manifests', () => {
    const files = {
      'a.yaml': setOf('IDMS', 'q.io/a <- m.io/a'),
      'b.yaml': machineConfig('99-worker-a', 'worker', dropIn('a'), tableUrl('q.io/a <- m.io/a')),
    };
    expect(wordsFor(files)).toEqual([]);
  });

  it('is a drop-in that is fetched from elsewhere, too', () => {
    const config = machineConfig('99-worker-a', 'worker', dropIn('a'), 'https://example.com/a.conf');
    expect(wordsFor({ 'a.yaml': config })).toEqual([
      'd/a.yaml:12 cannot be read here: its text is elsewhere or damaged; it is left out.',
    ]);
  });

  it('is told by its places while they are few, and then by their number', () => {
    const entries = Array.from({ length: 7 }, (_, at) => `q.io/${at} <- $(MIRROR)/${at}`);
    const words = wordsFor({ 'a.yaml': setOf('IDMS', ...entries) });
    expect(words.slice(3)).toEqual([
      'd/a.yaml:14 is a template ($(MIRROR)); it is left out.',
      'd/a.yaml:16 is a template ($(MIRROR)); it is left out.',
      '2 more places are templates and are left out.',
    ]);
    expect(wordsFor({ 'a.yaml': setOf('IDMS', ...entries.slice(1)) }).at(-1)).toBe(
      '1 more place is a template and is left out.',
    );
  });
});
