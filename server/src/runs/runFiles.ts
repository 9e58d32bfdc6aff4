/** What holds the folders of all runs, in the folder of a layout or where a command runs. */
export const runsFolder = 'mirror-runs';

/** What is planned. */
export const planName = 'plan.json';
/** What the last run that came to its end proved: `MirrorResult`. */
export const resultName = 'result.json';
/** What happened in the runs, line by line: `JournalEntry`. */
export const journalName = 'journal.jsonl';
/** How far the run is that goes on there, or was when it ended: `RunProgress`. */
export const progressName = 'progress.json';
/** There while a run goes on. */
export const lockName = 'lock';
