import { type TestImage, testImage } from './images.ts';

/** An image and its original reference. */
export interface OriginalImage {
  readonly name: string;
  readonly image: TestImage;
}

/** The images with these numbers, the same ones each time; all of them share a layer. */
export function layoutImages(from: number, to: number): OriginalImage[] {
  return Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    const layers: Record<string, string>[] = [{ shared: 'the same in all' }, { own: `${n}`.repeat(2000) }];
    return {
      name: `quay.io/team/app${n}:v1`,
      image: testImage({ seed: `${n}`, format: n % 2 === 0 ? 'oci' : 'docker', layers }),
    };
  });
}
