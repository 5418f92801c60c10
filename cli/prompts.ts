import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { confirm, input, password } from '@inquirer/prompts';
import { WebAccessError } from '#shared/http/web-access.ts';
import { isTimeZone } from '#shared/models/fields/school-day.ts';
import type { CommandContext } from './command.ts';
import { OperatorError, usageError } from './operator-error.ts';
import { printable } from './output/printable.ts';

type Asked = Pick<CommandContext, 'isInteractive' | 'confirm'>;

/** Questions are no part of what a command prints. */
const onStandardError = { output: process.stderr };

/**
 * Has the operator confirm what cannot simply be undone, unless `--yes` has been given.
 *
 * @param what what would be done, as a sentence
 * @throws OperatorError when the operator says no, or nobody can be asked
 */
export async function confirmed(context: Asked, { yes }: { yes?: boolean }, what: string): Promise<void> {
  if (yes) return;
  if (context.confirm) return context.confirm(what);
  if (!context.isInteractive) {
    throw usageError(`${what} This has to be confirmed.`, 'Give --yes if it is meant. Nothing was changed.');
  }
  const isMeant = await confirm({ message: printable(`${what} Go on?`), default: false }, onStandardError);
  if (!isMeant) throw new OperatorError('Nothing was changed.', 'Run it again if you change your mind.');
}

/** Where nobody can be asked, everything that is missing is named at once. @param example of all of it */
export function requireAnswers(
  { isInteractive }: Asked,
  given: Record<string, string | undefined>,
  example: string,
): void {
  const missing = Object.keys(given).filter((name) => given[name] === undefined);
  if (isInteractive || missing.length === 0) return;
  throw usageError(`Missing: ${missing.join(', ')}.`, `Give them, as in \`${example}\`.`);
}

/** Asks until the answer can be used. @param problemOf what is wrong with one */
export function ask(
  message: string,
  problemOf: (text: string) => string | undefined = () => undefined,
  suggested?: string,
): Promise<string> {
  const validate = (text: string) => problemOf(text) ?? true;
  const preset = suggested !== undefined && { default: suggested };
  return input({ message, required: true, validate, ...preset }, onStandardError);
}

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
  context: Asked,
  file: string | undefined,
  kind: SecretKind,
): Promise<string> {
  const { name, option, prompt } = kind;
  if (file !== undefined) {
    const read = file === '-' ? await readAll(process.stdin) : await contentOf(file, kind);
    return usable(() => kind.in(read, file === '-' ? 'Standard input' : `The file ${file}`));
  }
  if (!context.isInteractive) {
    throw usageError(
      `The ${name} is missing.`,
      `Give ${option} FILE, or ${option} - and the ${name} on standard input.`,
    );
  }
  const entered = await password({ message: prompt, toggleMask: false }, onStandardError);
  return usable(() => kind.in(entered, 'What you entered'));
}

async function contentOf(file: string, { name, option }: SecretKind): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw usageError(`The ${name} file ${file} cannot be read.`, `Name another file with ${option}.`);
  }
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

/** The time zone of this machine, which is mostly the school's: its operator sits there. UTC where it has none. */
export function ownTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return isTimeZone(timeZone) ? timeZone : 'UTC';
}
