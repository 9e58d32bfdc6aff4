// What is started as the server. It lets Node keep the compiled program, and loads it.
import { keepCompiled } from './access/compileCache.ts';
import { keepYoungGenerationSmall } from './access/youngGeneration.ts';
import { fitSmallHeap } from './lsp/smallHeap.ts';

// Until somebody types, which `lsp/server` hears of.
keepYoungGenerationSmall();
fitSmallHeap();
keepCompiled();

// The build makes a file of its own of it: of the file that is started nothing can be kept.
void import('./lsp/main.ts');
