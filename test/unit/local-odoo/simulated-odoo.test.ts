import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Release, releases } from '#local/odoo/release.ts';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { gapsOf } from '#shared/odoo/calls/erp-models.ts';
import { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { searchRead } from '#shared/odoo/calls/read.ts';
import { OdooWriter } from '#shared/odoo/calls/write.ts';
import { Clock, clientOf, examsOf, smallSchool } from './school.ts';

let odoo: SimulatedOdoo | undefined;
afterEach(() => odoo?.stop());
async function started(options: Parameters<typeof smallSchool>[0] = {}) {
  const school = await smallSchool(options);
  odoo = school.odoo;
  return school;
}

describe('a transaction that takes its time', () => {
  it('is seen when it commits, with the date and the ids of when it began', async () => {
    const clock = new Clock();
    const { registrar, client, student, course } = await started({ clock: clock.now });
    clock.move(10);
    const late = registrar.begin();
    late.write('op.student', student, { gr_no: 'GR-1' });
    const lateSubject = late.create('op.subject', { name: 'Late', code: 'LATE' });
    clock.move(300);
    const earlySubject = registrar.create('op.subject', { name: 'Early', code: 'EARLY' });
    expect(lateSubject).toBeLessThan(earlySubject);
    expect(await searchRead(client, 'op.subject', [['id', '=', lateSubject]], [])).toEqual([]);
    late.commit();
    const [subject] = await searchRead(client, 'op.subject', [['id', '=', lateSubject]], ['write_date']);
    expect(subject).toMatchObject({ write_date: '2026-11-25 08:00:10' });
    expect(registrar.read('op.student', student)).toMatchObject({
      gr_no: 'GR-1',
      write_date: '2026-11-25 08:00:10',
    });
    expect(registrar.read('op.course', course)!.write_date).toBe('2026-11-25 08:00:00');
  });

  it('is undone as a whole where one part is refused', async () => {
    const { registrar, student } = await started();
    const late = registrar.begin();
    late.write('op.student', student, { gr_no: 'GR-1' });
    late.create('op.subject', { name: 'Optics again', code: 'PHY102' });
    expect(() => late.commit()).toThrow(/Code should be unique per subject/);
    expect(registrar.read('op.student', student)).toMatchObject({ gr_no: 'GR-9001' });
  });
});

describe('a school', () => {
  it('without a timetable and exams lacks their models, and attendance with them', async () => {
    const { client } = await started({
      settings: { withoutModules: ['openeducat_timetable', 'openeducat_exam'] },
    });
    const fields = new ModelFields(client);
    for (const model of ['op.session', 'op.attendance.line', 'op.exam', 'op.result.line'])
      expect(await fields.of(model), model).toBeUndefined();
    const gaps = await gapsOf(fields, {});
    expect(gaps.every(({ isNeeded }) => !isNeeded)).toBe(true);
    expect(gaps.map(({ model }) => model)).toContain('op.session');
  });

  it('lacks and has fields of its own', async () => {
    const { client, enrolment } = await started({
      settings: {
        withoutFields: { 'res.partner': ['mobile'] },
        extraFields: { 'op.student.course': ['moodle_completion'] },
      },
    });
    const fields = new ModelFields(client);
    expect(await fields.split('op.student', ['phone', 'mobile'])).toEqual({
      present: ['phone'],
      missing: ['mobile'],
    });
    const change = { id: enrolment, values: { moodle_completion: 'completed' } };
    expect(await new OdooWriter(client).write('op.student.course', [change])).toEqual([{ value: true }]);
  });

  it('gives programs and subjects without a department that of the user', async () => {
    const { odoo, registrar, department, course } = await started();
    expect(registrar.read('op.course', course)!.department_id).toBe(false);
    odoo.configure({ userDepartmentId: department });
    const other = registrar.create('op.course', { name: 'Other', code: 'OTHER', parent_id: course });
    expect(registrar.read('op.course', other)!.department_id).toEqual([department, 'Science']);
  });

  it('that closes models to the user says so, and nothing is narrowed', async () => {
    const { odoo, client } = await started({ settings: { denied: ['op.subject.create', 'op.batch.read'] } });
    await expect(searchRead(client, 'op.batch', [], [])).rejects.toMatchObject({ code: 'access-error' });
    odoo.resetCalls();
    const values = [1, 2, 3, 4].map((number) => ({ name: 'x', code: `X${number}` }));
    const outcomes = await new OdooWriter(client).create('op.subject', values);
    expect(outcomes.map(({ error }) => error?.code)).toEqual(values.map(() => 'access-error'));
    expect(odoo.calls.map(({ call }) => call)).toEqual([
      'op.subject.create',
      'op.subject.check_access_rights',
    ]);
  });

  it('cannot save a lecture for a user without a time zone', async () => {
    const { registrar, course, batch, subject } = await started({ settings: { timeZone: undefined } });
    const faculty = registrar.create('op.faculty', {
      name: 'Carl Lecturer',
      first_name: 'Carl',
      last_name: 'Lecturer',
      birth_date: '1980-01-01',
      gender: 'male',
    });
    const lecture = { faculty_id: faculty, course_id: course, batch_id: batch, subject_id: subject };
    const times = { start_datetime: '2026-11-23 08:00:00', end_datetime: '2026-11-23 09:30:00' };
    expect(() => registrar.create('op.session', { ...lecture, ...times })).toThrow(/no attribute/);
    odoo!.configure({ timeZone: 'Europe/Berlin' });
    const id = registrar.create('op.session', { ...lecture, ...times });
    expect(registrar.read('op.session', id)!.name).toBe('Carl Lecturer:Optics:09:00AM-10:30AM');
  });
});

describe('between releases', () => {
  async function withExam(release: Release) {
    const school = await started({ settings: { release } });
    return { ...school, exam: examsOf(school) };
  }
  const moment = { end_time: '2026-10-01 08:00:00' };

  it.each([
    ['16.0', undefined, undefined, undefined],
    ['17.0', 'overlaps', undefined, 'between 0 to 20'],
    ['18.0-2024', undefined, undefined, undefined],
    ['18.0', 'overlaps', 'at same time', 'between 0 and 20'],
    ['19.0', 'overlaps', 'at same time', 'between 0 and 20'],
  ] as const)(
    'OpenEduCat %s says of exams at one time, of one moment, and of marks above the total: %s, %s, %s',
    async (release, overlap, ofMoment, marks) => {
      const { registrar, student, exam } = await withExam(release);
      const says = (model: string, values: Record<string, unknown>) => {
        try {
          registrar.create(model, values);
          return undefined;
        } catch (error) {
          return (error as Error).message;
        }
      };
      const first = registrar.create('op.exam', exam('E1'));
      const expected = (said: string | undefined) => (said ? expect.stringContaining(said) : undefined);
      expect(says('op.exam', exam('E2'))).toEqual(expected(overlap));
      const other = registrar.create('op.subject', { name: 'Other', code: 'OTHER' });
      expect(says('op.exam', { ...exam('E3'), subject_id: other, ...moment })).toEqual(expected(ofMoment));
      expect(says('op.exam.attendees', { exam_id: first, student_id: student, marks: 21 })).toEqual(
        expected(marks),
      );
    },
  );

  it.each([
    ['17.0', true],
    ['18.0-2024', false],
    ['18.0', true],
  ] as const)('OpenEduCat %s creates several exams in one call: %s', async (release, takesSeveral) => {
    const { client, exam } = await withExam(release);
    const later = { start_time: '2026-10-02 08:00:00', end_time: '2026-10-02 09:00:00' };
    const list = [exam('E1'), { ...exam('E2'), ...later }];
    const created = client.executeKw('op.exam', 'create', [list], {}, z.array(z.number()));
    await (takesSeveral
      ? expect(created).resolves.toHaveLength(2)
      : expect(created).rejects.toMatchObject({ code: 'singleton' }));
  });

  it.each(releases)('OpenEduCat %s has its own fields', async (release) => {
    const { client } = await started({ settings: { release } });
    const fields = new ModelFields(client);
    const is2025 = release === '18.0' || release === '19.0';
    expect((await fields.of('op.student.course'))!.get('batch_id')!.required).toBe(!is2025);
    expect((await fields.of('op.student'))!.has('mobile')).toBe(release !== '19.0');
  });
});

it('a database that is restored has lost what came since, and gives its ids to others', async () => {
  const { odoo, registrar, student } = await started();
  const restore = odoo.backup();
  registrar.write('op.student', student, { gr_no: 'GR-1' });
  const lost = registrar.create('op.subject', { name: 'Lost', code: 'LOST' });
  restore();
  expect(registrar.read('op.student', student)).toMatchObject({ gr_no: 'GR-9001' });
  expect(registrar.read('op.subject', lost)).toBeUndefined();
  expect(registrar.create('op.subject', { name: 'Other', code: 'OTHER' })).toBe(lost);
  expect(registrar.create('op.course', { name: 'x', code: 'LOST' })).toBeGreaterThan(0);
});

describe('a record that is gone', () => {
  it.each([
    ['16.0', 'name', 'missing-record'],
    ['18.0', 'name', undefined],
    ['18.0', 'end_date', 'missing-record'],
  ] as const)('is written in Odoo %s, %s, with the outcome %s', async (release, field, code) => {
    const { client } = await started({ settings: { release } });
    const values = { name: { name: 'x' }, end_date: { end_date: '2030-01-01' } }[field];
    const outcome = await client.executeKw('op.batch', 'write', [[999], values], {}, z.literal(true)).then(
      () => undefined,
      (error) => error.code,
    );
    expect(outcome).toBe(code);
  });
});

describe('the log of calls', () => {
  it('has their names and sizes, and nothing personal', async () => {
    const lines: string[] = [];
    const { odoo, client, student } = await started({ log: (line: string) => lines.push(line) });
    await searchRead(client, 'op.student', [['email', '=', 'ana@example.org']], ['name', 'email']);
    await new OdooWriter(client).write('op.student', [{ id: student, values: { email: 'new@example.org' } }]);
    const late = client.executeKw(
      'op.student',
      'write',
      [[999], { email: 'x@example.org' }],
      {},
      z.unknown(),
    );
    await expect(late).rejects.toMatchObject({ code: 'missing-record' });
    expect(odoo.calls.map(({ call, items, ok }) => [call, items, ok])).toEqual([
      ['login', 0, true],
      ['op.student.search_read', 1, true],
      ['op.student.search', 1, true],
      ['op.student.write', 1, true],
      ['op.student.write', 1, false],
    ]);
    expect(`${lines} ${JSON.stringify(odoo.calls)}`).not.toMatch(/example\.org|Ana/);
  });
});

describe('the pages', () => {
  const page = async (path: string) => {
    const response = await fetch(`${odoo!.url}${path}`);
    return { status: response.status, text: await response.text() };
  };

  it('show a student with the enrolments and results, an enrolment, and an exam', async () => {
    const school = await started();
    const { registrar, student, enrolment } = school;
    const exam = registrar.create('op.exam', { ...examsOf(school)('E1'), name: 'Quiz <1>' });
    registrar.create('op.result.line', { exam_id: exam, student_id: student, marks: 7 });
    const studentPage = await page(`/student/${student}`);
    for (const part of ['Ana Sample', 'GR-9001', 'Physics 2026', 'running', 'Quiz &lt;1&gt;', 'fail'])
      expect(studentPage.text).toContain(part);
    expect((await page(`/enrolment/${enrolment}`)).text).toContain('Roll Number');
    expect((await page(`/exam/${exam}`)).text).toContain('20 marks, 8 to pass');
    expect((await page('/people?q=gr-9001')).text).toContain('ana@example.org');
    expect((await page('/')).text).toContain('Newest results');
  });

  it('do without modules, and say what is not there', async () => {
    const { student } = await started({
      settings: { withoutModules: ['openeducat_exam', 'openeducat_timetable'] },
    });
    expect((await page('/')).status).toBe(200);
    expect((await page(`/student/${student}`)).status).toBe(200);
    for (const path of ['/student/999', '/exam/1', '/nowhere']) expect((await page(path)).status).toBe(404);
    expect((await page('/people?q=nobody')).text).toContain('Nobody of that name');
  });
});

it('a body that is no JSON-RPC is a bad request', async () => {
  odoo = await SimulatedOdoo.start();
  for (const body of ['[]', '{"params":{}}', 'nonsense']) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${odoo.url}/jsonrpc`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
  }
  expect(await clientOf(odoo).login()).toBe(2);
});
