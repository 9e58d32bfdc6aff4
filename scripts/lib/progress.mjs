// What a person sees while something takes long: that it goes on, how far it is, and how long it took.

/** Between two words about a step that goes on: a terminal has one line drawn anew, a log gets a line each time. */
const intervals = { terminal: 1000, log: 10_000 };

/**
 * Says what is being done, while it goes on how far it is, and in the end how long it took.
 * @param action gets a function that it may call with a few words about how far it is
 * @param screen where to say it. Standard output belongs to what the user asked for.
 */
export async function step(title, action, screen = process.stderr) {
  const start = Date.now();
  const seconds = () => (Date.now() - start) / 1000;
  let note = '';
  screen.write(`… ${title}\n`);
  const say = () => screen.write(drawn(`  ${seconds().toFixed(0)} s${note && `: ${note}`}`, screen));
  const timer = setInterval(say, screen.isTTY ? intervals.terminal : intervals.log);
  let done = false;
  try {
    const result = await action((words) => {
      note = words;
    });
    done = true;
    return result;
  } finally {
    clearInterval(timer);
    const end = done ? `  ${title}: ${seconds().toFixed(1)} s` : `  ${title}: failed`;
    screen.write(`${screen.isTTY ? '\r\x1b[2K' : ''}${end}\n`);
  }
}

function drawn(words, { isTTY, columns = 80 }) {
  return isTTY ? `\r\x1b[2K${words.slice(0, columns - 1)}` : `${words}\n`;
}

/** Reads npm's lines at `--loglevel http` and tells how many packages it has fetched; true for lines that only say that. */
export function npmProgress(tell) {
  let fetched = 0;
  return (line) => {
    if (!/^npm http /.test(line)) return false;
    if (/ fetch GET 200 \S+\.tgz/.test(line)) {
      fetched++;
      tell(fetched === 1 ? '1 package fetched' : `${fetched} packages fetched`);
    }
    return true;
  };
}

/** Reads apt-get's lines and tells which package it is at. */
export function aptProgress(tell) {
  return (line) => {
    const fetched = /^Get:\d+ \S+ \S+ \S+ (\S+)/.exec(line)?.[1];
    const [, verb, name] = /^(Unpacking|Setting up) (\S+)/.exec(line) ?? [];
    if (fetched !== undefined) tell(`fetching ${fetched}`);
    else if (verb !== undefined) tell(`${verb === 'Unpacking' ? 'unpacking' : 'setting up'} ${name}`);
    return false;
  };
}
