import { expect, it } from 'vitest';
import { versionIn } from '../../../server/src/tools/versionText.ts';

it.each([
  ['podman version 4.3.1\n', '4.3.1'],
  ['skopeo version 1.9.3 commit: 1.9.3+ds1-1\n', '1.9.3'],
  ['grpcurl v1.8.7\n', '1.8.7'],
  ['grpcurl dev build <no version set>\n', undefined],
  ['Client Version: 4.12.0-202301042354.p0\nKustomize Version: v4.5.7\n', '4.12.0-202301042354.p0'],
  ['Client Version: v1.30.0\n', '1.30.0'],
  [
    'Client Version: version.Info{Major:"1", Minor:"20", GitVersion:"v1.20.2", GitCommit:"faec", GoVersion:"go1.19.8"}\n',
    '1.20.2',
  ],
  [
    'Version: version.Version{OpmVersion:"v1.19.5-202111", GitCommit:"a1f", BuildDate:"2021", GoOs:"linux"}\n',
    '1.19.5-202111',
  ],
  ['', undefined],
  ['Error: unknown command\n', undefined],
])('the version in %j is %s', (text, version) => {
  expect(versionIn(text)).toBe(version);
});
