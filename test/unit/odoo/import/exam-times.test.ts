import { describe, expect, it } from 'vitest';
import { odooDateTime, secondsOf } from '#shared/models/fields/odoo-time.ts';
import { freeMinute } from '#shared/odoo/import/desired/exam-times.ts';
import type { Period } from '#shared/odoo/import/item.ts';

const at = (time: string) => secondsOf(`2026-11-${time}:00`)!;
const day: Period = { start: at('02 00:00'), end: at('02 23:59') + 59 };
const period = (start: string, end: string): Period => ({ start: at(start), end: at(end) });
const shown = (minute: Period | undefined) => minute && [minute.start, minute.end].map(odooDateTime);
const minute = (time: string) => {
  const end = at(time);
  return [odooDateTime(end - 60), odooDateTime(end)];
};

describe('an exam takes place', () => {
  it.each<[string, string, Period[], string]>([
    ['in the minute before it ends in Moodle', '02 10:00', [], '02 10:00'],
    [
      'right after another, and right before a third',
      '02 10:00',
      [period('02 09:00', '02 09:59'), period('02 10:00', '02 11:00')],
      '02 10:00',
    ],
    ['before one at that time', '02 10:00', [period('02 08:00', '02 10:30')], '02 08:00'],
    [
      'before two that follow each other',
      '02 10:00',
      [period('02 08:00', '02 09:00'), period('02 09:00', '02 11:00')],
      '02 08:00',
    ],
    ['after one that began with the day', '02 10:00', [period('01 00:00', '02 12:00')], '02 12:01'],
    [
      'after one that lasts to the evening, where the morning is taken by another',
      '02 01:00',
      [period('01 00:00', '02 02:00'), period('02 02:00', '02 23:00')],
      '02 23:01',
    ],
    ["on the first of the session's days, where UTC has an earlier one", '01 20:00', [], '02 00:01'],
  ])('%s', (_when, end, taken, expected) => {
    expect(shown(freeMinute(at(end), day, taken))).toEqual(minute(expected));
  });

  it("on the last of the session's days, where UTC has a later one", () => {
    expect(freeMinute(at('03 08:00'), day, [])?.end).toBe(day.end);
  });

  it('before one that is a moment', () => {
    const moment = at('02 09:59') + 30;
    expect(freeMinute(at('02 10:00'), day, [{ start: moment, end: moment }])).toEqual({
      start: moment - 60,
      end: moment,
    });
  });

  it('not at all where the days are full', () => {
    expect(freeMinute(at('02 10:00'), day, [period('01 00:00', '30 00:00')])).toBeUndefined();
  });

  it('apart from every other, however many end at one moment', () => {
    const taken: Period[] = [];
    for (let count = 0; count < 200; count += 1) taken.push(freeMinute(at('02 01:00'), day, taken)!);
    const sorted = taken.toSorted((a, b) => a.start - b.start);
    expect(
      sorted.every(({ start, end }, index) => end - start === 60 && start >= (sorted[index - 1]?.end ?? 0)),
    ).toBe(true);
  });
});
