import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { FakeRegistry } from '../support/fakeRegistry.ts';
import { multiArchImage, pushImage, type TestImage, testImage, testIndex } from '../support/images.ts';

/** The fake registry is worth something only as long as it answers as the real one does. */
describe('the fake registry agrees with docker-registry', () => {
  let real: DockerRegistry;
  let fake: FakeRegistry;

  beforeAll(async () => {
    [real, fake] = await Promise.all([DockerRegistry.start(), FakeRegistry.start()]);
  });
  afterAll(async () => {
    await Promise.all([real.stop(), fake.stop()]);
  });

  const images: Record<string, TestImage> = {
    docker: testImage(),
    oci: testImage({ format: 'oci' }),
    list: multiArchImage(),
    index: multiArchImage({ format: 'oci' }),
  };

  for (const [name, image] of Object.entries(images)) {
    it(`takes and gives back: ${name}`, async () => {
      const answers = await Promise.all(
        [real, fake].map(async ({ url }) => {
          await pushImage(url, `team/${name}`, 'v1', image);
          const answer = await fetch(`${url}/v2/team/${name}/manifests/v1`, {
            headers: { accept: image.manifest.mediaType },
          });
          return {
            status: answer.status,
            type: answer.headers.get('content-type'),
            digest: answer.headers.get('docker-content-digest'),
            body: await answer.text(),
          };
        }),
      );
      expect(answers[0]).toEqual(answers[1]);
      expect(answers[0]?.digest).toBe(image.manifest.digest);
    });
  }

  it('refuses a manifest whose content is missing', async () => {
    const orphan = testIndex([testImage({ seed: 'nowhere' })]);
    const statuses = await Promise.all(
      [real, fake].flatMap(({ url }) =>
        [orphan, testImage({ seed: 'blobless' })].map(async ({ manifest }) => {
          const answer = await fetch(`${url}/v2/team/orphan/manifests/v1`, {
            method: 'PUT',
            headers: { 'content-type': manifest.mediaType },
            body: new Uint8Array(manifest.bytes),
          });
          return answer.status;
        }),
      ),
    );
    expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true);
  });
});
