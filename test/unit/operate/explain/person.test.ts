import { beforeEach, describe, expect, it } from 'vitest';
import { linksOf } from '#shared/models/links.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { rowOf } from '#shared/moodle/accounts/record-rows.ts';
import { type Instance, instanceSchema } from '#shared/moodle/instance/instance.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { services } from '#shared/moodle/services.ts';
import { type Asked, explainPerson } from '#shared/operate/explain/explain-person.ts';
import type { MoodleQuestion, MoodleSteps } from '#shared/operate/explain/moodle-steps.ts';
import { rowStep } from '#shared/operate/explain/row-step.ts';
import { firstObstacle, type StepState } from '#shared/operate/explain/step.ts';
import type { Item } from '#shared/store/documents.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import { type BreakerState, breakerStateSchema } from '#shared/sync/limits/breaker.ts';
import {
  batch,
  department,
  enrolment,
  faculty,
  program,
  session,
  student,
  subject,
} from '#test/integration/records.ts';
import { MemoryMappings } from '#test/unit/push/push-kit.ts';

const course = 'oec_subj_1_course_1';
const [group, otherGroup] = [`oec_batch_1@${course}`, `oec_batch_2@${course}`];
const inCourse = (groups: string[]) => ({
  courses: {
    [course]: { state: 'active', groups: Object.fromEntries(groups.map((name) => [name, 'member'])) },
  },
});

let records: Map<string, Item>;
let mappings: MemoryMappings;
let instance: Instance;
let breaker: BreakerState;

function put(...items: Item[]): void {
  for (const item of items) records.set(`${item.model}#${item.id}`, item);
}

/** The records and mappings as one look sees them. */
function view(): RecordView {
  const getMany = async (model: PushedModel, ids: string[]) =>
    new Map(
      ids.flatMap((id) => {
        const item = records.get(`${model}#${id}`);
        return item ? [[id, item as RecordItem] as const] : [];
      }),
    );
  const sources = async (target: string, model: PushedModel) =>
    [...records.values()].flatMap((item) =>
      item.model === model && linksOf(model, item as RecordItem).includes(target) ? [String(item.id)] : [],
    );
  return new RecordView(instance, { getMany }, { sources }, mappings, 0);
}

/** Has these be in Moodle as the records say now. */
async function synced(...idnumbers: string[]): Promise<void> {
  for (const [index, idnumber] of idnumbers.entries()) {
    const service = services.ofIdnumber(idnumber);
    const look = view();
    await service.prepare?.(look, [idnumber]);
    const built = await service.build(look, idnumber);
    if (built.kind !== 'entity') throw new Error(`${idnumber} cannot be pushed`);
    row(idnumber, {
      status: 'synced',
      active: true,
      moodle_id: index + 1,
      last_synced_at: '2026-09-01T08:00:00.000Z',
      sync_hash: payloadHash(built.entity.payload),
    });
  }
}

function row(idnumber: string, fields: Partial<Mapping>): void {
  const source = { model: 'op.student', id: '1' } as const;
  const base = newMapping('demo', idnumber, services.ofIdnumber(idnumber).name, source);
  mappings.rows.set(idnumber, { ...base, ...mappings.rows.get(idnumber), ...fields });
}

type Answer = (question: MoodleQuestion) => Promise<MoodleSteps>;
const explain = (asked: Partial<Asked> = {}, askMoodle?: Answer) =>
  explainPerson(view(), { model: 'op.student', id: '1', ...asked }, breaker, askMoodle);

const everything = ['oec_course_1', course, group, 'oec_student_1', 'oec_student_1@enrolments'];
beforeEach(async () => {
  records = new Map();
  mappings = new MemoryMappings();
  instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });
  breaker = breakerStateSchema.parse({});
  put(program(1, { subject_ids: [1, 2] }), subject(1), subject(2, { subject_type: 'elective' }));
  put(batch(1, 1), student(1), enrolment(1, 1, 1, 1));
  await synced(...everything);
  row('oec_student_1@enrolments', { extra_data: inCourse([group]) });
});

describe('a student who is in the course', () => {
  it('has nothing in the way, as far as the link knows', async () => {
    const { obstacle, courses, conclusion } = await explain();
    expect(obstacle).toBeUndefined();
    expect(courses.map(({ shortname }) => shortname)).toEqual(['S1_P1']);
    expect(courses[0]?.steps.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(conclusion).toContain('is in S1_P1 as far as the link knows');
  });

  it('is not said to be there only as far as the link knows once Moodle has answered', async () => {
    let asked: MoodleQuestion | undefined;
    const { conclusion } = await explain({}, async (question) => {
      asked = question;
      return { account: [{ about: 'account', state: 'ok', text: 'T.' }], courses: new Map() };
    });
    expect(conclusion).toMatch(/is in S1_P1\.$/);
    expect(asked).toMatchObject({ userid: 4, wasActive: true, numbers: ['oec_student_1'] });
    expect(asked?.courses).toEqual(new Map([[course, { id: 2, wasEnrolled: true }]]));
  });

  it.each<[string, string | undefined, StepState | undefined]>([
    ['what the comparison has noted is told where Moodle does not answer', 'unknown', 'stop'],
    ['what Moodle says now is newer than the comparison', 'ok', undefined],
  ])('%s', async (_what, answer, expected) => {
    row('oec_student_1', {
      drift: [{ kind: 'changed', about: 'user.suspended', action: 'keep', found_at: '2' }],
    });
    const { obstacle } = await explain({}, async () => ({
      account: [{ about: 'account', state: answer as StepState, text: 'T.' }],
      courses: new Map(),
    }));
    expect(obstacle?.state).toBe(expected);
  });

  it('is told of what was set by hand in the course in question alone', async () => {
    const note = { kind: 'suspended', action: 'keep', found_at: '2026-09-01T08:00:00Z' } as const;
    row('oec_student_1@enrolments', { drift: [{ ...note, about: 'oec_subj_9_course_1' }] });
    expect((await explain()).obstacle).toBeUndefined();
    row('oec_student_1@enrolments', { drift: [{ ...note, about: course }] });
    expect((await explain()).obstacle).toMatchObject({ about: 'comparison of 2026-09-01 08:00 UTC' });
  });

  it('is told that the course or its group is in Moodle twice, which keeps nobody out', async () => {
    const note = { kind: 'twins', action: 'conflict', found_at: '2026-09-01T08:00:00Z' } as const;
    row(course, { drift: [{ ...note, in_erp: 'linked to 2', in_moodle: '2 (1 people), 7 (0 people)' }] });
    row(group, { drift: [{ ...note, in_erp: 'linked to 3', in_moodle: '3 (1 people), 8 (0 people)' }] });
    const { courses, obstacle } = await explain();
    expect(obstacle).toBeUndefined();
    const said = courses[0]!.steps.filter(({ about }) => about.startsWith('comparison'));
    expect(said.map(({ text }) => text)).toEqual([
      'More than once in Moodle (OpenEduCat: linked to 2, Moodle: 2 (1 people), 7 (0 people)).',
      'More than once in Moodle (OpenEduCat: linked to 3, Moodle: 3 (1 people), 8 (0 people)).',
    ]);
  });

  it('is not kept out by what failed of another course', async () => {
    const failure = { class: 'refused', code: 'x', reason: 'Another course.', advice: 'A.' } as const;
    row('oec_student_1@enrolments', { status: 'failed', failure, sync_hash: undefined });
    expect((await explain()).obstacle).toBeUndefined();
    row('oec_student_1@enrolments', { extra_data: inCourse([]) });
    expect((await explain()).obstacle).toMatchObject({ state: 'stop', text: 'Another course.' });
  });

  it('is to be in the groups of all enrolments that lead there', async () => {
    put(batch(2, 1), enrolment(2, 1, 1, 2));
    await synced(otherGroup, 'oec_student_1@enrolments');
    const { courses, obstacle } = await explain();
    expect(courses.map((one) => one.course)).toEqual([course]);
    expect(courses[0]?.steps.map(({ about }) => about)).toEqual(
      expect.arrayContaining([`group ${group}`, `group ${otherGroup}`]),
    );
    expect(obstacle).toMatchObject({ about: `enrolment in ${course}`, state: 'stop' });
    row('oec_student_1@enrolments', { extra_data: inCourse([group, otherGroup]) });
    expect((await explain()).obstacle).toBeUndefined();
  });
});

describe('what stands in the way', () => {
  it.each<[string, string, () => void, Partial<Asked>]>([
    ['record', 'holds no student 1', () => records.delete('op.student#1'), {}],
    ['record', 'no e-mail address', () => put(student(1, { email: false })), {}],
    ['record', 'is archived in the ERP', () => put(student(1, { active: false })), {}],
    ['enrolments', 'No enrolment', () => records.delete('op.student.course#1'), {}],
    ['enrolment 1', 'is finished', () => put(enrolment(1, 1, 1, 1, { state: 'finished' })), {}],
    ['enrolment 1', 'program 1 of the enrolment 1 is archived', () => put(program(1, { active: false })), {}],
    ['course', 'is elective', () => {}, { course: 's2' }],
    ['course', 'No enrolment of the student 1 is in a program that has', () => {}, { course: 'XYZ' }],
    [
      'course',
      'chooses the subjects 2 only',
      () => put(enrolment(1, 1, 1, 1, { subject_ids: [2] })),
      { course: 'S1_P1' },
    ],
    ['course', 'is archived', () => put(subject(1, { active: false })), { course }],
    [
      'course',
      'does not list the subject 3',
      () => put(subject(3), enrolment(1, 1, 1, 1, { subject_ids: [1, 3] })),
      { course: '3' },
    ],
  ])('is found at the %s: %s', async (about, text, change, asked) => {
    change();
    const { obstacle, conclusion } = await explain(asked);
    expect(obstacle).toMatchObject({ about, state: 'stop', text: expect.stringContaining(text) });
    expect(conclusion).toContain(`of the student 1: ${obstacle?.text}`);
  });

  it('is the scope of an instance that the student is none of', async () => {
    put(department(9));
    instance = { ...instance, scope: { departments: ['9'], companies: [] } };
    expect((await explain()).obstacle).toMatchObject({
      about: 'scope',
      text: expect.stringContaining('is for the departments 9, and this student belongs to none'),
    });
  });

  it('is not another enrolment, where one course is in question', async () => {
    put(enrolment(2, 1, 1, 1, { state: 'nonsense' }));
    expect((await explain()).obstacle).toMatchObject({ about: 'enrolment 2', state: 'stop' });
    expect((await explain({ course })).obstacle).toBeUndefined();
    // Nor is it known that no enrolment leads to a course while one cannot be read.
    expect((await explain({ course: 'XYZ' })).obstacle?.text).not.toContain('No enrolment of the student');
  });

  it('is the pause for what waits, not for what is done, and not before what a person has to mend', async () => {
    instance = { ...instance, status: 'paused' };
    expect((await explain()).obstacle).toBeUndefined();
    put(student(1, { first_name: 'Changed' }));
    expect((await explain()).obstacle).toMatchObject({ about: 'instance', state: 'holds' });
    row('oec_student_1', { status: 'held' });
    expect((await explain()).obstacle).toMatchObject({ about: 'account', state: 'stop' });
  });

  it('is a Moodle that is away, and then it is not asked', async () => {
    breaker = { ...breaker, opened_at: Date.parse('2026-09-01T08:00:00Z'), code: 'timeout' };
    mappings.rows.delete('oec_student_1@enrolments');
    const { obstacle } = await explain({}, async () => {
      throw new Error('asked');
    });
    expect(obstacle).toMatchObject({ about: 'instance', text: expect.stringContaining('(timeout)') });
  });
});

describe('a teacher', () => {
  const teacher = { model: 'op.faculty', id: '1' } as const;
  const lecture = (id: number, fields: Item = {}) => session(id, 1, 1, 1, fields);
  beforeEach(async () => {
    put(faculty(1), lecture(1));
    await synced('oec_faculty_1', 'oec_faculty_1@teaching');
    row('oec_faculty_1@teaching', { extra_data: inCourse([]) });
  });

  it('is in the courses of the lectures, with no batch’s group', async () => {
    const { obstacle, courses } = await explain(teacher);
    expect(obstacle).toBeUndefined();
    expect(courses[0]?.steps.map(({ about }) => about)).toEqual([
      'category oec_course_1',
      `course ${course}`,
      `enrolment in ${course}`,
    ]);
  });

  it('stays there while one lecture of several takes place', async () => {
    put(lecture(1, { state: 'cancel' }), lecture(2), lecture(3, { state: 'cancel' }));
    expect((await explain(teacher)).courses).toHaveLength(1);
    put(lecture(2, { active: false }));
    expect((await explain({ ...teacher, course: 'S1' })).obstacle?.text).toContain('cancelled or archived');
    expect((await explain(teacher)).obstacle).toMatchObject({
      about: 'teaching',
      text: expect.stringContaining('The teacher has 3 lectures in the timetable and no subjects'),
    });
  });

  it('is told why a subject leads nowhere', async () => {
    put(lecture(1, { subject_id: 7 }), subject(7));
    expect((await explain({ ...teacher, course: '7' })).obstacle?.text).toContain(
      'does not list the subject 7',
    );
  });
});

describe('a row', () => {
  const failure = { class: 'refused', code: 'x', reason: 'R.', advice: 'A.' } as const;
  const at = '2026-09-01T08:05:00.000Z';

  it.each<[Partial<Mapping> | undefined, StepState, string]>([
    [undefined, 'waits', 'It has not been pushed yet'],
    [{ status: 'synced', sync_hash: 'x', moodle_id: 1 }, 'waits', 'has changed since'],
    [{ status: 'held' }, 'stop', 'The brake is on'],
    [{ status: 'waiting', failure }, 'stop', 'R.'],
    [{ status: 'conflict', failure }, 'stop', 'R.'],
    [
      { status: 'failed', failure, attempts: 2, next_attempt_at: at },
      'stop',
      'R. After 2 of 5 attempts the next one is on 2026-09-01 08:05 UTC.',
    ],
    [{ status: 'permanently_failed', failure, attempts: 5 }, 'stop', 'R. All 5 attempts have failed.'],
    [{ status: 'failed' }, 'stop', 'nothing says why'],
  ])('%j: %s', async (fields, state, text) => {
    mappings.rows.delete('oec_student_1');
    if (fields) row('oec_student_1', fields);
    expect(rowStep('account', await rowOf(view(), 'oec_student_1'))).toMatchObject({
      about: 'account',
      state,
      text: expect.stringContaining(text),
    });
  });
});

it('the first obstacle counts, and of what only waits that which holds it', () => {
  const step = (state: StepState) => ({ about: state, state, text: '' });
  const obstacleOf = (...states: StepState[]) => firstObstacle(states.map(step))?.state;
  expect(obstacleOf('holds', 'ok')).toBeUndefined();
  expect(obstacleOf('waits', 'stop')).toBe('waits');
  expect(obstacleOf('holds', 'stop', 'waits')).toBe('stop');
  expect(obstacleOf('ok', 'waits', 'holds')).toBe('holds');
});
