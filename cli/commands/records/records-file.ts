import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageError } from '#cli/operator-error.ts';

/** The name of a file, or what comes of one over a connection. */
export type RecordSource = string | AsyncIterable<Uint8Array>;

/**
 * Opens a file of records, to be read more than once; `-` is standard input. What can be read only once (a pipe) is kept
 * in a temporary file that nobody else can read and that is gone whatever happens to this process.
 *
 * @throws OperatorError when it cannot be read
 */
export async function openRecords(path: RecordSource): Promise<FileHandle> {
  if (typeof path !== 'string') return spooled(path);
  if (path === '-') return spooled(process.stdin);
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const stat = await file.stat();
    if (stat.isFile()) return file;
    if (stat.isDirectory()) throw Object.assign(new Error(), { code: 'it is a directory' });
    return await spooled(file.createReadStream());
  } catch (cause) {
    await file?.close();
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw usageError(`The file ${path} cannot be read (${code}).`, 'Check its name and who may read it.');
  }
}

async function spooled(source: AsyncIterable<Uint8Array>): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), 'oec-moodle-records-'));
  try {
    const path = join(directory, 'records');
    const file = await open(path, 'w+', 0o600);
    // The open file stays readable; its name is not needed, and without one nothing is left behind.
    await rm(path);
    for await (const chunk of source) await file.write(chunk);
    return file;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
