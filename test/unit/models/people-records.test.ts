import { describe, expect, it } from 'vitest';
import { type PushedModel, parseRecord } from '#shared/models/models.ts';

const ana = {
  id: 26,
  first_name: 'Ana',
  middle_name: false,
  last_name: 'Sample',
  name: 'Ana Sample',
  email: 'Ana.Sample@Example.org',
  phone: false,
  mobile: false,
  company_id: false,
  gr_no: 'GR-9001',
  birth_date: '2006-02-03',
  gender: 'f',
  active: true,
  user_id: false,
  course_detail_ids: [25],
  write_date: '2026-11-23 21:24:53',
};

function problemsOf(item: unknown, model: PushedModel = 'op.student') {
  const result = parseRecord(model, item);
  return result.ok ? [] : result.problems;
}

function namesOf(item: Record<string, unknown>): unknown {
  const result = parseRecord('op.student', { id: 1, email: 'a@example.org', ...item });
  if (!result.ok) return result.problems.map(({ field, rule }) => `${field} ${rule}`);
  const { firstName, middleName, lastName } = result.record;
  return middleName === undefined ? [firstName, lastName] : [firstName, middleName, lastName];
}

describe('people as a real Odoo 18 sent them', () => {
  it('reads a student; the e-mail keeps its case', () => {
    expect(parseRecord('op.student', ana)).toEqual({
      ok: true,
      record: {
        id: '26',
        firstName: 'Ana',
        lastName: 'Sample',
        email: 'Ana.Sample@Example.org',
        active: true,
      },
    });
  });

  it('refuses a student without an e-mail address and says so to the registrar', () => {
    const bo = { ...ana, id: 27, first_name: 'Bo', last_name: false, name: 'Bo', email: false };
    expect(problemsOf(bo)).toEqual([
      {
        field: 'email',
        rule: 'required',
        reason:
          "This student has no e-mail address; Moodle needs one for every account. Add it on the student's contact in OpenEduCat.",
      },
    ]);
  });

  it('reads a teacher', () => {
    expect(
      parseRecord('op.faculty', {
        id: 16,
        first_name: 'Carl',
        middle_name: false,
        last_name: 'Lecturer',
        name: 'Carl Lecturer',
        email: 'carl@example.org',
        company_id: false,
        faculty_subject_ids: [],
        main_department_id: [6, 'Physics & Astronomy'],
        active: true,
      }),
    ).toEqual({
      ok: true,
      record: {
        id: '16',
        firstName: 'Carl',
        lastName: 'Lecturer',
        email: 'carl@example.org',
        active: true,
        subjectIds: [],
        mainDepartmentId: '6',
      },
    });
  });
});

describe('names', () => {
  it('reads a name of blanks before the time limit, however many they are', () => {
    const name = `Ali${' '.repeat(200_000)}Khan False`;
    expect(namesOf({ first_name: false, last_name: 'Khan', name })).toEqual(['Ali', 'Khan']);
  }, 20_000);

  it('puts "-" where there is no last name, also where the web form left the text "False"', () => {
    expect(namesOf({ first_name: 'Bo', last_name: false })).toEqual(['Bo', '-']);
    expect(namesOf({ first_name: 'Ali', last_name: 'False' })).toEqual(['Ali', '-']);
    expect(namesOf({ first_name: 'Ali', middle_name: 'False', last_name: 'Khan' })).toEqual(['Ali', 'Khan']);
  });

  it('takes a missing first name from the full name', () => {
    expect(namesOf({ first_name: false, last_name: false, name: 'Ali Khan False' })).toEqual([
      'Ali Khan',
      '-',
    ]);
    expect(namesOf({ first_name: '', last_name: 'Khan', name: 'Ali Khan' })).toEqual(['Ali', 'Khan']);
    expect(namesOf({ last_name: 'Khan', name: 'Khan' })).toEqual(['Khan', 'Khan']);
  });

  it('refuses a person without any name', () => {
    expect(namesOf({ name: 'False' })).toEqual(['first_name required']);
    expect(namesOf({ first_name: 'False' })).toEqual(['first_name required']);
    expect(namesOf({})).toEqual(['first_name required']);
  });

  it('keeps accents, apostrophes, ampersands and emoji', () => {
    expect(namesOf({ first_name: 'Zoë 🎓', middle_name: 'J & K', last_name: "O'Neil" })).toEqual([
      'Zoë 🎓',
      'J & K',
      "O'Neil",
    ]);
  });

  it('refuses what is no character', () => {
    expect(namesOf({ first_name: 'A\uffffna', last_name: 'Sam\ufffeple' })).toEqual([
      'first_name format',
      'last_name format',
    ]);
  });

  it('takes 100 characters and no HTML in each part', () => {
    const long = '🎓'.repeat(100);
    expect(namesOf({ first_name: long, last_name: long })).toEqual([long, long]);
    expect(namesOf({ first_name: `${long}x`, middle_name: `${long}x`, last_name: '<b>B</b>' })).toEqual([
      'first_name too-long',
      'middle_name too-long',
      'last_name html',
    ]);
  });
});

describe('e-mail addresses', () => {
  it.each([
    'a+b@example.org',
    "o'neil@example.org",
    'UPPER@EXAMPLE.ORG',
    'a_b-c.d@mail.uni.example',
    'ana@0example.c0m',
    ' padded@example.org ',
  ])('takes %j', (email) => expect(problemsOf({ ...ana, email })).toEqual([]));

  it.each([
    'not-an-email',
    'a@localhost',
    '@example.org',
    'a@@example.org',
    'a..b@example.org',
    '.a@example.org',
    'josé@example.org',
    'a b@example.org',
    'a@exa mple.org',
    'a@-example.org',
    'a@example.org, b@example.org',
    `${'x'.repeat(65)}@example.org`,
    'ana@example.0rg',
    'ana@192.168.0.1',
  ])('refuses %j', (email) =>
    expect(problemsOf({ ...ana, email })).toMatchObject([{ field: 'email', rule: 'format' }]),
  );

  it('refuses one longer than 100 characters', () => {
    const email = `a@${'b'.repeat(60)}.${'c'.repeat(40)}.example`;
    expect(problemsOf({ ...ana, email })).toMatchObject([{ field: 'email', rule: 'too-long' }]);
  });
});

describe('what else belongs to a person', () => {
  const record = (item: Record<string, unknown>) => {
    const result = parseRecord('op.student', { ...ana, ...item });
    return result.ok ? result.record : undefined;
  };

  it('takes the first phone number that fits Moodle, and goes without if none does', () => {
    expect(record({ phone: '+41 44 000 00 00', mobile: '1' })?.phone).toBe('+41 44 000 00 00');
    expect(record({ phone: 'x'.repeat(21), mobile: '079' })?.phone).toBe('079');
    expect(record({ phone: '<b>1', mobile: false })?.phone).toBeUndefined();
    expect(record({ phone: '079\uffff', mobile: '079\u0000' })?.phone).toBeUndefined();
  });

  it('reads the company and the archived state', () => {
    expect(record({ company_id: [1, 'OpenEduCat'], active: false })).toMatchObject({
      companyId: '1',
      active: false,
    });
  });

  it('reports everything that is wrong at once, without naming anybody', () => {
    const problems = problemsOf({ ...ana, first_name: '<i>Ana', email: 'ana.sample' }, 'op.faculty');
    expect(problems.map(({ field }) => field)).toEqual(['first_name', 'email']);
    expect(JSON.stringify(problems)).not.toMatch(/ana/i);
  });
});
