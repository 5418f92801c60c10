import { describe, expect, it } from 'vitest';
import { fieldsIn, render, template, withoutRoot } from '#shared/moodle/conventions/template.ts';

const course = template({
  roots: ['subject', 'program', 'batch'],
  keepsApart: [
    ['subject.code', 'subject.id'],
    ['program.code', 'program.id'],
  ],
});
const anything = template({ roots: ['subject', 'program', 'batch', 'student', 'person'] });

const records: Record<string, Record<string, unknown>> = {
  subject: { id: 15, name: ' Álgebra {lineal} ', code: 'MAT-1', department_id: [3, 'Sciences'] },
  program: { id: 7, code: 'BSC', name: false },
  batch: { code: 'B1', start_date: '2026-09-01', end_date: false },
  student: { first_name: 'Ñandú', middle_name: '', x_matricula: 4711, x_tags: [3, 7], active: true },
};
const filled = (text: string) => render(anything.parse(text), (root) => records[root]);

describe('a template of a record that there is not', () => {
  it.each([
    ['{subject.name} ({batch.name}, {batch.code?})', '{subject.name}'],
    ['{subject.name} ({batch.name})', '{subject.name}'],
    ['{subject.code}_{batch.start_date:yyyy} [{batch.code} {batch.id}]', '{subject.code}_'],
    ['{subject.name} ()', '{subject.name} ()'],
  ])('%s is %s', (text, expected) => {
    expect(withoutRoot(text, 'batch')).toBe(expected);
  });
});

describe('a template', () => {
  it.each([
    ['{subject.name}', 'Álgebra {lineal}'],
    ['{subject.code}_{program.code}', 'MAT-1_BSC'],
    ['{subject.id}: {subject.department_id}', '15: Sciences'],
    ['{batch.start_date:yyyy}', '2026'],
    ['{batch.start_date:dd.MM.yy} {batch.start_date}', '01.09.26 2026-09-01'],
    ['{subject.code:lower}-{student.first_name:initial}{program.code:upper}', 'mat-1-ÑBSC'],
    ['{student.x_matricula}', '4711'],
    ['{student.first_name} {student.middle_name?} {subject.code}', 'Ñandú MAT-1'],
    ['{batch.end_date?:yyyy} {batch.end_date:yyyy?} {subject.code}', 'MAT-1'],
    ['no field at all', 'no field at all'],
    ['', ''],
  ])('%s becomes %s', (text, expected) => {
    expect(filled(text)).toEqual({ text: expected });
  });

  it.each([
    ['{subject.code} {program.name}', 'name'],
    ['{batch.end_date:yyyy}', 'end_date'],
    ['{subject.name:yyyy}', 'name'],
    ['{student.x_tags}', 'x_tags'],
    ['{person.first_name}', 'first_name'],
  ])('%s says that a record lacks %s', (text, field) => {
    expect(filled(text).lacks?.field).toBe(field);
  });

  it.each([
    ['{subject.code}', 'it has to hold {program.code} or {program.id}'],
    ['{subject.code?}_{program.code}', 'it has to hold {subject.code} or {subject.id}'],
    ['{subject.code:initial}_{program.code}', 'it has to hold {subject.code} or {subject.id}'],
    ['{subject.nmae}_{subject.id}_{program.id}', 'a subject has no field nmae; there are id, name, code'],
    ['{student.gr_no}_{subject.id}_{program.id}', 'here it takes fields of subject, program, batch'],
    ['{subject.id}_{program.id', 'a brace has no counterpart'],
    ['{subject.id}_{program.id}}', 'a brace has no counterpart'],
    ['{subject}_{subject.id}_{program.id}', '{subject} is no field'],
    ['{subject.id:YYYY}_{program.id}', 'the format YYYY is none of lower, upper, initial'],
    ['{subject.id}_{program.id}_{subject.__proto__}', 'is no field'],
    ['{subject.id}_{program.id}_{subject.constructor}', 'a subject has no field constructor'],
  ])('%s is refused: %s', (text, message) => {
    const { error } = course.safeParse(text);
    expect(error?.issues.map((issue) => issue.message).join('; ')).toContain(message);
  });

  it.each(['{subject.id}_{program.code:lower}', '{subject.code}/{program.id} {batch.start_date:yyyy?}'])(
    '%s keeps apart what has to be',
    (text) => expect(course.safeParse(text).success).toBe(true),
  );

  it('of a person names what students and teachers both have', () => {
    expect(anything.safeParse('{person.email}').success).toBe(true);
    expect(anything.safeParse('{person.x_number}').success).toBe(true);
    expect(anything.safeParse('{person.main_department_id}').success).toBe(false);
  });

  it('tells which fields it names', () => {
    expect(fieldsIn('{batch.start_date:yyyy?} {subject.name}')).toEqual([
      { root: 'batch', field: 'start_date', format: 'yyyy', isOptional: true },
      { root: 'subject', field: 'name', format: undefined, isOptional: false },
    ]);
  });
});
