import { afterEach, expect, it } from 'vitest';
import { speak } from '../../../server/src/base/sentences.ts';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import { validity } from '../../../server/src/catalog/validity.ts';
import { packCatalog, unpackCatalog } from '../../../server/src/database/packedCatalog.ts';

afterEach(() => speak(new Map()));

const text = `schema: olm.package
name: twice
defaultChannel: stable
---
schema: olm.package
name: twice
defaultChannel: stable
---
schema: olm.bundle
package: twice
name: twice.v1.0.0
image: https://quay.io/lab/twice
`;

it('says what a reader found in the language of who looks, also of a catalog that was kept', () => {
  const kept = unpackCatalog(packCatalog(fileBasedCatalog([{ path: 'catalog.yaml', text }])));
  const words = () => validity(kept ?? expect.unreachable()).map(({ message }) => message);
  expect(words()).toContain('Package twice is there twice');
  expect(words()).toContain(
    'Bundle twice.v1.0.0 is in https://quay.io/lab/twice, which nobody can pull: https:// is no part of the name of an image',
  );
  speak(
    new Map([
      ['Package {0} is there twice', '软件包 {0} 出现两次'],
      ['Bundle {0} is in {1}, which nobody can pull: {2}', '捆绑包 {0}：{1} 无法拉取（{2}）'],
      ['{0} is no part of the name of an image', '{0} 不属于镜像名'],
    ]),
  );
  expect(words()).toContain('软件包 twice 出现两次');
  expect(words()).toContain(
    '捆绑包 twice.v1.0.0：https://quay.io/lab/twice 无法拉取（https:// 不属于镜像名）',
  );
});
