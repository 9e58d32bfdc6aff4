// Before anything that an older Node does not have.
import './nodeVersion.ts';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { cacheFolder } from '../access/cacheFolder.ts';

// What is started. It lets Node keep the compiled program among the user's caches, which is half of the time that a short
// command takes, and loads the program. A folder that cannot be written is none.
const folder = join(cacheFolder(process.env, homedir()), 'program');
if (isAbsolute(folder)) enableCompileCache(folder);

// The build makes a file of its own of it: of the file that is started nothing can be kept.
void import('./main.ts').then(({ main }) => main());
