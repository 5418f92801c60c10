import type { RecordItem } from '#shared/models/records.ts';
import { demoPeople } from './people.ts';
import { Random } from './random.ts';
import { demoStructure } from './structure.ts';
import { demoEnrolments, demoSessions } from './studies.ts';

/** A record of the demo that cannot arrive: `field` is the one to blame, `why` a sentence for the reader. */
export type ExpectedProblem = { model: string; id: string; field: string; why: string };

/**
 * Everything in {@link demoUniversity} that must not arrive in Moodle as it is. The two students with one e-mail
 * address are told apart by who comes first: the first keeps the address, the other is the conflict.
 */
export const expectedProblems: readonly ExpectedProblem[] = [
  {
    model: 'op.course',
    id: '12',
    field: 'department_id',
    why: 'its department does not exist',
  },
  { model: 'op.student', id: '11', field: 'email', why: 'no e-mail address' },
  { model: 'op.student', id: '23', field: 'first_name', why: 'a first name of 120 characters' },
  { model: 'op.student', id: '37', field: 'first_name', why: 'a name with <b>' },
  { model: 'op.student', id: '49', field: 'email', why: 'the e-mail address of student 48' },
  { model: 'op.student', id: '52', field: 'email', why: 'an e-mail address that is none' },
  { model: 'op.faculty', id: '30', field: 'last_name', why: 'a last name of 120 characters' },
];

/**
 * The demo university as items ready for PutItem, parents first: 4 departments, 12 programs, 40 subjects,
 * 12 batches, 500 students, 30 teachers, 700 enrolments and 60 timetable sessions, the bad ones among them.
 * Shaped like OpenEduCat's own demo data, with Odoo's ways of writing empty fields and references.
 *
 * @param seed the same seed gives the same university
 */
export function demoUniversity(seed = 2026): RecordItem[] {
  const random = new Random(seed);
  const people = demoPeople(random);
  const nameIn = (model: string) => {
    const names = new Map(people.filter((item) => item.model === model).map(({ id, name }) => [id, name]));
    return (id: number) => String(names.get(String(id)));
  };
  return [
    ...demoStructure(),
    ...people,
    ...demoEnrolments(random, nameIn('op.student')),
    ...demoSessions(random, nameIn('op.faculty')),
  ];
}
