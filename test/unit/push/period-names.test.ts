import { expect, it } from 'vitest';
import { batch, enrolment, program, student, subject } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

const academic = (model: string, id: number, fields: Record<string, unknown>) => ({
  model: `op.academic.${model}`,
  id: String(id),
  ...fields,
});
const dates = { start_date: '2026-09-01', end_date: '2027-06-30' };

/** What a course is called: full name and short name. */
async function names(
  course_per: 'batch' | 'term',
  period: string,
  names: Record<string, string>,
): Promise<string[]> {
  await using kit = await PushKit.start({ settings: { course_per, names } });
  const [kind, id] = period.split(' ') as [string, string];
  const term = kind === 'term' ? { academic_term_id: [Number(id), ''] } : {};
  await kit.sync(
    ...[program(1, { subject_ids: [1] }), subject(1), batch(3, 1), student(1)],
    academic('year', 2, { name: '2026-27', ...dates }),
    academic('term', 4, { name: 'Spring', term_start_date: '2026-09-01', academic_year_id: [2, '2026-27'] }),
    enrolment(1, 1, 1, 3, { academic_years_id: [2, '2026-27'], ...term }),
  );
  expect(kit.troubles()).toEqual({});
  const { fullname, shortname } = (await kit.site.course(`oec_subj_1_course_1_${kind}_${id}`))!;
  return [fullname, shortname];
}

it.each([
  ['batch', 'batch 3', {}, ['Subject 1 (Batch 3)', 'S1_P1_B3']],
  ['term', 'term 4', {}, ['Subject 1 (Spring, 2026-27)', 'S1_P1_2026-27_Spring']],
  ['term', 'year 2', {}, ['Subject 1 (2026-27)', 'S1_P1_2026-27']],
  [
    'term',
    'term 4',
    {
      course_fullname: '{subject.name} {batch.name} {term.name}',
      course_shortname: '{year.name:lower} {subject.code} {program.code} {term.name}',
    },
    ['Subject 1 Spring', '2026-27 S1 P1 Spring_2026-27_Spring'],
  ],
  [
    'term',
    'year 2',
    { course_shortname: '{subject.code} {program.code} {term.name} {year.name}' },
    ['Subject 1 (2026-27)', 'S1 P1 2026-27'],
  ],
] as const)('with courses per %s those of a %s are told apart, by %j', async (per, period, set, expected) => {
  expect(await names(per, period, set)).toEqual(expected);
});
