import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trial } from '#cli/commands/instance/try.ts';
import { daysBefore } from '#shared/models/fields/school-day.ts';
import { createCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses, updateCourses } from '#shared/moodle/functions/courses.ts';
import { createGroups } from '#shared/moodle/functions/groups.ts';
import { Table } from '#shared/store/table.ts';
import { runCli } from '#test/integration/cli/run-cli.ts';
import { exportChanges, minute } from '#test/integration/erp/export-support.ts';
import { School } from '#test/integration/erp/school.ts';
import {
  batch,
  department,
  enrolment,
  isWrite,
  type Kit,
  program,
  type Site,
  startKit,
  student,
  subject,
} from '#test/integration/kit.ts';
import { sweep } from '#test/integration/sweep/support.ts';

const course = 'oec_subj_1_course_1';
const names = {
  course_fullname: '{subject.code}: {subject.name} {subject.x_level?:upper}',
  course_shortname: '{program.code}-{subject.id} {department.code?}',
  course_summary: '{subject.x_about?}',
  group: '{batch.start_date:yyyy} {batch.code}',
  department_category: 'Faculty of {department.name}',
  program_category: '{program.name} ({department.code?:lower})',
};

describe('names by template', () => {
  let kit: Kit;
  let site: Site;
  beforeAll(async () => {
    kit = await startKit({ instances: [{ names, field_ownership: { 'course.summary': 'erp' } }] });
    site = kit.site();
    await kit.sync(
      department(1, { name: 'Arts & Letters' }),
      program(1, { department_id: [1, 'Arts & Letters'], subject_ids: [1, 2] }),
      subject(1, { x_level: 'a1', x_about: 'What "it" is & how\nit <works>' }),
      subject(2),
      batch(1, 1),
      student(1),
      enrolment(1, 1, 1, 1),
    );
  });
  afterAll(() => kit.stop());

  it('are what courses, groups and categories are called', async () => {
    expect(await site.course(course)).toMatchObject({
      fullname: 'S1: Subject 1 A1',
      shortname: 'P1-1 D1',
      // Nothing of a record is run as HTML.
      summary: 'What "it" is &amp; how<br />it &lt;works&gt;',
    });
    expect(await site.course('oec_subj_2_course_1')).toMatchObject({ fullname: 'S2: Subject 2' });
    expect(await site.groups(course)).toEqual({ oec_batch_1: '2026 B1' });
    expect(await site.category('oec_dept_1')).toMatchObject({ name: 'Faculty of Arts & Letters' });
    expect(await site.category('oec_course_1')).toMatchObject({ name: 'Program 1 (d1)' });
    expect(await kit.troubles()).toEqual({});
  });

  it('follow a change of whatever they name, at once', async () => {
    await kit.sync(department(1, { name: 'Arts & Letters', code: 'ART' }));
    expect(await site.course(course)).toMatchObject({ shortname: 'P1-1 ART' });
    expect(await site.category('oec_course_1')).toMatchObject({ name: 'Program 1 (art)' });
    await kit.sync(
      subject(2, { department_id: [1, 'Arts'], x_level: 'b2' }),
      batch(1, 1, { start_date: '2027-09-01' }),
    );
    expect(await site.course('oec_subj_2_course_1')).toMatchObject({ fullname: 'S2: Subject 2 B2' });
    expect(await site.groups(course)).toEqual({ oec_batch_1: '2027 B1' });
    await kit.sync(program(1, { department_id: [1, 'Arts'], subject_ids: [1, 2], code: 'BA' }));
    expect(await site.course(course)).toMatchObject({ shortname: 'BA-1 ART' });
    await kit.sync(subject(1, { x_level: 'a1', x_about: false }));
    expect(await site.course(course)).not.toHaveProperty('summary');
  });

  it('fail by name where a field is missing, the text is too long, or holds a tag', async () => {
    await kit.sync(
      program(1, { department_id: [1, 'Arts'], subject_ids: [1, 2, 3], code: 'BA' }),
      subject(2, { x_level: 'x'.repeat(300) }),
      subject(3, { x_level: '<b>' }),
      batch(1, 1, { start_date: false }),
    );
    expect(await kit.troubles()).toMatchObject({
      oec_subj_2_course_1: 'invalid: too-long',
      oec_subj_3_course_1: 'invalid: html',
      'oec_batch_1@oec_subj_1_course_1': 'invalid: required',
    });
    const { failure } = (await kit.mapping('oec_batch_1@oec_subj_1_course_1'))!;
    expect(failure).toMatchObject({
      field: 'start_date',
      reason: 'names.group takes {batch.start_date}, and batch 1 has none that can be written as yyyy.',
      advice: 'Enter it in OpenEduCat, or write {batch.start_date?} in names.group where it may be empty.',
    });
    // Nobody is kept out of a course that has a name for it.
    await kit.sync(student(2), enrolment(2, 2, 1, 1));
    expect(await site.participants('oec_subj_2_course_1')).toMatchObject({
      oec_student_2: 'student in oec_batch_1',
    });
    // What is there keeps its name; nothing is cut.
    expect(await site.course('oec_subj_2_course_1')).toMatchObject({ fullname: 'S2: Subject 2 B2' });
    await kit.sync(subject(2), subject(3), batch(1, 1));
    expect(await kit.troubles()).toEqual({});
    expect(await site.course('oec_subj_3_course_1')).toMatchObject({ fullname: 'S3: Subject 3' });
  });

  it('are put right by the comparison with Moodle, and a summary is left', async () => {
    await kit.sync(subject(1, { x_about: '<p>Ours: 1 &lt; 2</p>' }));
    const drift = async () => {
      const ran = await runCli(kit, ['drift', '--json', '--repair', '--yes']);
      await kit.settle();
      return ran.json<{ instances: { findings: unknown[] }[] }>().instances[0]!.findings;
    };
    expect(await drift()).toEqual([]);
    const { id } = (await site.course(course))!;
    await updateCourses(site.client, [{ id, fullname: 'By hand', summary: '<p>A teacher&rsquo;s</p>' }]);
    expect(await drift()).toEqual([
      {
        ...{ idnumber: course, kind: 'changed', about: 'course.fullname', action: 'push' },
        ...{ in_erp: 'S1: Subject 1', in_moodle: 'By hand' },
      },
      {
        ...{ idnumber: course, kind: 'changed', about: 'course.summary', action: 'keep' },
        ...{ in_erp: 'Ours: 1 < 2', in_moodle: 'A teacher’s' },
      },
    ]);
    expect(await site.course(course)).toMatchObject({
      fullname: 'S1: Subject 1',
      summary: '<p>A teacher&rsquo;s</p>',
    });
    await kit.configure('demo', { status: 'paused' });
    await kit.sync(subject(1, { x_about: 'Anew' }));
    const planned = await runCli(kit, ['plan', '--details', '--json']);
    expect(planned.json<{ instances: object[] }>().instances).toMatchObject([
      {
        changes: [
          {
            ...{ idnumber: course, kind: 'change' },
            fields: [{ field: 'summary', now: 'A teacher’s', planned: 'Anew' }],
          },
        ],
      },
    ]);
    await kit.configure('demo', { status: 'active' });
    await sweep(kit);
    expect(await site.course(course)).toMatchObject({ summary: 'Anew' });
  });

  it('are shown before they are saved: of one record, and of some with what would not do', async () => {
    const set = [
      'names.group={batch.code} {program.code}',
      'names.course_shortname={subject.code:lower}-{program.id}',
    ];
    const tried = await runCli(kit, ['instance', 'try', 'demo', 'op.batch', '1', ...set, '--json']);
    expect(tried.json<Trial>().fields).toContainEqual({
      ...{ idnumber: `oec_batch_1@${course}`, field: 'name' },
      ...{ now: '2026 B1', current: '2026 B1', changed: 'B1 BA' },
    });
    expect(tried.json<Trial>().examples).toContainEqual({
      ...{ setting: 'names.course_shortname', template: '{subject.code:lower}-{program.id}', records: 3 },
      examples: ['1', '2', '3'].map((id) => ({
        ...{ idnumber: `oec_subj_${id}_course_1`, text: `s${id}-1`, characters: 4 },
      })),
      ...{ failures: [], failed: 0, alike: [] },
    });
    expect(await site.groups(course)).toEqual({ oec_batch_1: '2026 B1' });
    // Codes that differ in case only are one to Moodle.
    await kit.put(subject(4, { code: 'S1', x_level: 'a1' }), program(9, { code: 'B9', subject_ids: [4] }));
    await kit.put(program(1, { department_id: [1, 'Arts'], subject_ids: [1, 2, 3, 4], code: 'BA' }));
    await kit.settle();
    const saved = async (setting: string) => (await runCli(kit, ['instance', 'set', 'demo', setting])).stdout;
    expect(await saved('names.course_shortname={subject.code} {program.code}')).toContain(
      'Called alike: oec_subj_1_course_1, oec_subj_4_course_1 (S1 BA)',
    );
    const lacking = await saved('names.course_fullname={subject.x_level} {subject.name}');
    expect(lacking).toContain('Not to be made: 3.');
    expect(lacking).toContain(
      'oec_subj_2_course_1: names.course_fullname takes {subject.x_level}, which the records table does not hold of subject 2',
    );
    await kit.sync(subject(4));
    const refused = await runCli(kit, ['instance', 'set', 'demo', 'names.course_shortname={subject.nmae}']);
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain('a subject has no field nmae; there are id, name, code');
    expect(refused.stderr).toContain('it has to hold {program.code} or {program.id}');
  });

  it('can be changed, which renames what is there and makes nothing anew; then a sweep writes nothing', async () => {
    const before = (await site.course(course))!.id;
    await kit.configure('demo', { names: { course_shortname: '{subject.code}/{program.code}' } });
    await sweep(kit);
    expect(await site.course(course)).toMatchObject({
      id: before,
      fullname: 'Subject 1',
      shortname: 'S1/BA',
    });
    expect(await site.groups(course)).toEqual({ oec_batch_1: 'Batch 1 (B1)' });
    const calls = await site.callsDuring(() => sweep(kit));
    expect(calls.filter(isWrite)).toEqual([]);
    expect(await kit.troubles()).toEqual({});
  });
});

describe('names of a Moodle that was named so before', () => {
  const own = {
    course_fullname: '{program.name}: {subject.name}',
    course_shortname: '{program.code}-{subject.code}',
    group: 'Intake {batch.start_date:yyyy} {batch.code}',
  };
  let kit: Kit;
  let site: Site;
  beforeAll(async () => {
    kit = await startKit({ schedules: 'none', instances: [{ status: 'paused', names: own }] });
    site = kit.site();
    const [{ id: category } = { id: 0 }] = await createCategories(site.client, [
      { name: 'Program 1', idnumber: '' },
    ]);
    const [{ id: courseid } = { id: 0 }] = await createCourses(site.client, [
      { fullname: 'Program 1: Subject 1', shortname: 'P1-S1', categoryid: category },
    ]);
    await createGroups(site.client, [{ courseid, name: 'Intake 2026 B1', description: '' }]);
    await kit.sync(
      program(1, { subject_ids: [1] }),
      subject(1),
      batch(1, 1),
      student(1),
      enrolment(1, 1, 1, 1),
    );
  });
  afterAll(() => kit.stop());

  it('are what adopt goes by, and nothing is made a second time', async () => {
    const { stdout } = await runCli(kit, ['adopt', '--instance', 'demo', '--apply', '--json']);
    const { rows } = JSON.parse(stdout) as { rows: { idnumber: string; verdict: string }[] };
    const verdicts = Object.fromEntries(rows.map(({ idnumber, verdict }) => [idnumber, verdict]));
    expect(verdicts).toMatchObject({
      oec_course_1: 'adopted',
      [course]: 'adopted',
      [`oec_batch_1@${course}`]: 'adopted',
    });
  });

  it('are found again when the mappings are lost, are no change to plan, and are told by explain', async () => {
    await kit.configure('demo', { status: 'active' });
    await sweep(kit);
    expect(await site.groups(course)).toEqual({ oec_batch_1: 'Intake 2026 B1' });
    const explained = await runCli(kit, ['explain', 'student', '1', '--course', 'P1-S1', '--offline']);
    expect(explained.stdout).toContain('P1-S1');
    const before = await kit.mappings();
    await new Table(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName')).write({
      remove: [...before.keys()].map((idnumber) => ({ instance: 'demo', idnumber })),
    });
    await runCli(kit, ['rebuild-mappings', '--instance', 'demo', '--yes']);
    const planned = await runCli(kit, ['plan', '--json']);
    expect(planned.json<{ instances: object[] }>().instances).toMatchObject([{ would_change: false }]);
    const calls = await site.callsDuring(() => sweep(kit));
    expect(calls.filter(isWrite)).toEqual([]);
  });
});

describe('names of courses that a batch has for itself', () => {
  it('tell the batches apart, whether a template names the batch or not; courses of a program leave it out', async () => {
    await using kit = await startKit({
      schedules: 'none',
      instances: [
        { names: { course_fullname: '{subject.name} {batch.start_date:yyyy} ({batch.x_campus?})' } },
      ],
    });
    const site = kit.site();
    const [now] = new Date(kit.cloud.clock.now()).toISOString().split('T') as [string];
    const ofToday = { start_date: now, end_date: daysBefore(now, -100), x_campus: 'North' };
    await kit.sync(
      program(1, { subject_ids: [1] }),
      subject(1),
      batch(1, 1, { ...ofToday, start_date: daysBefore(now, 1) }),
    );
    expect(await site.course(course)).toMatchObject({ fullname: 'Subject 1', shortname: 'S1_P1' });
    await kit.configure('demo', { course_per: 'batch' });
    await kit.sync(batch(2, 1, ofToday), batch(3, 1, ofToday));
    expect(await site.course(course)).toMatchObject({ fullname: 'Subject 1' });
    const year = now.slice(0, 4);
    expect(await site.course(`${course}_batch_2`)).toMatchObject({
      ...{ fullname: `Subject 1 ${year} (North)`, shortname: 'S1_P1_B2' },
    });
    await kit.sync(batch(3, 1, { ...ofToday, x_campus: 'South', code: 'S-3' }));
    expect(await site.course(`${course}_batch_3`)).toMatchObject({
      ...{ fullname: `Subject 1 ${year} (South)`, shortname: 'S1_P1_S-3' },
    });
    expect(await kit.troubles()).toEqual({});
  });
});

describe('names from fields that only a template takes', () => {
  it('are copied from OpenEduCat once they are named, and courses follow within one run of the export', async () => {
    await using kit = await startKit({ schedules: 'none', erp: {} });
    const school = new School(kit.erp);
    await exportChanges(kit);
    const [id] = school.subjects;
    const idnumber = school.course(id);
    await kit.configure('demo', {
      names: { course_fullname: '{subject.name} [{subject.type}] {subject.x_none?}' },
    });
    await sweep(kit);
    // Until then it is waited for, and not given up.
    expect((await kit.troubles())[idnumber]).toBe('failed: missing');
    await kit.advance(minute);
    await exportChanges(kit);
    expect(await kit.site().course(idnumber)).toMatchObject({ fullname: 'Mechanics [theory]' });
    kit.erp.registrar.write('op.subject', id, { type: 'practical' });
    await kit.advance(minute);
    await exportChanges(kit);
    expect(await kit.site().course(idnumber)).toMatchObject({ fullname: 'Mechanics [practical]' });
    expect(await kit.troubles()).toEqual({});
  });
});
