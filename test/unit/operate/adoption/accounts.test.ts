import { describe, expect, it } from 'vitest';
import { isDeleted } from '#shared/moodle/functions/users.ts';
import { newMapping } from '#shared/moodle/mappings/mapping.ts';
import { compareAccounts } from '#shared/operate/adoption/survey.ts';
import { account, person } from './sides.ts';

const ana = { firstname: 'Ana', lastname: 'Silva', email: 'ana@example.org' };

/** The rows as `{idnumber or account}: {verdict} {accounts}`. */
function told(...[desired, accounts]: Parameters<typeof compareAccounts>): string[] {
  return compareAccounts(desired, accounts).map(({ idnumber, verdict, candidates }) =>
    [idnumber, verdict, ...candidates.map(({ id }) => id)].filter(Boolean).join(' '),
  );
}

describe('accounts', () => {
  it.each([
    ['the same address in capitals and the name', { ...ana, email: 'ANA@Example.ORG' }, {}],
    ['the address, and another last name', { ...ana, lastname: 'Costa' }, {}],
    ['the registration number and the name', { ...ana, email: 'old@example.com' }, { idnumber: 'gr-7' }],
    [
      'the address and the registration number',
      { ...ana, firstname: 'X', lastname: 'Y' },
      { idnumber: 'GR-7' },
    ],
    ['the address as username, and the name', { ...ana, email: 'old@example.com', username: ana.email }, {}],
  ])('are certain with %s', (_what, fields, observed) => {
    expect(told([person(1, ana, { keys: ['gr-7'] })], [account(9, fields, observed)])).toEqual([
      'oec_student_1 certain 9',
    ]);
  });

  it.each([
    ['the address alone: of a family, or given to somebody else', { ...ana, firstname: 'Ben' }, {}],
    ['the name alone', { ...ana, email: 'other@example.com' }, {}],
    [
      'a number alone',
      { firstname: 'Ben', lastname: 'Costa', email: 'ben@example.com' },
      { idnumber: 'GR-7' },
    ],
    [
      'a number and the first name',
      { ...ana, lastname: 'Costa', email: 'x@example.com' },
      { idnumber: 'GR-7' },
    ],
  ])('are ambiguous with %s', (_what, fields, observed) => {
    expect(told([person(1, ana, { keys: ['gr-7'] })], [account(9, fields, observed)])).toEqual([
      'oec_student_1 ambiguous 9',
    ]);
  });

  it('with a number and the name are ambiguous where an address speaks for another one', () => {
    const numbered = account(8, { ...ana, email: 'old@example.com' }, { idnumber: 'GR-7' });
    const married = account(9, { ...ana, lastname: 'Costa' });
    expect(told([person(1, ana, { keys: ['gr-7'] })], [numbered, married])).toEqual([
      'oec_student_1 ambiguous 8 9',
    ]);
  });

  it('are told apart by name where a family shares an address', () => {
    const ben = { ...ana, firstname: 'Ben' };
    expect(told([person(1, ana), person(2, ben)], [account(8, ben), account(9, ana)])).toEqual([
      'oec_student_1 certain 9',
      'oec_student_2 certain 8',
    ]);
    expect(told([person(1, ana), person(2, ben)], [account(9, ana)])).toEqual([
      'oec_student_1 certain 9',
      'oec_student_2 conflict',
    ]);
  });

  it('with one address and one name are left to a person, on either side', () => {
    expect(told([person(1, ana)], [account(8, ana), account(9, ana)])).toEqual([
      'oec_student_1 ambiguous 8 9',
    ]);
    const teacher = person(2, ana, {
      service: 'faculty',
      idnumber: 'oec_faculty_2',
      moodleIdnumber: 'oec_faculty_2',
    });
    expect(told([person(1, ana), teacher], [account(9, ana)])).toEqual([
      'oec_student_1 ambiguous 9',
      'oec_faculty_2 ambiguous 9',
    ]);
  });

  it('of the site, of this link and of other records are nobody’s', () => {
    expect(told([person(1, ana)], [account(2, ana, { isProtected: true })])).toEqual([
      'oec_student_1 conflict',
    ]);
    expect(told([person(1, ana)], [account(9, ana, { idnumber: 'oec_student_5' })])).toEqual([
      'oec_student_1 conflict',
      'only_in_moodle 9',
    ]);
    const mapping = {
      ...newMapping('demo', 'oec_student_1', 'students', { model: 'op.student', id: '1' }),
      moodle_id: 9,
    };
    expect(told([person(1, ana, { mapping }), person(2, ana)], [account(9, ana)])).toEqual([
      'oec_student_1 adopted 9',
      'oec_student_2 conflict',
    ]);
  });

  it('stay as an operator has decided', () => {
    const decided = (adoption: 'new' | 'skipped') => {
      const source = { model: 'op.student', id: '1' } as const;
      return person(1, ana, {
        mapping: { ...newMapping('demo', 'oec_student_1', 'students', source), adoption },
      });
    };
    expect(told([decided('skipped')], [account(9, ana)])).toEqual(['oec_student_1 ambiguous 9']);
    expect(told([decided('new')], [account(9, { ...ana, email: 'x@example.com' })])).toEqual([
      'oec_student_1 only_in_oec',
      'only_in_moodle 9',
    ]);
  });

  it('tell what the next push would overwrite', () => {
    const observed = account(
      9,
      { ...ana, lastname: 'Costa' },
      { fields: { ...ana, lastname: 'Costa', username: 'a', suspended: true } },
    );
    expect(compareAccounts([person(1, ana)], [observed])[0]?.overwrites.sort()).toEqual([
      'lastname',
      'suspended',
    ]);
  });

  it('that were deleted are known by what Moodle makes of them', () => {
    const user = {
      id: 9,
      auth: 'manual',
      idnumber: '',
      firstname: 'A',
      lastname: 'B',
      phone1: '',
      suspended: false,
    };
    const email = 'd41d8cd98f00b204e9800998ecf8427e';
    expect(isDeleted({ ...user, email, username: 'ana@example.org.1795634208' })).toBe(true);
    expect(isDeleted({ ...user, email: 'ana@example.org', username: 'ana.1795634208' })).toBe(false);
    expect(isDeleted({ ...user, email: '', username: 'ana' })).toBe(false);
  });
});
