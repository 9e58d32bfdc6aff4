import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dataUrlText, textDataUrl } from '../../../server/src/documents/dataUrl.ts';
import type { MachineConfig } from '../../../server/src/documents/machineConfig.ts';
import { parseYaml } from '../../../server/src/documents/yamlFile.ts';

const conf = '[[registry]]\nlocation = "quay.io/ö"\n';
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('a data: URL', () => {
  it.each([
    [`data:,${encodeURIComponent(conf)}`, ''],
    [`data:text/plain;charset=utf-8,${encodeURIComponent(conf)}`, ''],
    [`data:;base64,${base64(Buffer.from(conf))}`, ''],
    [`data:text/plain;charset=utf-8;base64,${base64(Buffer.from(conf))}`, ''],
    [`DATA:text/plain;BASE64,${base64(Buffer.from(conf)).replaceAll('=', '%3D')}`, ''],
    [`data:;base64,${base64(gzipSync(conf))}`, 'gzip'],
    [textDataUrl(conf), ''],
  ] as const)('holds the text: %s', (url, compression) => {
    expect(dataUrlText(url, compression)).toBe(conf);
  });

  it.each([
    ['https://example.com/a.conf', ''],
    ['data:', ''],
    ['data:;base64,*', ''],
    ['data:,%ff', ''],
    ['data:,plain', 'gzip'],
  ] as const)('is not read: %s', (url, compression) => {
    expect(dataUrlText(url, compression)).toBeUndefined();
  });

  it('keeps a percent sign that escapes nothing', () => {
    expect(dataUrlText('data:,100%25 %zz %')).toBe('100% %zz %');
  });
});

const machineConfig = (files: string, version = '3.2.0') => `apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata:
  name: 99-worker-mirrors
  labels:
    machineconfiguration.openshift.io/role: worker
spec:
  config:
    ignition:
      version: ${version}
    storage:
      files:
${files}`;

const read = (text: string) => parseYaml(text.split('\n')).resources as readonly MachineConfig[];

describe('a MachineConfig', () => {
  it('is read for the files about registries alone', () => {
    const [config] = read(
      machineConfig(`      - path: /etc/chrony.conf
        contents: { source: "data:,a" }
      - path: /etc/containers/registries.conf
        contents: { source: "data:,b" }
      - path: /etc/containers/registries.conf.d/9.conf
        filesystem: root
        contents:
          source: data:,c
      - path: /etc/containers/registries.conf.d/9.conf.bak
        contents: { source: "data:,d" }
      - path: /etc/containers/registries.conf.d/sub/9.conf
        contents: { source: "data:,e" }
      - path: /etc/containers/registries.conf.d/far.conf
        contents: { source: "https://example.com/far.conf" }
      - path: /etc/containers/registries.conf.d/empty.conf
`),
    );
    expect(config?.role?.value).toBe('worker');
    expect(config?.files.map(({ path, text, place }) => [path.value, text, place.start.line])).toEqual([
      ['/etc/containers/registries.conf', 'b', 15],
      ['/etc/containers/registries.conf.d/9.conf', 'c', 19],
      ['/etc/containers/registries.conf.d/far.conf', undefined, 25],
      ['/etc/containers/registries.conf.d/empty.conf', '', 26],
    ]);
  });

  it('about something else is none of ours', () => {
    const chrony = machineConfig('      - path: /etc/chrony.conf # not /etc/containers/registries.conf\n');
    expect(parseYaml(chrony.split('\n')).resources).toEqual([]);
  });
});
