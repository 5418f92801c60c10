import { describe, expect, it } from 'vitest';
import { withoutFaulty } from '#local/run/verdict/compare-with-moodle.ts';
import { expectedFacts } from '#local/run/verdict/expected-facts.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';

const program = { model: 'op.course', id: '1', name: 'P', code: 'P', subject_ids: [1, 2], active: true };
const subject = { model: 'op.subject', id: '1', name: 'S', code: 'S', active: true };
const elective = { ...subject, id: '2', code: 'E', subject_type: 'elective' };
const batch = {
  model: 'op.batch',
  id: '3',
  name: 'B',
  code: 'B',
  start_date: '2026-09-01',
  end_date: '2027-06-30',
  course_id: [1, 'P'],
};
const student = { model: 'op.student', id: '5', name: 'Ana Sample', email: 'ana@example.org', active: true };
const enrolment = { model: 'op.student.course', id: '9', student_id: 5, course_id: 1, batch_id: 3 };
const teacher = { model: 'op.faculty', id: '4', name: 'Carl', email: 'carl@example.org', active: true };
const session = { model: 'op.session', id: '8', faculty_id: 4, subject_id: 2, course_id: 1, state: 'draft' };
const all: RecordItem[] = [program, subject, elective, batch, student, enrolment, teacher, session];

function factsOf(model: string, items: RecordItem[]) {
  return expectedFacts(items).find(({ source }) => source.model === model)?.facts;
}

describe('expectedFacts', () => {
  it('says what each record has to be in Moodle', () => {
    expect(factsOf('op.subject', all)).toEqual(['oec_subj_1_course_1']);
    expect(factsOf('op.batch', all)).toEqual([
      'oec_batch_3@oec_subj_1_course_1',
      'oec_batch_3@oec_subj_2_course_1',
    ]);
    expect(factsOf('op.student.course', all)).toEqual([
      'oec_student_5@oec_subj_1_course_1',
      'oec_student_5@oec_batch_3@oec_subj_1_course_1',
    ]);
    expect(factsOf('op.session', all)).toEqual(['oec_faculty_4@oec_subj_2_course_1']);
  });

  it('expects nothing of what is not active, finished, cancelled or cannot be read', () => {
    const without = (model: string, change: object) =>
      all.map((item) => (item.model === model ? { ...item, ...change } : item));
    expect(factsOf('op.student', without('op.student', { active: false }))).toBeUndefined();
    expect(factsOf('op.student', without('op.student', { email: false }))).toBeUndefined();
    expect(factsOf('op.student.course', without('op.student', { active: false }))).toEqual([]);
    expect(factsOf('op.student.course', without('op.student.course', { state: 'finished' }))).toEqual([]);
    expect(factsOf('op.session', without('op.session', { state: 'cancel' }))).toEqual([]);
    expect(factsOf('op.batch', without('op.course', { active: false }))).toEqual([]);
  });

  it('takes the chosen subjects where an enrolment names some', () => {
    expect(factsOf('op.student.course', [...all.slice(0, 5), { ...enrolment, subject_ids: [2] }])).toContain(
      'oec_student_5@oec_subj_2_course_1',
    );
  });
});

describe('withoutFaulty', () => {
  const failing = (idnumber: string, kind: 'invalid' | 'refused', id: string): Mapping => ({
    ...newMapping('demo', idnumber, 'students', { model: 'op.student', id }),
    failure: { class: kind, code: 'x', reason: '', advice: '' },
  });

  it('expects neither a faulty record nor what involves it', () => {
    const left = withoutFaulty(expectedFacts(all), [failing('oec_student_5', 'invalid', '5')]);
    expect(left.flatMap(({ facts }) => facts).filter((fact) => fact.includes('student'))).toEqual([]);
  });

  it('does not expect the members of a group that is faulty', () => {
    const group = failing('oec_batch_3@oec_subj_1_course_1', 'invalid', '999');
    const left = withoutFaulty(expectedFacts(all), [group]).flatMap(({ facts }) => facts);
    expect(left).toContain('oec_student_5@oec_subj_1_course_1');
    expect(left).not.toContain('oec_student_5@oec_batch_3@oec_subj_1_course_1');
  });

  it('still expects a record that Moodle refused', () => {
    const left = withoutFaulty(expectedFacts(all), [failing('oec_student_5', 'refused', '5')]);
    expect(left.flatMap(({ facts }) => facts)).toContain('oec_student_5');
  });
});
