import { describe, expect, it } from 'vitest';
import { causeList } from '#local/run/verdict/causes.ts';
import { failureOfProblems } from '#shared/moodle/failures.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import { conflict, missingDependency } from '#shared/sync/failure.ts';

const noAddress = failureOfProblems([
  { field: 'email', rule: 'required', reason: 'This student has no e-mail address.' },
]);
const student = (id: number, changes: Partial<Mapping>): Mapping => ({
  ...newMapping('demo', `oec_student_${id}`, 'students', { model: 'op.student', id: String(id) }),
  ...changes,
});
/** The enrolments of a student whose account fails. */
const enrolments = (id: number): Mapping => ({
  ...student(id, { idnumber: `oec_student_${id}@enrolments`, service: 'enrolments', status: 'waiting' }),
  failure: { ...missingDependency(`It needs oec_student_${id}.`), waits_for: [`oec_student_${id}`] },
});
const taken = (id: number) =>
  student(id, {
    status: 'conflict',
    failure: conflict('sharedemail', `The address belongs to oec_student_${id + 100}.`, 'Change one.'),
  });

describe('the causes with which a run ends', () => {
  const forty = Array.from({ length: 40 }, (_, index) => index + 1).flatMap((id) => [
    student(id, { status: 'invalid', failure: noAddress }),
    enrolments(id),
  ]);

  it('are one line for forty people with one fault, whose enrolments wait', () => {
    expect(causeList(forty, false)).toEqual([
      `  op.student 1, 2, 3 and 37 more · invalid · ${noAddress.reason} ${noAddress.advice} · 40 wait for it`,
    ]);
  });

  it('are one where reasons differ in ids only, the most frequent first', () => {
    const lines = causeList([...forty.slice(0, 2), taken(50), taken(51)], false);
    expect(lines).toEqual([
      '  op.student 50, 51 · conflict · The address belongs to oec_student_150. Change one.',
      `  op.student 1 · invalid · ${noAddress.reason} ${noAddress.advice} · 1 waits for it`,
    ]);
  });

  it('are each on a line of its own when all are asked for', () => {
    expect(causeList(forty, true)).toHaveLength(80);
    expect(causeList(forty, true)[1]).toMatch(/^ {2}op\.student 1 · waiting · It needs oec_student_1\./);
  });

  it('stand by themselves where what is waited for does not fail', () => {
    const alone = { ...enrolments(7), failure: missingDependency('It needs a program that is not there.') };
    expect(causeList([student(7, { status: 'synced' }), alone], false)).toEqual([
      `  op.student 7 · waiting · ${alone.failure.reason} ${alone.failure.advice}`,
    ]);
  });

  it('have an end where two wait for each other', () => {
    const waits = (id: number, other: number) =>
      student(id, {
        status: 'waiting',
        failure: { ...missingDependency('It waits.'), waits_for: [`oec_student_${other}`] },
      });
    expect(causeList([waits(1, 2), waits(2, 1)], false)).toHaveLength(1);
  });
});
