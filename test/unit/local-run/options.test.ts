import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOptions, UsageError } from '#local/run/options.ts';

describe('the options of npm start', () => {
  it('are none at all for the demo', () => {
    expect(readOptions([])).toEqual({ serve: false, empty: false, allFailures: false });
  });

  it('are the ERP that is to be used: a simulated one, or all of a real one', () => {
    expect(readOptions(['--with-erp'])).toMatchObject({ erp: 'simulated' });
    const folder = mkdtempSync(join(tmpdir(), 'oec-options-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const key = join(folder, 'key');
    writeFileSync(key, 'k3y-of-an-api-user\n');
    const real = ['--erp-url', 'https://erp.example.org/', '--erp-db', 'school', '--erp-user', 'sync'];
    expect(readOptions([...real, '--erp-key-file', key])).toMatchObject({
      erp: { url: 'https://erp.example.org', database: 'school', user: 'sync', key: 'k3y-of-an-api-user' },
    });
  });

  it.each([
    ['half an ERP', ['--erp-url', 'https://erp.example.org', '--erp-db', 'school'], 'belong together'],
    [
      'an ERP whose URL holds a password',
      [
        ...['--erp-url', 'https://user:secret@erp.example.org', '--erp-db', 'school', '--erp-user', 'sync'],
        ...['--erp-key-file', '/dev/null'],
      ],
      "Give the ERP's plain address",
    ],
    [
      'an empty key',
      [
        ...['--erp-url', 'https://erp.example.org', '--erp-db', 'school', '--erp-user', 'sync'],
        ...['--erp-key-file', '/dev/null'],
      ],
      'does not hold an API key',
    ],
    [
      'records beside an ERP',
      ['--with-erp', '--records', fileURLToPath(import.meta.url)],
      '--records goes with no ERP',
    ],
    ['a folder', ['--records', tmpdir()], 'There is no file'],
    [
      'a URL with a password, which it does not repeat',
      ['--moodle-url', 'https://user:secret@m.example.org', '--token-file', '/dev/null'],
      "Give the Moodle's plain address",
    ],
    ['a file that is not there', ['--records', '/no/such/file'], 'There is no file /no/such/file.'],
    ['an empty university without --serve', ['--empty'], '--empty goes with --serve'],
    ['a URL without a token', ['--moodle-url', 'https://m.example.org'], 'belong together'],
    [
      'a URL that would send the token in the clear',
      ['--moodle-url', 'http://m.example.org', '--token-file', '/dev/null'],
      'over https',
    ],
    [
      'a token file that is empty',
      ['--moodle-url', 'https://m.example.org', '--token-file', '/dev/null'],
      'does not hold a token',
    ],
  ])('are refused in a sentence for %s', (_what, options, sentence) => {
    expect(() => readOptions(options)).toThrow(UsageError);
    expect(() => readOptions(options)).toThrow(sentence);
    expect(() => readOptions(options)).not.toThrow('secret');
  });
});
