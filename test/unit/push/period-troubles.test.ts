import { describe, expect, it } from 'vitest';
import type { Item } from '#shared/store/documents.ts';
import { batch, enrolment, program, student, subject } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

const term = (fields: Record<string, unknown> = {}): Item => ({
  model: 'op.academic.term',
  id: '4',
  ...{ name: 'Spring', term_start_date: '2026-08-01', term_end_date: '2026-12-31' },
  ...{ academic_year_id: [2, '2026-27'], ...fields },
});
const year: Item = { model: 'op.academic.year', id: '2', name: '2026-27' };
const inTerm = (academic_term_id: unknown) => enrolment(1, 1, 1, 3, { academic_term_id });
const course = 'oec_subj_1_course_1_term_4';

/** A student in the course of a term. */
async function started(settings: Record<string, unknown> = { course_per: 'term' }): Promise<PushKit> {
  const kit = await PushKit.start({ settings });
  await kit.sync(
    program(1, { subject_ids: [1] }),
    subject(1),
    batch(3, 1),
    student(1),
    year,
    term(),
    inTerm(4),
  );
  return kit;
}

describe('nobody leaves the course of a term', () => {
  it.each([
    ['whose record is gone', (kit: PushKit) => kit.delete(term())],
    ['that cannot be read', (kit: PushKit) => kit.put(term({ name: '<b>Spring' }))],
    ['whose name the enrolment holds in place of its id', (kit: PushKit) => kit.put(inTerm('Spring'))],
  ])('%s', async (_what, change) => {
    await using kit = await started();
    await change(kit);
    kit.queue({ instance: 'demo', service: 'enrolments', ids: ['1'] });
    await kit.settle();
    expect(await kit.site.participants(course)).toEqual({ oec_student_1: 'student in oec_batch_3' });
    expect(await kit.site.course('oec_subj_1_course_1')).toBeUndefined();
  });
});

it('an enrolment whose term cannot be read is in order where courses are for programs', async () => {
  await using kit = await PushKit.start();
  await kit.sync(program(1, { subject_ids: [1] }), subject(1), batch(3, 1), student(1), inTerm('Spring'));
  expect(await kit.site.participants('oec_subj_1_course_1')).toEqual({
    oec_student_1: 'student in oec_batch_3',
  });
  expect(kit.troubles()).toEqual({});
});

it('an enrolment may end with its term, whatever courses are for', async () => {
  const settings = { time_zone: 'Asia/Kolkata', enrolment_period: { end: '{term.term_end_date?}' } };
  await using kit = await started(settings);
  const { courses } = kit.mapping('oec_student_1@enrolments')!.extra_data as {
    courses: Record<string, { period?: unknown }>;
  };
  const timeend = Date.parse('2026-12-31T18:29:59Z') / 1000;
  expect(courses.oec_subj_1_course_1!.period).toEqual({ timestart: 0, timeend });
});

it('a batch that ends before it begins has no end', async () => {
  await using kit = await PushKit.start({ settings: { course_per: 'batch' } });
  const dates = { start_date: '2026-08-01', end_date: '2026-07-01' };
  await kit.sync(
    ...[program(1, { subject_ids: [1] }), subject(1), batch(3, 1, dates), student(1), enrolment(1, 1, 1, 3)],
  );
  expect(await kit.site.participants('oec_subj_1_course_1_batch_3')).toEqual({
    oec_student_1: 'student in oec_batch_3',
  });
  expect(kit.troubles()).toEqual({});
});
