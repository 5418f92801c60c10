import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { password } from '@inquirer/prompts';
import { WebAccessError } from '#shared/http/web-access.ts';
import type { CommandContext } from './command.ts';
import { usageError } from './operator-error.ts';

/** A secret that an operator gives, and how it is asked for. */
export interface SecretKind {
  /** `token`. */
  name: string;
  /** `--token-file`. */
  option: string;
  /** `Web service token (not shown):`. */
  prompt: string;
  /** The secret in what was read. @throws WebAccessError */
  in(text: string, source: string): string;
}

/**
 * The secret: from a file, from standard input, or asked for without showing it. Never from the command line, where
 * every user of the machine could read it.
 *
 * @param file its name; `-` for standard input; undefined to ask
 * @throws OperatorError where it is none, or nobody can be asked
 */
export async function readSecret(
  context: Pick<CommandContext, 'isInteractive'>,
  file: string | undefined,
  kind: SecretKind,
): Promise<string> {
  const { name, option, prompt } = kind;
  if (file === undefined && !context.isInteractive) {
    throw usageError(
      `The ${name} is missing.`,
      `Give ${option} FILE, or ${option} - and the ${name} on standard input.`,
    );
  }
  const read =
    file === undefined
      ? await password({ message: prompt, toggleMask: false }, { output: process.stderr })
      : await contentOf(file, kind);
  const source =
    file === undefined ? 'What you entered' : file === '-' ? 'Standard input' : `The file ${file}`;
  return usable(() => kind.in(read, source));
}

/** What is wrong with a text, for a question that is asked until the answer can be used. */
export function problemWith(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof WebAccessError)) throw error;
    return error.message;
  }
}

/** What a check of something on the command line answers. @throws OperatorError */
export function usable<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof WebAccessError)) throw error;
    throw usageError(error.message, 'Nothing was changed.');
  }
}

async function contentOf(file: string, { name, option }: SecretKind): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw usageError(`The ${name} file ${file} cannot be read.`, `Name another file with ${option}.`);
  }
}
