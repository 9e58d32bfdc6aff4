import { sentence } from '../../../server/src/base/sentences.ts';
import { type Command, command } from '../../../server/src/cli/command.ts';
import { one } from '../../../server/src/cli/operands.ts';
import { count, oneOf, text } from '../../../server/src/cli/options.ts';

// Nothing here runs: `tsc` holds each line that is marked to not compile, and all others to compile.

const help = sentence('what it does');

export function wrongOptions(): Command {
  return command({
    name: 'x',
    summary: 'X',
    operands: one('DIR', sentence('name one')),
    options: {
      format: oneOf(['text', 'json'], { help }),
      parallelImages: count({ default: 4, help }),
      current: text({ help }),
      dir: text({ default: '.', help }),
    },
    // @ts-expect-error: no such option
    usage: ['formats'],
    async run(directory, options) {
      const known: [string, 'text' | 'json', number, string | undefined, string] = [
        directory,
        options.format,
        options.parallelImages,
        options.current,
        options.dir,
      ];
      // @ts-expect-error: nobody has to give it
      options.current.length;
      // @ts-expect-error: no such option
      options.parallelimages;
      // @ts-expect-error: on the command line alone it is called so
      options['parallel-images'];
      // @ts-expect-error: no such word
      if (options.format === 'yaml') return 1;
      // @ts-expect-error: a number
      options.parallelImages.length;
      // @ts-expect-error: one operand is one text
      directory.map(String);
      return known.length;
    },
  });
}
