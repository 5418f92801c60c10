import { describe, expect, it } from 'vitest';
import { MoodleAuthError, MoodleError, MoodleUnavailableError } from '#shared/moodle/client/errors.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import { eachCourse, marksNote, whileClaimed } from '#shared/moodle/pulls/pull-courses.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';

const courses = ['a', 'b', 'c', 'd'].map((idnumber) => ({ idnumber }));
const refused = new MoodleError('gradereport_user_get_grade_items', 'nopermissions');
const away = new MoodleUnavailableError('gradereport_user_get_grade_items', 'timeout', 'no answer in time.');

/** A session of which only this is used. */
function sessionWith(parts: Partial<PullSession> = {}): PullSession & { counts: string[] } {
  const counts: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const instance = instanceSchema.parse({ id: 'main', base_url: 'https://moodle.example.org' });
  const clock = { now: () => 1000, sleep: async () => {} };
  const session = {
    instance,
    clock,
    log,
    count: (name: string) => void counts.push(name),
    hasTime: () => true,
  };
  return { ...session, ...parts, counts } as PullSession & { counts: string[] };
}

describe('eachCourse', () => {
  /** @returns the courses that were worked off, and those that are left */
  async function run(faults: Record<string, unknown>, session = sessionWith()) {
    const done: string[] = [];
    const rest = await eachCourse(courses, session, async ({ idnumber }) => {
      if (faults[idnumber]) throw faults[idnumber];
      done.push(idnumber);
    });
    return { done, rest: rest.map(({ idnumber }) => idnumber) };
  }

  it('goes on after a course that is refused, whatever the reason', async () => {
    const session = sessionWith();
    expect(await run({ b: refused }, session)).toEqual({ done: ['a', 'c', 'd'], rest: [] });
    expect(session.counts).toEqual(['PullsRefused']);
  });

  it('goes on after one course without an answer, and stops at the second in a row', async () => {
    expect(await run({ b: away, d: refused })).toMatchObject({ done: ['a', 'c'] });
    await expect(run({ a: away, b: away })).rejects.toBe(away);
  });

  it('cannot tell whether the last course or Moodle is at fault: the task comes back', async () => {
    await expect(run({ d: away })).rejects.toBe(away);
  });

  it.each([
    ['the token is refused', new MoodleAuthError('core_webservice_get_site_info', 'invalidtoken')],
    ['there is a defect', new TypeError('undefined is not a function')],
  ])('stops where %s', async (_what, error) => {
    await expect(run({ b: error })).rejects.toBe(error);
  });

  it('hands on what there is no time for, and begins with one course at least', async () => {
    const hurried = sessionWith({ hasTime: () => false });
    expect(await run({}, hurried)).toEqual({ done: ['a'], rest: ['b', 'c', 'd'] });
  });
});

describe('whileClaimed', () => {
  /** Works off course a, with this noted on its mapping. @returns what was noted in the end; undefined for nothing */
  async function run(
    noted: object | undefined,
    isFree: boolean,
    work: () => Promise<{ digest: string; marks?: number }>,
  ) {
    const notes: unknown[] = [];
    const holds: number[] = [];
    const source = { model: 'op.subject', id: '1' } as const;
    const mapping = { ...newMapping('main', 'a', 'subjects', source), pull_gradebook: noted } as Mapping;
    const session = sessionWith({
      states: {
        list: async () => [],
        put: async () => {},
        note: async (_instance, _idnumber, _pull, values) => void notes.push(values),
        claim: async () => isFree,
      },
      brake: {
        addHolds: async (_instance, _name, change) => void holds.push(change),
        takeBack: async () => 'taken',
      },
      mappings: { getMany: async () => new Map([['a', mapping]]) } as unknown as PullSession['mappings'],
    });
    let worked = false;
    const isOlder = (known: { digest?: string | undefined }) => known.digest === 'old';
    const outcome = await whileClaimed('gradebook', 'a', marksNote, session, isOlder, () => {
      worked = true;
      return work();
    }).catch((error: unknown) => error);
    return { worked, notes, holds, outcome };
  }
  const work = async () => ({ digest: 'new' });

  it('notes what the work answers', async () => {
    expect(await run({ digest: 'old' }, true, work)).toMatchObject({
      worked: true,
      notes: [{ digest: 'new' }],
    });
  });

  it('tells the brake how many more marks the records have', async () => {
    const counted = async () => ({ digest: 'new', marks: 5 });
    expect(await run({ digest: 'old', marks: 7 }, true, counted)).toMatchObject({ holds: [-2] });
  });

  it('does nothing where another pull has the course', async () => {
    expect(await run({ digest: 'old' }, false, work)).toMatchObject({ worked: false, notes: [] });
  });

  it('leaves a course that another pull has noted since the plan, and gives the claim back', async () => {
    const noted = { digest: 'newer' };
    expect(await run(noted, true, work)).toMatchObject({ worked: false, notes: [noted] });
    expect(await run(undefined, true, work)).toMatchObject({ worked: false, notes: [{}] });
  });

  it('gives the claim back when the work fails, with what was noted before', async () => {
    const noted = { digest: 'old', changed_at: '2026-11-25' };
    const failing = await run(noted, true, () => Promise.reject(away));
    expect(failing).toMatchObject({ notes: [noted], outcome: away });
  });
});
