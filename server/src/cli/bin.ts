// Before anything that an older Node does not have.
import './nodeVersion.ts';
import { keepCompiled } from '../access/compileCache.ts';
import { keepFreedMemory } from '../access/freedMemory.ts';
import { keepYoungGenerationSmall } from '../access/youngGeneration.ts';

// What is started. It lets Node keep the compiled program, and loads it.
keepYoungGenerationSmall();
keepFreedMemory();
keepCompiled();

// The build makes a file of its own of it: of the file that is started nothing can be kept.
void import('./main.ts').then(({ main }) => main());
