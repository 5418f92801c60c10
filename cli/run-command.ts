import { CommanderError } from 'commander';
import { knownError } from './connection/known-error.ts';
import { exitCodes } from './exit-codes.ts';
import { printable } from './output/printable.ts';
import { program } from './program.ts';

/**
 * Runs the command that a command line names, and says what went wrong if it cannot. `process.exitCode` is set.
 *
 * @param args without the program's own name
 * @throws what is a fault of the program itself
 */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    report(error);
  }
}

function report(error: unknown): void {
  // Commander has said what is wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return;
  }
  // Ctrl-C at a question of @inquirer/prompts.
  if (error instanceof Error && error.name === 'ExitPromptError') {
    process.exitCode = exitCodes.interrupted;
    return;
  }
  const known = knownError(error);
  if (!known) throw error;
  console.error(printable(`${known.message}\n${known.advice}`));
  process.exitCode = known.exitCode;
}
