import { describe, expect, it } from 'vitest';
import { fittedUsername } from '#shared/models/fields/username.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';

const faults = (setting: string, text: string) => {
  const settings = { id: 'main', base_url: 'https://moodle.example.org', [setting]: { students: text } };
  const { error } = instanceSchema.safeParse(settings);
  return error?.issues.map(({ message }) => message) ?? [];
};

describe.each(['usernames', 'id_numbers'])('templates of %s', (setting) => {
  it.each([
    '{student.gr_no}',
    '{student.login}',
    'S{person.id_number}',
    '{student.first_name:initial}.{student.last_name}',
  ])('may be %s', (text) => {
    expect(faults(setting, text)).toEqual([]);
  });

  it.each([
    ['student', /it has to hold a field that each has, such as \{student\.email\}/],
    ['{student.gr_no?}', /it has to hold a field that each has/],
    ['{student.number}', /a student has no field number; there are .*gr_no/],
    ['{teacher.login}', /here it takes fields of student, person/],
    ['{student.gr_no', /a brace has no counterpart/],
  ])('are refused with what to do: %s', (text, message) => {
    expect(faults(setting, text).join()).toMatch(message);
  });
});

describe('a username by template', () => {
  it.each([
    ['S/2026-Ñ1', 's-2026-n1'],
    [' 0042 ', '0042'],
    ['José.Pérez', 'jose.perez'],
    ['Ana@Example.org', 'ana@example.org'],
    ['x y', 'x-y'],
  ])('of %s is %s', (text, username) => {
    expect(fittedUsername(text)).toBe(username);
  });

  it('of an address that Moodle does not take is what the address gives without a template', () => {
    expect(fittedUsername("o'neil@example.org")).toMatch(/^o-neil-[0-9a-f]{8}@example\.org$/);
  });
});
