import { describe, expect, it } from 'vitest';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import { startOver, whyHopeless } from '#shared/moodle/mappings/start-over.ts';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';

const now = Date.parse('2026-09-01T08:00:00Z');

const student = (id: number, fields: Partial<Mapping> = {}): Mapping => ({
  ...newMapping('m', `oec_student_${id}`, 'students', { model: 'op.student', id: String(id) }),
  attempts: 4,
  failure_id: `f${id}`,
  next_attempt_at: '2026-09-02T00:00:00.000Z',
  revision: 3,
  ...fields,
});

/** Runs it over a store that answers `saves` to every write. */
async function run(mappings: Mapping[], saves = true) {
  const saved: Mapping[] = [];
  const sent: WorkUnit[] = [];
  await startOver('m', mappings, {
    mappings: {
      save: async (mapping) => {
        saved.push(mapping);
        return saves;
      },
    },
    queue: { send: async (units) => void sent.push(...units) },
    now: () => now,
  });
  return { saved, sent };
}

describe('startOver', () => {
  it('forgets the attempts of what waits for its next one, and leaves the row due, should its unit get lost', async () => {
    const { saved, sent } = await run([student(1)]);
    expect(saved).toEqual([
      student(1, { attempts: 0, failure_id: undefined, next_attempt_at: '2026-09-01T08:00:00.000Z' }),
    ]);
    expect(sent).toEqual([{ instance: 'm', service: 'students', ids: ['1'] }]);
  });

  it('leaves a conflict due, so that it is looked at although nothing has changed', async () => {
    const { saved } = await run([student(1, { status: 'conflict', next_attempt_at: undefined })]);
    expect(saved).toMatchObject([{ status: 'conflict', next_attempt_at: '2026-09-01T08:00:00.000Z' }]);
  });

  it('leaves other rows as they are, and queues each record once for each service, 50 a unit', async () => {
    const course = (program: number): Mapping => ({
      ...newMapping('m', `oec_subj_1_course_${program}`, 'subjects', { model: 'op.subject', id: '1' }),
      status: 'permanently_failed',
    });
    const students = Array.from({ length: 60 }, (_, index) =>
      student(index + 1, { status: 'permanently_failed' }),
    );
    const { saved, sent } = await run([course(1), course(2), ...students]);
    expect(saved).toEqual([]);
    expect(sent.map(({ service, ids }) => [service, ids.length])).toEqual([
      ['subjects', 1],
      ['students', 50],
      ['students', 10],
    ]);
  });

  it('queues what somebody else has written in the meantime all the same', async () => {
    expect((await run([student(1)], false)).sent).toHaveLength(1);
  });
});

describe('whyHopeless', () => {
  it('names what only a correction or the operator’s word can help', () => {
    expect(whyHopeless(student(1))).toBeUndefined();
    expect(whyHopeless(student(1, { status: 'conflict' }))).toBeUndefined();
    expect(whyHopeless(student(1, { status: 'held' }))).toBe('held');
    expect(whyHopeless(student(1, { status: 'invalid' }))).toBe('invalid');
    const leftOut = newMapping('m', 'oec_enrolment_9', 'enrolments', { model: 'op.student.course', id: '9' });
    expect(whyHopeless({ ...leftOut, status: 'waiting' })).toBe('part');
  });
});
