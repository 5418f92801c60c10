import { readFileSync, statSync } from 'node:fs';
import { Command } from 'commander';
import { SiteAccessError, siteAddress, tokenIn } from '#shared/moodle/site-access.ts';

/** What the run is asked to do. */
export interface RunOptions {
  /** A real Moodle; a simulated one is started otherwise. */
  moodle?: { url: string; token: string };
  /** A JSON-lines file with records; the demo university otherwise. */
  records?: string;
  /** Leave everything running at the end. */
  serve: boolean;
  /** Register no Moodle and write no records: only leave everything running. */
  empty: boolean;
}

/** The command line asks for something that cannot be done; the message says what to give instead. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Reads the command line. @throws UsageError */
export function readOptions(argv: string[]): RunOptions {
  const command = new Command('npm start --')
    .description(
      'Runs the deployed stack on an embedded cloud: a university, written as an ERP writes it, appears in Moodle.\n' +
        'Without options both the university and the Moodle are made up, and nothing but Node is needed.',
    )
    .option('--moodle-url <url>', 'push to this Moodle instead of a simulated one (see docs/moodle-setup.md)')
    .option('--token-file <file>', 'file with the web service token of that Moodle')
    .option('--records <file>', 'push the records of this JSON-lines file instead of the demo university')
    .option('--serve', 'leave everything running at the end, to look at it and to write records by hand')
    .option('--empty', 'with --serve: no records, and a Moodle that is not registered, to do it all by hand')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(argv, { from: 'user' });
  const given = command.opts<{
    moodleUrl?: string;
    tokenFile?: string;
    records?: string;
    serve?: true;
    empty?: true;
  }>();
  const moodle = readMoodle(given.moodleUrl, given.tokenFile);
  if (given.records !== undefined && !isReadableAsFile(given.records)) {
    throw new UsageError(`There is no file ${given.records}.`);
  }
  if (given.empty && (!given.serve || moodle || given.records !== undefined)) {
    throw new UsageError('--empty goes with --serve, and with no other option.');
  }
  return {
    serve: given.serve === true,
    empty: given.empty === true,
    ...(moodle && { moodle }),
    ...(given.records !== undefined && { records: given.records }),
  };
}

function readMoodle(url: string | undefined, tokenFile: string | undefined): RunOptions['moodle'] {
  if (url === undefined && tokenFile === undefined) return undefined;
  if (url === undefined || tokenFile === undefined) {
    throw new UsageError('--moodle-url and --token-file belong together: give both or neither.');
  }
  return { url: usable(() => siteAddress(url)), token: readToken(tokenFile) };
}

function readToken(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`The token file ${file} cannot be read.`);
  }
  return usable(() => tokenIn(text, `The file ${file}`));
}

function usable<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    throw error instanceof SiteAccessError ? new UsageError(error.message) : error;
  }
}

/** Whether it is there and no folder; a pipe will do. */
function isReadableAsFile(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isDirectory();
}
