import { describe, expect, it } from 'vitest';
import { dayOf, daysBefore, isTimeZone, noonOf } from '#shared/models/fields/school-day.ts';

const at = (time: string) => Date.parse(time) / 1000;

describe('the day of a moment', () => {
  it.each([
    ['2026-11-02T20:00:00Z', 'Pacific/Auckland', '2026-11-03'],
    ['2026-11-03T01:00:00Z', 'America/New_York', '2026-11-02'],
    ['2026-09-07T23:30:00Z', 'UTC', '2026-09-07'],
    // Clocks go back on 25 October in Madrid: 22:30 UTC is still the 24th before, and the 25th after.
    ['2026-10-24T21:59:59Z', 'Europe/Madrid', '2026-10-24'],
    ['2026-10-25T23:00:00Z', 'Europe/Madrid', '2026-10-26'],
  ])('%s in %s is %s', (time, zone, day) => {
    expect(dayOf(at(time), zone)).toBe(day);
  });
});

describe('the moment of a day', () => {
  it.each([
    ['2026-09-07', 'America/Bogota', '2026-09-07T17:00:00Z'],
    ['2026-09-07', 'Pacific/Auckland', '2026-09-07T00:00:00Z'],
    ['2026-07-01', 'Europe/Madrid', '2026-07-01T10:00:00Z'],
    ['2026-12-01', 'Europe/Madrid', '2026-12-01T11:00:00Z'],
  ])('%s in %s is its noon, %s', (day, zone, time) => {
    expect(noonOf(day, zone)).toBe(at(time));
    expect(dayOf(noonOf(day, zone), zone)).toBe(day);
  });

  it('is on the same day for whoever has set no time zone, or a wrong one', () => {
    for (const zone of ['America/Los_Angeles', 'America/Bogota', 'Asia/Tokyo', 'Europe/Madrid'])
      expect(dayOf(noonOf('2026-09-07', 'UTC'), zone)).toBe('2026-09-07');
  });
});

describe('a day', () => {
  it('is some days before another', () => {
    expect(daysBefore('2026-03-01', 1)).toBe('2026-02-28');
    expect(daysBefore('2026-12-31', -1)).toBe('2027-01-01');
  });
});

describe('a time zone', () => {
  it.each(['UTC', 'America/Bogota', 'Asia/Kolkata'])('can be %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['', 'Bogota', '+05:00', '-0300', 'GMT+25', 'Europe/Nowhere'])('cannot be %j', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
