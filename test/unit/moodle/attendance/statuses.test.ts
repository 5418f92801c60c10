import { describe, expect, it } from 'vitest';
import { plainWord, statusWords } from '#shared/moodle/attendance/status-words.ts';
import { meaningsIn } from '#shared/moodle/attendance/statuses.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';

const blank = instanceSchema.shape.attendance_statuses.parse(undefined);

/** What each status of a set means, by description. */
function told(
  statuses: [acronym: string, description: string, grade: number][],
  own: Partial<typeof blank> = {},
) {
  const set = statuses.map(([acronym, description, grade], index) => ({
    id: index + 1,
    acronym,
    description,
    grade,
  }));
  const meanings = meaningsIn({ statuses: set }, { ...blank, ...own });
  return Object.fromEntries(set.map(({ id, description }) => [description, meanings.get(id)]));
}

describe('what a status means', () => {
  it('is not told by its letter', () => {
    expect(
      told([
        ['P', 'Ponctuel ?', 1],
        ['A', 'Absolvierte', 1],
        ['L', 'Library', 1],
      ]),
    ).toEqual({
      'Ponctuel ?': undefined,
      Absolvierte: undefined,
      Library: undefined,
    });
  });

  it('is told by its description, whatever the case and the accents, before its points', () => {
    expect(
      told([
        ['x', ' EXCUSE ', 2],
        ['y', 'présent', 0],
        ['z', 'Te  laat', 1],
      ]),
    ).toEqual({
      ' EXCUSE ': 'E',
      présent: 'P',
      'Te  laat': 'L',
    });
  });

  it('is told by its points only where it is alone with them', () => {
    const set = (other: number) =>
      told([
        ['1', 'Da', 2],
        ['2', 'Krank gemeldet', other],
        ['3', 'Weg', 0],
      ]);
    expect(set(1)).toEqual({ Da: 'P', 'Krank gemeldet': undefined, Weg: 'A' });
    expect(set(2)).toEqual({ Da: undefined, 'Krank gemeldet': undefined, Weg: 'A' });
    expect(set(0)).toEqual({ Da: 'P', 'Krank gemeldet': undefined, Weg: undefined });
  });

  it('is told by no points where a school gives none', () => {
    expect(
      told([
        ['1', 'Da', 0],
        ['2', 'Weg', 0],
      ]),
    ).toEqual({ Da: undefined, Weg: undefined });
    expect(told([['1', 'Da', 0]])).toEqual({ Da: undefined });
  });

  it('is what the instance says, by description, letter or id, a description before a letter', () => {
    const set: Parameters<typeof told>[0] = [
      ['D', 'Da', 1],
      ['W', 'Weg', 1],
      ['A', 'Absent', 0],
      ['O', 'D', 1],
    ];
    expect(told(set, { present: ['da'], excused: ['w'], none: ['#3'], late: ['D'] })).toEqual({
      Da: 'P',
      Weg: 'E',
      Absent: 'none',
      D: 'L',
    });
  });
});

describe('the known words', () => {
  it('mean one thing each', () => {
    const meanings = Map.groupBy(statusWords, ([word]) => plainWord(word));
    const twice = [...meanings].filter(([, said]) => said.length > 1).map(([word]) => word);
    expect(twice).toEqual([]);
  });
});
