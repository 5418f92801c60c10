import { describe, expect, it } from 'vitest';
import { type AccountSession, studentsOfAccounts } from '#shared/moodle/accounts/students-of-accounts.ts';

const course = 'oec_subj_15_course_7';

/** A session whose mappings give students' accounts; `enrolled` are students of program 7. */
function sessionWith(
  accounts: Record<string, number>,
  {
    enrolled = [],
    shown = {},
    templates = {},
  }: { enrolled?: string[]; shown?: Record<number, string>; templates?: Record<string, string> } = {},
) {
  const counts: Record<string, number> = {};
  const asked: unknown[] = [];
  const session = {
    instance: { id: 'main', id_numbers: templates },
    client: {
      call: async (_name: string, { values }: { values: number[] }) => {
        asked.push(values);
        return values.map((id) => ({ id, username: 'u', auth: 'manual', idnumber: shown[id] ?? '' }));
      },
    },
    mappings: {
      getMany: async (_instance: string, idnumbers: string[]) =>
        new Map(
          idnumbers.flatMap((idnumber) => {
            const moodle_id = accounts[idnumber.replace('oec_student_', '')];
            return moodle_id === undefined ? [] : [[idnumber, { moodle_id }]];
          }),
        ),
      page: async () => {
        counts.pages = (counts.pages ?? 0) + 1;
        const rows = Object.entries(accounts);
        return {
          mappings: rows.map(([record_id, moodle_id]) => ({ service: 'students', record_id, moodle_id })),
        };
      },
    },
    links: { sources: async () => enrolled.map((_id, index) => String(index + 1)) },
    records: {
      getMany: async (model: string, ids: string[]) =>
        new Map(
          ids.map((id) => [
            id,
            { model, id, student_id: Number(enrolled[Number(id) - 1]), course_id: 7, batch_id: 1 },
          ]),
        ),
    },
    count: (name: string, count: number) => {
      counts[name] = (counts[name] ?? 0) + count;
    },
  };
  return { session: session as unknown as AccountSession, counts, asked };
}

const found = async (session: AccountSession, userids: number[], hints = {}) =>
  Object.fromEntries(await studentsOfAccounts(userids, course, session, hints));

describe('studentsOfAccounts', () => {
  it('asks Moodle for ID numbers only where they are not given', async () => {
    const { session, asked } = sessionWith({ 6: 60 }, { shown: { 60: 'oec_student_6' } });
    expect(await found(session, [60], { idnumbers: new Map([[60, 'oec_student_6']]) })).toEqual({ 60: '6' });
    expect(asked).toEqual([]);
    expect(await found(session, [60])).toEqual({ 60: '6' });
    expect(asked).toEqual([[60]]);
    expect(await found(session, [])).toEqual({});
  });

  it('believes no ID number that another account shows: two say that they are student 6', async () => {
    const { session, counts } = sessionWith({ 6: 60 });
    const idnumbers = new Map([
      [55, 'oec_student_6'],
      [60, 'oec_student_6'],
    ]);
    expect(await found(session, [55, 60], { idnumbers })).toEqual({ 60: '6' });
    expect(counts).toEqual({ PeopleUnknown: 1 });
  });

  it('knows a student who has typed the number of another, or nothing, into the profile', async () => {
    const { session, counts } = sessionWith({ 6: 60, 7: 70, 8: 80 }, { enrolled: ['6', '7', '8'] });
    const idnumbers = new Map([
      [60, 'oec_student_7'],
      [70, 'oec_student_7'],
      [80, ''],
    ]);
    expect(await found(session, [60, 70, 80], { idnumbers })).toEqual({ 60: '6', 70: '7', 80: '8' });
    expect(counts).toEqual({});
  });

  it('leaves marks with the record that has them, of two records of one person', async () => {
    const { session } = sessionWith({ 101: 60, 102: 60 });
    const idnumbers = new Map([[60, 'oec_student_102']]);
    expect(await found(session, [60], { idnumbers })).toEqual({ 60: '102' });
    expect(await found(session, [60], { idnumbers, known: ['101'] })).toEqual({ 60: '101' });
  });

  it('knows by the mappings who has left the program, where the instance gives ID numbers; all are read once', async () => {
    const templates = { students: '{student.gr_no}' };
    const { session, counts } = sessionWith({ 6: 60, 7: 70 }, { enrolled: ['6'], templates });
    const idnumbers = new Map([
      [60, 'GR-6'],
      [70, 'GR-7'],
      [9, ''],
    ]);
    expect(await found(session, [60, 9], { idnumbers })).toEqual({ 60: '6' });
    expect(counts).toEqual({ PeopleUnknown: 1 });
    expect(await found(session, [60, 70], { idnumbers })).toEqual({ 60: '6', 70: '7' });
    expect(await found(session, [70], { idnumbers })).toEqual({ 70: '7' });
    expect(counts.pages).toBe(1);
  });

  it('counts those who are none of the ERP', async () => {
    const { session, counts } = sessionWith({}, { enrolled: ['6'] });
    expect(await found(session, [9], { idnumbers: new Map([[9, 'staff-9']]) })).toEqual({});
    expect(counts).toEqual({ PeopleUnknown: 1 });
  });
});
