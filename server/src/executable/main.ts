import { getAsset } from 'node:sea';
import { keepFreedMemory } from '../access/freedMemory.ts';
import { keepYoungGenerationSmall } from '../access/youngGeneration.ts';
import { main } from '../cli/main.ts';

// The command line as one file that has its Node in it: nothing is compiled twice and nothing is loaded from elsewhere, so
// that all it has in common with `cli/bin.ts` is this.
keepYoungGenerationSmall();
keepFreedMemory();
// The build puts the translations into the executable.
void main((language) => getAsset(`${language}.json`, 'utf8'));
