import { describe, expect, it } from 'vitest';
import type { RecordItem } from '#shared/models/records.ts';
import { lookAtStudent } from '#shared/moodle/completion/completion-pull.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { clientWith } from '#test/unit/moodle/client-with.ts';

const key = { model: 'op.student.course', id: '1' };
const idnumber = 'oec_subj_1_course_1';
const answer = [
  {
    id: 10,
    idnumber,
    completed: true,
    progress: 100,
    completionhascriteria: true,
    completionusertracked: true,
  },
];
const value = {
  demo: {
    completed: true,
    progress: 100,
    courses: { [idnumber]: { subject_id: 1, completed: true, progress: 100 } },
    at: '2026-11-24 12:00:00',
  },
};
const enrolment = (fields: object = {}): RecordItem => ({
  ...key,
  student_id: 1,
  course_id: 1,
  batch_id: 1,
  ...fields,
});

/** @param states the enrolment each time it is read; where it is another one next, a write in between is refused */
async function look(states: (RecordItem | undefined)[]) {
  const writes: unknown[] = [];
  const notes: string[] = [];
  const counts: Record<string, number> = {};
  let read = 0;
  const session = {
    instance: instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' }),
    client: clientWith(() => answer),
    records: {
      getMany: async () => {
        const item = states[Math.min(read, states.length - 1)];
        read += 1;
        return new Map(item ? [['1', item]] : []);
      },
    },
    pulled: {
      setFields: async (_instance: string, _key: unknown, fields: object, ifUnchanged: object) => {
        const isOvertaken = read < states.length;
        if (!isOvertaken) writes.push({ fields, ifUnchanged });
        return !isOvertaken;
      },
    },
    links: { sources: async () => ['1'] },
    mappings: { getMany: async () => new Map() },
    states: { note: async (_instance: string, noted: string) => void notes.push(noted) },
    clock: { now: () => Date.parse('2026-11-24T12:00:00Z'), sleep: async () => {} },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    count: (name: string, count: number) => {
      counts[name] = (counts[name] ?? 0) + count;
    },
  };
  await lookAtStudent(session as unknown as PullSession, new Map(), { id: '1', moodle_id: 5 });
  return { writes, notes, counts };
}

const note = 'oec_student_1@enrolments';
const written = {
  fields: { moodle_completion: value },
  ifUnchanged: { name: 'sync_stamp', value: undefined },
};

describe('lookAtStudent', () => {
  it('writes what differs, and notes it then', async () => {
    expect(await look([enrolment()])).toEqual({
      writes: [written],
      notes: [note],
      counts: { RecordsPulled: 1 },
    });
  });

  it('reads again what somebody else has written in between', async () => {
    const before = { other: { completed: false } };
    expect(await look([enrolment(), enrolment({ moodle_completion: before, sync_stamp: 'x' })])).toEqual({
      writes: [
        {
          fields: { moodle_completion: { ...before, ...value } },
          ifUnchanged: { name: 'sync_stamp', value: 'x' },
        },
      ],
      notes: [note],
      counts: { RecordsPulled: 1 },
    });
  });

  it('writes nothing where another pull has written the same, or the enrolment was deleted', async () => {
    const nothing = { writes: [], notes: [note] };
    expect(await look([enrolment(), enrolment({ moodle_completion: value })])).toEqual({
      ...nothing,
      counts: {},
    });
    expect(await look([enrolment(), undefined])).toEqual({ ...nothing, counts: { PeopleUnknown: 1 } });
  });

  it('gives up after the fourth time, and notes nothing', async () => {
    expect(await look(Array.from({ length: 5 }, () => enrolment()))).toEqual({
      writes: [],
      notes: [],
      counts: {},
    });
  });

  it('leaves the enrolments of others alone, and those that cannot be read', async () => {
    const nobody = { writes: [], notes: [note], counts: { PeopleUnknown: 1 } };
    expect(await look([enrolment({ student_id: 2 })])).toEqual(nobody);
    expect(await look([enrolment({ course_id: 'x' })])).toEqual(nobody);
  });
});
