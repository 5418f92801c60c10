import { describe, expect, it } from 'vitest';
import { isAtLeast, placeAmongTried } from '#shared/moodle/client/release.ts';

describe('a release of Moodle', () => {
  it.each([
    ['4.4.9 (Build: 20250811)', 'older'],
    ['unknown', 'older'],
    ['4.5.6 (Build: 20250811)', 'tried'],
    ['4.5', 'tried'],
    ['5.0.2 (Build: 20250811)', 'between'],
    ['5.1+ (Build: 20251017)', 'tried'],
    ['5.2dev (Build: 20260101)', 'newer'],
    ['5.10', 'newer'],
  ] as const)('%s is %s', (release, place) => {
    expect(placeAmongTried(release)).toBe(place);
  });

  it.each([
    ['4.5.6', '5.0', false],
    ['5.0', '5.0', true],
    ['5.10.1', '5.2', true],
    ['10.0', '5.1', true],
  ])('%s is at least %s: %s', (release, least, expected) => {
    expect(isAtLeast(release, least)).toBe(expected);
  });
});
