import { readFileSync, statSync } from 'node:fs';
import { Command } from 'commander';
import { WebAccessError } from '#shared/http/web-access.ts';
import { siteAddress, tokenIn } from '#shared/moodle/client/site-access.ts';
import { erpAddress, keyIn } from '#shared/odoo/calls/erp-access.ts';

/** What the run is asked to do. */
export interface RunOptions {
  /** A real Moodle; a simulated one is started otherwise. */
  moodle?: { url: string; token: string };
  /** A JSON-lines file with records; the demo university otherwise. */
  records?: string;
  /** An OpenEduCat that holds the records: a simulated one, or the one that is given. */
  erp?: 'simulated' | ErpAccess;
  /** Leave everything running at the end. */
  serve: boolean;
  /** Register no Moodle and write no records: only leave everything running. */
  empty: boolean;
  /** List each record that did not arrive, not only examples of each cause. */
  allFailures: boolean;
}

/** How an OpenEduCat is reached. */
export type ErpAccess = { url: string; database: string; user: string; key: string };

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
    .option(
      '--with-erp',
      'the university is kept in a simulated Odoo with OpenEduCat, and results go back there',
    )
    .option(
      '--erp-url <url>',
      'the same with this Odoo instead of a simulated one (see docs/openeducat-setup.md)',
    )
    .option('--erp-db <name>', 'its database')
    .option('--erp-user <login>', 'the user whose API key is used')
    .option('--erp-key-file <file>', 'file with the API key of that user')
    .option('--all-failures', 'list each record that did not arrive, not only a few for each cause')
    .option('--serve', 'leave everything running at the end, to look at it and to write records by hand')
    .option('--empty', 'with --serve: no records, and a Moodle that is not registered, to do it all by hand')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(argv, { from: 'user' });
  const given = command.opts<Given>();
  const moodle = readMoodle(given);
  const erp = readErp(given);
  if (given.records !== undefined && !isReadableAsFile(given.records)) {
    throw new UsageError(`There is no file ${given.records}.`);
  }
  if (erp && given.records !== undefined) {
    throw new UsageError('--records goes with no ERP: the records are those that the ERP has.');
  }
  if (given.empty && (!given.serve || moodle || erp || given.records !== undefined)) {
    throw new UsageError('--empty goes with --serve, and with no other option.');
  }
  return {
    serve: given.serve === true,
    empty: given.empty === true,
    allFailures: given.allFailures === true,
    ...(moodle && { moodle }),
    ...(erp && { erp }),
    ...(given.records !== undefined && { records: given.records }),
  };
}

type Given = {
  [Flag in 'serve' | 'empty' | 'allFailures' | 'withErp']?: true;
} & {
  [Value in 'moodleUrl' | 'tokenFile' | 'records' | 'erpUrl' | 'erpDb' | 'erpUser' | 'erpKeyFile']?: string;
};

function readMoodle({ moodleUrl: url, tokenFile }: Given): RunOptions['moodle'] {
  if (url === undefined && tokenFile === undefined) return undefined;
  if (url === undefined || tokenFile === undefined) {
    throw new UsageError('--moodle-url and --token-file belong together: give both or neither.');
  }
  const address = usable(() => siteAddress(url));
  const token = usable(() => tokenIn(readSecret(tokenFile, 'token'), `The file ${tokenFile}`));
  return { url: address, token };
}

function readErp({ withErp, erpUrl, erpDb, erpUser, erpKeyFile }: Given): RunOptions['erp'] {
  const given = [erpUrl, erpDb, erpUser, erpKeyFile];
  if (given.every((value) => value === undefined)) return withErp && 'simulated';
  if (erpUrl === undefined || erpDb === undefined || erpUser === undefined || erpKeyFile === undefined) {
    throw new UsageError('--erp-url, --erp-db, --erp-user and --erp-key-file belong together.');
  }
  const url = usable(() => erpAddress(erpUrl));
  const key = usable(() => keyIn(readSecret(erpKeyFile, 'key'), `The file ${erpKeyFile}`));
  return { url, database: erpDb, user: erpUser, key };
}

function readSecret(file: string, what: 'token' | 'key'): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`The ${what} file ${file} cannot be read.`);
  }
}

function usable<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    throw error instanceof WebAccessError ? new UsageError(error.message) : error;
  }
}

/** Whether it is there and no folder; a pipe will do. */
function isReadableAsFile(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isDirectory();
}
