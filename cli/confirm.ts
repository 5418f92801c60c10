import { confirm } from '@inquirer/prompts';
import type { CommandContext } from './command.ts';
import { OperatorError, usageError } from './operator-error.ts';
import { printable } from './output/printable.ts';

/**
 * Has the operator confirm what cannot simply be undone, unless `--yes` has been given.
 *
 * @param what what would be done, as a sentence
 * @throws OperatorError when the operator says no, or nobody can be asked
 */
export async function confirmed(
  context: Pick<CommandContext, 'isInteractive'>,
  { yes }: { yes?: boolean },
  what: string,
): Promise<void> {
  if (yes) return;
  if (!context.isInteractive) {
    throw usageError(`${what} This has to be confirmed.`, 'Give --yes if it is meant. Nothing was changed.');
  }
  const isMeant = await confirm(
    { message: printable(`${what} Go on?`), default: false },
    { output: process.stderr },
  );
  if (!isMeant) throw new OperatorError('Nothing was changed.', 'Run it again if you change your mind.');
}
