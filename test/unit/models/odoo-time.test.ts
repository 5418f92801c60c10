import { describe, expect, it } from 'vitest';
import { odooDateTime, secondsOf } from '#shared/models/fields/odoo-time.ts';

const seconds = Date.UTC(2026, 8, 7, 9, 30, 5) / 1000;

describe('a time of Odoo’s', () => {
  it('is written in UTC without a zone', () => {
    expect(odooDateTime(seconds)).toBe('2026-09-07 09:30:05');
  });

  it.each([
    '2026-09-07 09:30:05',
    '2026-09-07T09:30:05',
    '2026-09-07 09:30:05.999999',
    ' 2026-09-07 09:30:05 ',
  ])('is read from %j to the second', (text) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  it.each([undefined, false, '', '2026-09-07', '2026-13-07 09:30:05', seconds])('is not %j', (value) => {
    expect(secondsOf(value)).toBeUndefined();
  });
});
