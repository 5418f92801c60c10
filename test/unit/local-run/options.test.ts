import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readOptions, UsageError } from '#local/run/options.ts';

describe('the options of npm start', () => {
  it('are none at all for the demo', () => {
    expect(readOptions([])).toEqual({ serve: false, empty: false });
  });

  it.each([
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
