import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { password } from '@inquirer/prompts';
import type { CommandContext } from '#cli/command.ts';
import { usageError } from '#cli/operator-error.ts';
import { SiteAccessError, siteAddress, tokenIn } from '#shared/moodle/site-access.ts';

/** What `--token-file` means, for the help. */
export const tokenFileHelp = 'file with the web service token; - reads it from standard input';

/**
 * The token: from a file, from standard input, or asked for without showing it. Never from the command line, where
 * every user of the machine could read it.
 *
 * @throws OperatorError where it is no token, or nobody can be asked
 */
export async function readToken(
  context: Pick<CommandContext, 'isInteractive'>,
  file: string | undefined,
): Promise<string> {
  if (file === undefined && !context.isInteractive) {
    throw usageError(
      'The token is missing.',
      'Give --token-file FILE, or --token-file - and the token on standard input.',
    );
  }
  const read =
    file === undefined
      ? await password(
          { message: 'Web service token (not shown):', toggleMask: false },
          { output: process.stderr },
        )
      : await contentOf(file);
  const source =
    file === undefined ? 'What you entered' : file === '-' ? 'Standard input' : `The file ${file}`;
  return usable(() => tokenIn(read, source));
}

/** What is wrong with an address. */
export function addressProblem(text: string): string | undefined {
  try {
    siteAddress(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof SiteAccessError)) throw error;
    return error.message;
  }
}

/** A Moodle's address as it is stored. @throws OperatorError */
export function checkedAddress(text: string): string {
  return usable(() => siteAddress(text));
}

async function contentOf(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw usageError(`The token file ${file} cannot be read.`, 'Name another file with --token-file.');
  }
}

function usable<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof SiteAccessError)) throw error;
    throw usageError(error.message, 'Nothing was changed.');
  }
}
