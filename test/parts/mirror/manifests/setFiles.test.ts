import { expect, it } from 'vitest';
import { setFiles } from '../../../../server/src/mirror/manifests/setFiles.ts';

const many = Array.from({ length: 6000 }, (_, index) => {
  const name = `namespace-${index}/repository-${index}`;
  return { source: `quay.io/${name}`, mirrors: [`reg.example.com/m/${name}`] };
});
const redirects = (['digest', 'tag'] as const).flatMap((by) => many.map((one) => ({ ...one, by })));

it.each([undefined, '4.12'])('splits objects that the API server would not take, for %s', (version) => {
  for (const { name, text } of setFiles('many-12345678', redirects, version)) {
    const objects = text.split('---\n');
    expect(objects.length).toBeGreaterThan(2);
    for (const object of objects) expect(object.length).toBeLessThanOrEqual(250_000);
    const names = objects.map((object) => /^metadata:\n {2}name: (.*)$/m.exec(object)?.[1]);
    expect(new Set(names).size).toBe(objects.length);
    const prefix = name === 'machineConfig.yaml' ? '99-worker-' : '';
    expect(names).toContain(`${prefix}many-12345678`);
    expect(names).toContain(`${prefix}many-12345678-2`);
    const words = new Set(text.split(/[\s"]+/));
    expect(many.filter(({ source }) => !words.has(source))).toEqual([]);
  }
});
