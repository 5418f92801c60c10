import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { printable, printableJson } from '#cli/output/printable.ts';
import { writePrivateFile } from '#cli/output/private-file.ts';

const escapes = 'Ana\u001b[2J\u009b31m\u0007\r\u0085\u007f';

it('no name steers the terminal; lines stay lines', () => {
  expect(printable(`${escapes}\nÅsa 李 🙂`)).toBe('Ana\ufffd[2J\ufffd31m\ufffd\ufffd\ufffd\ufffd\nÅsa 李 🙂');
});

it('JSON keeps what it says, and shows no control character', () => {
  const json = printableJson({ name: escapes });
  expect(json).not.toMatch(/(?!\n)\p{Control}/u);
  expect(JSON.parse(json)).toEqual({ name: escapes });
});

it('a file is its owner’s alone, also where it was everybody’s', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'private-'));
  try {
    for (const name of ['new', 'old']) {
      const path = join(directory, name);
      if (name === 'old') await writeFile(path, 'longer than before');
      if (name === 'old') await chmod(path, 0o644);
      await writePrivateFile(path, 'ana@example.org');
      expect([(await stat(path)).mode & 0o777, await readFile(path, 'utf8')]).toEqual([
        0o600,
        'ana@example.org',
      ]);
    }
    await expect(writePrivateFile(join(directory, 'none', 'x'), '')).rejects.toThrow(
      'cannot be written (ENOENT)',
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
