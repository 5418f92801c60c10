import { expect, it } from 'vitest';
import type { Interceptor } from '#local/moodle/simulated-moodle.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { createCourses, getCourseByField } from '#shared/moodle/functions/courses.ts';
import type { InstancePlan } from '#shared/operate/plan/instance-plan.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import {
  batch,
  enrolment,
  isWrite,
  type Kit,
  type KitInstance,
  line,
  program,
  register,
  sheet,
  startKit,
  student,
  subject,
} from '#test/integration/kit.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { runCli } from '../cli/run-cli.ts';
import { Gate, killAtFirst, sendUnit } from '../reliability/support.ts';

type PlannedInstance = Pick<InstancePlan, 'changes' | 'failures'>;

const minute = 60_000;
const hour = 60 * minute;
const importing = 'core_course_import_course';
const university = [program(1, { subject_ids: [1] }), subject(1), batch(1, 1)];
const people = [student(1), enrolment(1, 1, 1, 1)];
const course = 'oec_subj_1_course_1';
const content = ['Announcements', 'Essay', 'First steps'];

/** A Moodle with a course TPL that holds a quiz, an assignment and announcements. */
async function started(settings: KitInstance = { course_template: 'TPL' }): Promise<Kit> {
  const kit = await startKit({ instances: [settings] });
  await addTemplate(kit, 'TPL', 'First steps', 'Essay');
  return kit;
}

async function addTemplate(kit: Kit, shortname: string, quiz: string, ...essays: string[]): Promise<void> {
  const [made] = await createCourses(kit.site().client, [{ fullname: shortname, shortname, categoryid: 1 }]);
  const { activities } = teacherOf(kit.site().moodle);
  activities.addQuiz(made!.id, { name: quiz });
  for (const name of essays) activities.addAssignment(made!.id, { name });
}

const idOf = async (kit: Kit, idnumber = course) =>
  (await getCourseByField(kit.site().client, 'idnumber', idnumber))!.id;
const namesIn = async (kit: Kit, idnumber = course) =>
  (await getCourseModules(kit.site().client, await idOf(kit, idnumber))).map(({ name }) => name).sort();
const imports = (kit: Kit) =>
  kit.site().moodle.calls.filter(({ function: name }) => name === importing).length;
const intercept = (kit: Kit, fault: Interceptor, times = 1) =>
  kit.site().moodle.intercept(faults.times(times, importing, fault));

it('new courses begin with the content of the template, once, with its announcements only', async () => {
  await using kit = await started();
  await kit.sync(...university, ...people);
  expect(await namesIn(kit)).toEqual(content);
  expect((await getCourseByField(kit.site().client, 'idnumber', course))!.newsitems).toBe(5);
  expect(await kit.troubles()).toEqual({});
  const calls = await kit.site().callsDuring(async () => {
    await kit.sync(...university.map((item) => ({ ...item, write_date: '2026-10-01 00:00:00' })));
    await kit.advance(25 * hour);
  });
  expect(calls.filter(isWrite)).toEqual([]);
});

it('nothing comes again over what a teacher has changed, whatever is pushed anew', async () => {
  await using kit = await started();
  await kit.sync(...university);
  const { activities } = teacherOf(kit.site().moodle);
  for (const { id, modname } of await getCourseModules(kit.site().client, await idOf(kit)))
    if (modname !== 'forum') activities.delete(id);
  await kit.sync(subject(1, { name: 'Renamed' }));
  await kit.configure('demo', { course_template: 'OTHER' });
  await kit.sync(subject(1, { name: 'Renamed again' }));
  await kit.advance(2 * hour);
  expect(await namesIn(kit)).toEqual(['Announcements']);
  expect(imports(kit)).toBe(1);
});

it('courses that were there before the setting, and those that are adopted, get nothing', async () => {
  await using kit = await started({});
  await kit.sync(...university);
  await kit.configure('demo', { course_template: 'TPL' });
  await createCourses(kit.site().client, [
    { fullname: 'By hand', shortname: 'by-hand', idnumber: 'oec_subj_2_course_1', categoryid: 1 },
  ]);
  await kit.sync(program(1, { subject_ids: [1, 2, 3] }), subject(1), subject(2), subject(3));
  await kit.advance(2 * hour);
  expect(await namesIn(kit)).toEqual(['Announcements']);
  expect(await namesIn(kit, 'oec_subj_2_course_1')).toEqual(['Announcements']);
  expect(await namesIn(kit, 'oec_subj_3_course_1')).toEqual(content);
});

it('a subject has its own template before its program, and that before the instance', async () => {
  await using kit = await started({
    course_template: 'TPL',
    course_templates: { programs: { P1: 'OF-PROGRAM' }, subjects: { S2: 'OF-SUBJECT' } },
  });
  await addTemplate(kit, 'OF-PROGRAM', 'Programming');
  await addTemplate(kit, 'OF-SUBJECT', 'Subjective');
  const subjects = [program(1, { subject_ids: [1, 2] }), program(2, { subject_ids: [1] })];
  await kit.sync(...subjects, subject(1), subject(2));
  expect(await namesIn(kit)).toEqual(['Announcements', 'Programming']);
  expect(await namesIn(kit, 'oec_subj_2_course_1')).toEqual(['Announcements', 'Subjective']);
  expect(await namesIn(kit, 'oec_subj_1_course_2')).toEqual(content);
});

it('a template that is not there holds the course as incomplete, and nobody waits for it', async () => {
  await using kit = await startKit({ instances: [{ course_template: 'TPL' }] });
  await kit.sync(...university, ...people);
  expect(await kit.troubles()).toEqual({ [course]: 'failed: notemplate' });
  expect(await kit.site().participant(course, 'oec_student_1')).toBe('student in oec_batch_1');
  await addTemplate(kit, 'TPL', 'First steps', 'Essay');
  await kit.advance(10 * minute);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit)).toEqual(content);
});

it('a course is complete as it is once it is to have no template any more', async () => {
  await using kit = await startKit({ instances: [{ course_template: 'TPL' }] });
  await kit.sync(...university);
  await kit.configure('demo', { course_template: undefined });
  await kit.advance(10 * minute);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit)).toEqual(['Announcements']);
});

it('what somebody has put into a course that waits for its content stays alone there', async () => {
  await using kit = await startKit({ instances: [{ course_template: 'TPL' }] });
  await kit.sync(...university);
  teacherOf(kit.site().moodle).activities.addQuiz(await idOf(kit), { name: 'My own' });
  await addTemplate(kit, 'TPL', 'First steps');
  await kit.advance(10 * minute);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit)).toEqual(['Announcements', 'My own']);
});

it('a right that is missing for it stops nothing else', async () => {
  await using kit = await started();
  const lacked = faults.errorcode('nopermissions');
  let isLacking = true;
  intercept(kit, (call, proceed) => (isLacking ? lacked(call, proceed) : proceed()), 50);
  await kit.sync(...university, ...people);
  expect(await kit.troubles()).toEqual({ [course]: 'failed: nopermissions' });
  expect(await kit.site().participant(course, 'oec_student_1')).toBe('student in oec_batch_1');
  isLacking = false;
  await kit.advance(46 * minute);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit)).toEqual(content);
});

it('is not copied twice where the answer is lost, and is where nothing had come', async () => {
  await using kit = await started();
  intercept(kit, faults.answerLost());
  await kit.sync(...university);
  expect(await kit.troubles()).toEqual({ [course]: 'failed: contentindoubt' });
  await kit.advance(6 * minute);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit)).toEqual(content);
  expect(imports(kit)).toBe(1);

  intercept(kit, faults.connectionReset());
  await kit.sync(program(1, { subject_ids: [1, 2] }), subject(2));
  const other = 'oec_subj_2_course_1';
  await kit.advance(40 * minute);
  expect(await kit.troubles()).toEqual({ [other]: 'failed: contentindoubt' });
  expect(await namesIn(kit, other)).toEqual([]);
  await kit.advance(5 * hour);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit, other)).toEqual(content);
});

it('what came only in part is told, and copied again once the course is empty', async () => {
  await using kit = await started();
  intercept(kit, async () => {
    teacherOf(kit.site().moodle).activities.addQuiz(await idOf(kit), { name: 'First steps' });
    return { kind: 'reset' };
  });
  await kit.sync(...university);
  await kit.advance(5 * hour);
  expect(await kit.troubles()).toEqual({ [course]: 'failed: contentcutoff' });
  const { activities } = teacherOf(kit.site().moodle);
  for (const { id } of await getCourseModules(kit.site().client, await idOf(kit))) activities.delete(id);
  await kit.advance(25 * hour);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit)).toEqual(content);
});

it('a course of which nobody heard that it was made gets its content all the same', async () => {
  await using kit = await started();
  kit.site().moodle.intercept(faults.times(1, 'core_course_create_courses', faults.answerLost()));
  await kit.sync(...university);
  await kit.advance(2 * hour);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit)).toEqual(content);
});

it('a course that was deleted in Moodle and is made again begins with the content again', async () => {
  await using kit = await started();
  await kit.sync(...university);
  teacherOf(kit.site().moodle).deleteCourse(await idOf(kit));
  await kit.sync(subject(1, { name: 'Renamed' }));
  expect(await namesIn(kit)).toEqual(content);
  expect(await kit.troubles()).toEqual({});
});

it('copies into fifty courses once each, whatever comes between', async () => {
  await using kit = await started();
  const afterwards: Interceptor = async (call, proceed) => {
    await proceed();
    return faults.errorcode('ex_unabletolock')(call, proceed);
  };
  const kinds = [
    faults.answerLost(),
    faults.connectionReset(),
    afterwards,
    faults.gatewayTimeoutAfterwards(),
  ];
  let calls = 0;
  intercept(kit, (call, proceed) => kinds[calls++ % 5]?.(call, proceed) ?? proceed(), 50);
  const ids = Array.from({ length: 50 }, (_, index) => index + 1);
  await kit.sync(program(1, { subject_ids: ids }), ...ids.map((id) => subject(id)));
  await kit.advance(30 * hour);
  expect(await kit.troubles()).toEqual({});
  const found = await Promise.all(ids.map((id) => namesIn(kit, `oec_subj_${id}_course_1`)));
  expect(found).toEqual(ids.map(() => content));
  // Where nothing had come, it was asked for once more.
  expect(imports(kit)).toBe(60);
});

it('makes new courses as the instance says, and says which language Moodle lacks', async () => {
  await using kit = await startKit({
    instances: [
      {
        new_courses: {
          format: 'weeks',
          numsections: 7,
          lang: 'en',
          groupmode: 'separate',
          enablecompletion: false,
        },
      },
    ],
  });
  await kit.sync(...university);
  const { siteState } = kit.site().moodle;
  expect(siteState.courseByIdnumber(course)).toMatchObject({
    ...{ format: 'weeks', numsections: 7, lang: 'en', groupmode: 1, enablecompletion: false, newsitems: 5 },
  });
  await kit.configure('demo', { new_courses: { lang: 'tlh' } });
  await kit.sync(program(1, { subject_ids: [1, 2] }), subject(2));
  expect(await kit.troubles()).toMatchObject({ oec_subj_2_course_1: 'failed: nolanguage' });
});

it('plan says with what content courses would be made, and which template is missing', async () => {
  await using kit = await started();
  await kit.configure('demo', { status: 'paused', course_templates: { subjects: { S2: 'NONE' } } });
  await kit.sync(program(1, { subject_ids: [1, 2] }), subject(1), subject(2));
  const calls = await kit.site().callsDuring(async () => {
    const { instances } = (await runCli(kit, ['plan', '--details', '--json'])).json<{
      instances: PlannedInstance[];
    }>();
    const [{ changes, failures }] = instances as [PlannedInstance];
    const contents = changes.flatMap(({ idnumber, fields }) =>
      fields.filter(({ field }) => field === 'content').map(({ planned }) => [idnumber, planned]),
    );
    expect(contents).toEqual([[course, 'TPL']]);
    expect(failures.map(({ idnumber, code }) => [idnumber, code])).toEqual([
      ['oec_subj_2_course_1', 'notemplate'],
    ]);
  });
  expect(calls.filter(isWrite)).toEqual([]);
  const tried = await runCli(kit, ['instance', 'try', 'demo', 'op.subject', '1', 'course_template=OTHER']);
  expect(tried.stdout).toContain('oec_subj_1_course_1: create, with the content of TPL\n');
  expect(tried.stdout).toContain('The course OTHER, whose content it is to begin with, is not in Moodle.');
});

it('instance set takes a template for a program, says that it is missing, and forgets it again', async () => {
  await using kit = await startKit();
  const set = async (assignment: string) =>
    (await runCli(kit, ['instance', 'set', 'demo', assignment])).stdout;
  const told = await set('course_templates.programs.B.SC=TPL');
  expect(told).toContain('The course TPL, with whose content new courses are to begin, is not there.');
  expect(told).toContain('core_course_import_course');
  expect((await kit.system.instances.get('demo'))?.course_templates.programs).toEqual({ 'B.SC': 'TPL' });
  expect((await runCli(kit, ['doctor'])).stdout).toContain('The course TPL, with whose content');
  expect(await set('course_templates.programs.B.SC=')).toContain('course_templates.programs.B.SC');
  expect((await kit.system.instances.get('demo'))?.course_templates.programs).toEqual({});
});

it('explain does not take a course that lacks only its content for what keeps somebody out', async () => {
  await using kit = await startKit({ instances: [{ course_template: 'TPL' }] });
  kit.site().moodle.intercept(faults.times(9, 'enrol_manual_enrol_users', faults.errorcode('wsnoinstance')));
  await kit.sync(...university, ...people);
  const { stdout } = await runCli(kit, ['explain', 'student', '1']);
  expect(stdout).toContain('It is in Moodle, without its content yet: The course TPL');
  expect(stdout.match(/STOP +\w+/g)).toEqual(['STOP   enrolment']);
  const failures = (await runCli(kit, ['failures', 'list'])).stdout;
  expect(failures).toContain('notemplate: The course TPL');
});

it('an attendance activity of the link itself is no content of a course', async () => {
  await using kit = await startKit({
    instances: [{ course_template: 'TPL', sync_attendance_from: 'oec' }],
  });
  await kit.sync(...university, ...people, register(1, 1, 1, 1), sheet(1, 1), line(1, 1, 1, 'present'));
  expect(await namesIn(kit)).toEqual(['Attendance']);
  await addTemplate(kit, 'TPL', 'First steps', 'Essay');
  await kit.advance(10 * minute);
  expect(await kit.troubles()).toEqual({});
  expect((await namesIn(kit)).filter((name) => name !== 'Attendance')).toEqual(content);
});

it('the activity in which the ERP keeps attendance may be the template’s, also where no answer came', async () => {
  await using kit = await started({ course_template: 'TPL', sync_attendance_from: 'oec' });
  const template = (await getCourseByField(kit.site().client, 'shortname', 'TPL'))!;
  teacherOf(kit.site().moodle).activities.addAttendance(template.id, { name: 'Roll' });
  intercept(kit, faults.answerLost());
  await kit.sync(...university, ...people);
  await kit.sync(register(1, 1, 1, 1), sheet(1, 1), line(1, 1, 1, 'present'));
  await kit.advance(6 * minute);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit)).toEqual([...content, 'Roll']);
});

it('a template that is changed while a copy is in doubt counts where nothing has come', async () => {
  await using kit = await started();
  intercept(kit, faults.connectionReset());
  await kit.sync(...university);
  teacherOf(kit.site().moodle).deleteCourse(
    (await getCourseByField(kit.site().client, 'shortname', 'TPL'))!.id,
  );
  await addTemplate(kit, 'OTHER', 'Another way');
  await kit.configure('demo', { course_template: 'OTHER' });
  await kit.advance(5 * hour);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit)).toEqual(['Announcements', 'Another way']);
});

it.each(['before', 'after'] as const)(
  'a worker that is killed %s it has copied leaves the content there once',
  async (when) => {
    await using kit = await started();
    const { interceptor, killed } = killAtFirst(kit, when, ({ function: name }) => name === importing);
    kit.site().moodle.intercept(interceptor);
    await kit.sync(...university);
    expect(await killed()).toBe(true);
    await kit.advance(6 * hour);
    expect(await kit.troubles()).toEqual({});
    expect(await namesIn(kit)).toEqual(content);
  },
);

it('two workers at one course copy once', async () => {
  await using kit = await startKit({ instances: [{ course_template: 'TPL' }] });
  await kit.sync(...university);
  await addTemplate(kit, 'TPL', 'First steps', 'Essay');
  const gate = new Gate();
  kit.site().moodle.intercept(async (call, proceed) => {
    if (call.function === importing) await gate.pass();
    return proceed();
  });
  for (let times = 0; times < 3; times += 1)
    await sendUnit(kit, { service: 'subjects', ids: ['1'], force: true });
  await gate.arrived(1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  gate.open();
  await kit.settle();
  await kit.advance(2 * hour);
  expect(await kit.troubles()).toEqual({});
  expect(await namesIn(kit)).toEqual(content);
  expect(imports(kit)).toBe(1);
});

it('the hourly sweep finds a course whose content nobody has gone on with', async () => {
  await using kit = await started({});
  await kit.sync(...university);
  await kit.configure('demo', { course_template: 'TPL' });
  const { clients } = kit.cloud;
  const table = mappingsStore(clients.dynamodb, kit.cloud.resource('MappingsTableName'));
  const mapping = (await kit.mapping(course))!;
  teacherOf(kit.site().moodle).activities.delete(
    (await getCourseModules(kit.site().client, await idOf(kit)))[0]!.id,
  );
  expect(await table.save({ ...mapping, extra_data: { ...mapping.extra_data, content: {} } })).toBe(true);
  await kit.advance(2 * hour);
  expect(await namesIn(kit)).toEqual(content);
});

it('the courses of a batch begin with it as well, hidden as they are', async () => {
  await using kit = await started({ course_per: 'batch', course_templates: { programs: { P1: 'TPL' } } });
  const begins = new Date(kit.cloud.clock.now() + 10 * 24 * hour).toISOString().slice(0, 10);
  await kit.sync(
    program(1, { subject_ids: [1] }),
    subject(1),
    batch(1, 1, { start_date: begins, end_date: false }),
  );
  const own = 'oec_subj_1_course_1_batch_1';
  expect(await kit.site().course(own)).toMatchObject({ visible: false });
  expect(await namesIn(kit, own)).toEqual(content);
});

it('a lost mapping table gives nobody the content twice, and a comparison finds nothing amiss', async () => {
  await using kit = await started();
  await kit.sync(...university);
  expect((await runCli(kit, ['drift', '--json'])).code).toBe(0);
  await kit.configure('demo', { status: 'paused' });
  const { clients } = kit.cloud;
  const table = mappingsStore(clients.dynamodb, kit.cloud.resource('MappingsTableName'));
  await table.remove('demo', [...(await kit.mappings()).keys()]);
  expect((await runCli(kit, ['rebuild-mappings', '--yes'])).code).toBe(0);
  await kit.configure('demo', { status: 'active' });
  await kit.sync(subject(1, { name: 'Renamed' }));
  await kit.advance(2 * hour);
  expect(await namesIn(kit)).toEqual(content);
  expect(imports(kit)).toBe(1);
});
