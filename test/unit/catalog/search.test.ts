import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import { speakingBundle } from '../../../server/src/catalog/front.ts';
import { packageOf } from '../../../server/src/catalog/model.ts';
import { catalogSearch } from '../../../server/src/catalog/search.ts';

const catalog = fileBasedCatalog([
  {
    path: 'a',
    text: [
      ...operator(
        'cert-manager',
        'cert-manager',
        'The cert-manager maintainers',
        'Certificate',
        ['tls'],
        'Issues them.',
      ),
      ...operator(
        'kafka',
        'Strimzi',
        'Strimzi',
        'KafkaTopic',
        ['messaging'],
        'Runs Kafka. Needs a certificate.',
      ),
      ...operator('certificate-watcher', 'Watcher', 'Somebody', 'Watch', [], 'Watches.'),
    ]
      .map((one) => JSON.stringify(one))
      .join(''),
  },
]);

function operator(
  name: string,
  displayName: string,
  provider: string,
  kind: string,
  keywords: string[],
  text: string,
) {
  const channel = (channelName: string, ...entries: object[]) => ({
    schema: 'olm.channel',
    package: name,
    name: channelName,
    entries,
  });
  const bundle = (version: string, description: string) => ({
    schema: 'olm.bundle',
    name: `${name}.v${version}`,
    package: name,
    image: 'quay.io/a/b:1',
    properties: [
      { type: 'olm.package', value: { packageName: name, version } },
      { type: 'olm.gvk', value: { group: 'example.com', version: 'v1', kind } },
      {
        type: 'olm.csv.metadata',
        value: { displayName, description, provider: { name: provider }, keywords },
      },
    ],
  });
  return [
    { schema: 'olm.package', name, defaultChannel: 'stable' },
    channel('alpha', { name: `${name}.v2.0.0` }),
    channel('stable', { name: `${name}.v1.1.0`, replaces: `${name}.v1.0.0` }, { name: `${name}.v1.0.0` }),
    bundle('2.0.0', 'unheard of'),
    bundle('1.1.0', text),
    bundle('1.0.0', 'unheard of'),
  ];
}

describe('search', () => {
  const search = catalogSearch(catalog);
  it.each<[query: string, found: string[]]>([
    ['', ['cert-manager', 'certificate-watcher', 'kafka']],
    ['certificate', ['certificate-watcher', 'cert-manager', 'kafka']],
    ['STRIMZI', ['kafka']],
    ['kafkatopic.example', ['kafka']],
    ['tls', ['cert-manager']],
    [' certificate  maintainers ', ['cert-manager']],
    ['unheard', []],
    ['kafka nowhere', []],
    ['.*', []],
  ])('"%s"', (query, found) => {
    expect(search.find(query).map(({ name }) => name)).toEqual(found);
  });
});

describe('the bundle that speaks for a package', () => {
  it('is the head of the default channel, else another head, else the newest', () => {
    const kafka = packageOf(catalog, 'kafka')!;
    expect(speakingBundle(kafka)?.name).toBe('kafka.v1.1.0');
    expect(speakingBundle({ ...kafka, defaultChannel: 'gone' })?.name).toBe('kafka.v2.0.0');
    expect(speakingBundle({ ...kafka, channels: [] })?.name).toBe('kafka.v2.0.0');
    expect(speakingBundle({ ...kafka, channels: [], bundles: [] })).toBeUndefined();
  });
});
