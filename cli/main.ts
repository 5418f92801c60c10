import { CommanderError } from 'commander';
import { awsError } from './connection/aws-error.ts';
import { exitCodes } from './exit-codes.ts';
import { OperatorError } from './operator-error.ts';
import { program } from './program.ts';

try {
  await program().parseAsync();
} catch (error) {
  report(error);
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
  const known = error instanceof OperatorError ? error : awsError(error);
  if (!known) throw error;
  console.error(`${known.message}\n${known.advice}`);
  process.exitCode = known.exitCode;
}
