import { open } from 'node:fs/promises';
import { OperatorError } from '#cli/operator-error.ts';

/**
 * Writes a file that its owner alone may read, also where there was one that others could: what the command writes may
 * name people.
 *
 * @throws OperatorError when it cannot be written
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  try {
    await using file = await open(path, 'w', 0o600);
    // Not what is no file, such as /dev/stdout.
    if ((await file.stat()).isFile()) await file.chmod(0o600);
    await file.writeFile(text);
  } catch (error) {
    throw fileError(path, 'written', error);
  }
}

/** What an operator is told of a file that the system does not let be read or written; other errors stay as they are. */
export function fileError(path: string, what: 'read' | 'written', error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  return new OperatorError(
    `${path} cannot be ${what} (${error.code}).`,
    'Check that the folder exists and that you may use the file.',
    { cause: error },
  );
}
