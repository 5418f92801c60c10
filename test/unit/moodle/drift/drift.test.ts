import { beforeEach, describe, expect, it } from 'vitest';
import { driftText } from '#cli/commands/drift/drift.ts';
import { RowCounter } from '#cli/commands/report/count-rows.ts';
import { driftRows } from '#cli/commands/report/sections.ts';
import { serviceNames } from '#shared/models/services.ts';
import { noteWords } from '#shared/moodle/drift/finding.ts';
import {
  batch,
  department,
  enrolment,
  faculty,
  program,
  session,
  student,
  subject,
} from '#test/integration/records.ts';
import { isWrite } from '#test/integration/site.ts';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { makeTwins } from '#test/unit/push/make-twins.ts';
import { PushKit } from '#test/unit/push/push-kit.ts';

const course = 'oec_subj_1_course_1';
const group = `oec_batch_1@${course}`;
const everybody = {
  oec_faculty_1: 'editingteacher',
  oec_student_1: 'student in oec_batch_1',
  oec_student_2: 'student in oec_batch_1',
};
const records = [
  ...[department(1), program(1, { department_id: [1, 'D'], subject_ids: [1, 2] })],
  ...[subject(1), subject(2), batch(1, 1), faculty(1), session(1, 1, 1, 1)],
  ...[student(1), enrolment(1, 1, 1, 1), student(2), enrolment(2, 2, 1, 1)],
];

describe('the comparison with Moodle', () => {
  let kit: PushKit;
  const teacher = () => teacherOf(kit.moodle);
  const idOf = (idnumber: string) => kit.mapping(idnumber)!.moodle_id!;
  const people = () => kit.site.participants(course);
  /** `{kind} {about}: {in_erp} → {in_moodle}, {action}` of each finding, by idnumber. */
  const found = async (...options: Parameters<PushKit['compare']>) => {
    const findings = await kit.compare(...options);
    return findings.map(
      ({ idnumber, kind, about, in_erp, in_moodle, action }) =>
        `${idnumber} ${kind} ${about ?? ''}: ${in_erp} → ${in_moodle}, ${action}`,
    );
  };
  const configure = (settings: Record<string, unknown>) => {
    kit.instance = { ...kit.instance, ...settings };
  };

  beforeEach(async () => {
    kit = await PushKit.start();
    await kit.sync(...records);
    expect(await people()).toEqual(everybody);
    return () => kit.moodle.stop();
  });

  it('finds nothing where nothing has changed, in few calls, and writes nothing', async () => {
    const before = structuredClone([...kit.mappings.rows.values()]);
    const calls = await kit.site.callsDuring(async () => expect(await found()).toEqual([]));
    expect(calls.map(({ function: name }) => name)).toEqual([
      'core_course_get_categories',
      'core_course_get_courses_by_field',
      'core_user_get_users_by_field',
      'core_user_get_users_by_field',
      'core_enrol_get_enrolled_users',
      'core_group_get_course_groups',
      'core_enrol_get_enrolled_users',
      'core_group_get_course_groups',
    ]);
    expect([...kit.mappings.rows.values()]).toEqual(before);
  });

  describe('brings back what was lost', () => {
    it('a course with its people', async () => {
      teacher().deleteCourse(idOf(course));
      expect(await found()).toEqual([`${course} missing : there → null, push`]);
      expect(await people()).toEqual(everybody);
      expect(kit.troubles()).toEqual({});
      expect(await found()).toEqual([]);
    });

    it('a group with its members, also one without any', async () => {
      await kit.sync(batch(2, 1));
      teacher().people.deleteGroup(idOf(group));
      teacher().people.deleteGroup(idOf(`oec_batch_2@${course}`));
      expect((await found()).sort()).toEqual([
        `${group} missing : there → null, push`,
        `oec_batch_2@${course} missing : there → null, push`,
      ]);
      expect(await people()).toEqual(everybody);
      expect(Object.keys(await kit.site.groups(course))).toEqual(['oec_batch_1', 'oec_batch_2']);
    });

    it('an account with its places', async () => {
      administratorOf(kit.moodle).deleteAccount(idOf('oec_student_1'));
      expect(await found()).toEqual(['oec_student_1 missing : there → null, push']);
      await kit.advance(3_600_000);
      expect(await people()).toEqual(everybody);
      expect(kit.troubles()).toEqual({});
    });

    it('categories with what was in them', async () => {
      const administrator = administratorOf(kit.moodle);
      administrator.deleteCategory(idOf('oec_course_1'), idOf('oec_dept_1'));
      administrator.deleteCategory(idOf('oec_dept_1'), 1);
      expect(await found()).toEqual([
        'oec_dept_1 missing : there → null, push',
        'oec_course_1 missing : there → null, push',
      ]);
      expect(await kit.site.category('oec_course_1')).toMatchObject({ parent: 'oec_dept_1' });
      expect(await kit.site.course(course)).toMatchObject({ category: 'oec_course_1' });
    });

    it('who was unenrolled, or taken out of a group', async () => {
      teacher().people.unenrol(idOf(course), idOf('oec_student_1'));
      teacher().people.leaveGroup(idOf(group), idOf('oec_student_2'));
      expect(await found()).toEqual([
        `oec_student_1@enrolments unenrolled ${course}: active → null, push`,
        `oec_student_2@enrolments not_in_group ${group}: member → null, push`,
      ]);
      expect(await people()).toEqual(everybody);
      expect(await found()).toEqual([]);
    });

    it('everybody of a course that was reset', async () => {
      teacher().resetCourse(idOf(course));
      expect(await found()).toHaveLength(3);
      expect(await people()).toEqual(everybody);
    });

    it('but misses nothing that is not in use any more', async () => {
      await kit.sync(subject(2, { active: false }), student(2, { active: false }));
      teacher().deleteCourse(idOf('oec_subj_2_course_1'));
      administratorOf(kit.moodle).deleteAccount(idOf('oec_student_2'));
      expect(await found()).toEqual([]);
      expect(kit.troubles()).toEqual({});
    });

    it('not by itself where it is unusually much', async () => {
      kit.holds = 10;
      configure({ brake: { share: 0.1, minimum: 1 } });
      teacher().resetCourse(idOf(course));
      expect(await found()).toEqual([
        `oec_student_1@enrolments unenrolled ${course}: active → null, hold`,
        `oec_student_2@enrolments unenrolled ${course}: active → null, hold`,
        `oec_faculty_1@teaching unenrolled ${course}: active → null, push`,
      ]);
      expect(await people()).toEqual({ oec_faculty_1: 'editingteacher' });
      await kit.repair();
      expect(await people()).toEqual(everybody);
      expect(await found()).toEqual([]);
    });
  });

  describe('of what somebody has changed', () => {
    it('repairs names and addresses, and leaves what people decide', async () => {
      teacher().renameCourse(idOf(course), 'By hand');
      teacher().hideCourse(idOf(course));
      teacher().moveCourse(idOf(course), 1);
      administratorOf(kit.moodle).changeAccount(idOf('oec_student_1'), {
        email: 'own@example.org',
        suspended: true,
      });
      expect(await found()).toEqual([
        `${course} changed course.category: oec_course_1 → category 1, keep`,
        `${course} changed course.fullname: Subject 1 → By hand, push`,
        `${course} changed course.visible: true → false, keep`,
        'oec_student_1 changed user.email: student1@example.org → own@example.org, push',
        'oec_student_1 changed user.suspended: false → true, keep',
      ]);
      expect(await kit.site.course(course)).toMatchObject({
        ...{ fullname: 'Subject 1', visible: false, category: 'category 1' },
      });
      expect(await kit.site.user('oec_student_1')).toMatchObject({
        ...{ email: 'student1@example.org', suspended: true },
      });
    });

    it('repairs or leaves each thing as the instance says', async () => {
      configure({
        hand_changes: {
          'course.fullname': 'keep',
          'course.visible': 'repair',
          'user.suspended': 'repair',
          'enrolment.suspended': 'repair',
          'enrolment.role': 'repair',
        },
      });
      teacher().renameCourse(idOf(course), 'By hand');
      teacher().hideCourse(idOf(course));
      administratorOf(kit.moodle).changeAccount(idOf('oec_student_1'), { suspended: true });
      teacher().people.suspend(idOf(course), idOf('oec_student_1'));
      teacher().people.changeRole(idOf(course), idOf('oec_faculty_1'), 4);
      expect(await found()).toHaveLength(5);
      expect(await kit.site.course(course)).toMatchObject({ fullname: 'By hand', visible: true });
      expect(await kit.site.user('oec_student_1')).toMatchObject({ suspended: false });
      expect(await people()).toEqual({ ...everybody, oec_faculty_1: 'editingteacher+teacher' });
    });

    it('says nothing of fields that are not the ERP’s', async () => {
      configure({ field_ownership: { 'course.fullname': 'create', 'user.email': 'create' } });
      await kit.sync(subject(1, { code: 'S1b' }), student(1, { first_name: 'New' }));
      teacher().renameCourse(idOf(course), 'By hand');
      administratorOf(kit.moodle).changeAccount(idOf('oec_student_1'), { email: 'own@example.org' });
      expect(await found()).toEqual([]);
    });

    it('leaves what a teacher decides about people', async () => {
      teacher().people.suspend(idOf(course), idOf('oec_student_1'));
      teacher().people.changeRole(idOf(course), idOf('oec_faculty_1'), 4);
      const said = [
        `oec_student_1@enrolments suspended ${course}: active → suspended, keep`,
        `oec_faculty_1@teaching role ${course}: role 3 → role 4, keep`,
      ];
      expect(await found()).toEqual(said);
      await kit.repair();
      expect(await people()).toEqual({
        ...everybody,
        oec_student_1: 'suspended student in oec_batch_1',
        oec_faculty_1: 'teacher',
      });
    });

    it('tells of an enrolment that goes on after its end, and ends it again where the instance says so', async () => {
      await kit.sync(enrolment(1, 1, 1, 1, { state: 'finished' }));
      teacher().people.resume(idOf(course), idOf('oec_student_1'));
      const said = `oec_student_1@enrolments resumed ${course}: ended → active`;
      expect(await found()).toEqual([`${said}, keep`]);
      configure({ hand_changes: { 'enrolment.suspended': 'repair' } });
      expect(await found()).toEqual([`${said}, push`]);
      expect((await people()).oec_student_1).toBe('suspended student in oec_batch_1');
    });

    it('takes no notice of what Moodle writes otherwise than it got it', async () => {
      await kit.sync(
        student(1, { first_name: 'Ana ', email: 'Ana@Example.org' }),
        subject(1, { name: 'A & B ' }),
      );
      expect(await found()).toEqual([]);
    });
  });

  describe('of what Moodle has more than once', () => {
    it('tells both ids with what each holds, and leaves it to people', async () => {
      const [category, used, first] = ['oec_course_1', course, group].map(idOf);
      const twins = makeTwins(kit.moodle, course);
      const said = [
        `oec_course_1 twins : linked to ${category} → ${category} (3 courses, 0 categories), ${twins.category} (0 courses, 0 categories), conflict`,
        `${course} twins : linked to ${used} → ${used} (3 people, 1 activities), ${twins.course} (0 people, 0 activities), conflict`,
        `${group} twins : linked to ${first} → ${first} (2 people), ${twins.group} (0 people), conflict`,
      ];
      const calls = await kit.site.callsDuring(async () => expect(await found()).toEqual(said));
      expect(calls.filter(isWrite)).toEqual([]);
      await kit.repair();
      expect(await found()).toEqual(said);
      expect(idOf(course)).toBe(used);
      expect(await people()).toEqual(everybody);
      expect(kit.troubles()).toEqual({});
    });

    it('keeps the counterpart though another holds more', async () => {
      const used = idOf(course);
      const { course: twin } = makeTwins(kit.moodle, course);
      const { enrolments } = kit.moodle.siteState;
      for (const { userid, ...row } of enrolments.find('course', used))
        if (userid !== idOf('oec_student_1')) enrolments.insert({ ...row, userid, courseid: twin });
      for (const { userid } of enrolments.find('course', used)) teacher().people.unenrol(used, userid);
      expect((await found()).filter((line) => line.startsWith(`${course} `))).toEqual([
        expect.stringContaining(`linked to ${used} → ${twin} (2 people`),
      ]);
      expect(await people()).toEqual(everybody);
      expect(idOf(course)).toBe(used);
    });

    it('stands on the mapping through later pushes, is told of, and goes with the twin', async () => {
      const used = idOf(course);
      const { course: twin } = makeTwins(kit.moodle, course);
      await found();
      await kit.sync(subject(1, { name: 'Renamed' }));
      const { drift: notes = [] } = kit.mapping(course)!;
      expect(notes).toMatchObject([{ kind: 'twins', action: 'conflict' }]);
      expect(noteWords(notes[0]!)).toMatchObject({
        text: `More than once in Moodle (OpenEduCat: linked to ${used}, Moodle: ${notes[0]!.in_moodle}).`,
        advice: expect.stringContaining('delete the others in Moodle'),
      });
      expect(
        driftText({ instance: 'demo', status: 'compared', findings: await kit.compare(), queued: 0 }),
      ).toMatch(
        new RegExp(
          `More than once in Moodle \\(3\\)[^]*${course}[^]*\\b${twin} \\(0 people[^]*to be settled`,
        ),
      );
      const report = new RowCounter(serviceNames, '');
      for (const row of kit.mappings.rows.values())
        report.add({ ...row, kind: row.service, name: row.idnumber });
      expect(driftRows(report.drift())).toEqual([
        {
          what: 'More than once in Moodle',
          count: 3,
          which: expect.stringContaining('settled in Moodle'),
          'such as': expect.arrayContaining([course]),
        },
      ]);
      teacher().deleteCourse(twin);
      await found();
      expect(kit.mapping(course)!.drift).toBeUndefined();
      expect(kit.mapping(group)!.drift).toHaveLength(1);
    });

    it.each([
      ['finds the rest where one refuses to tell what it holds', 'errorcoursecontextnotvalid', false],
      ['counts people alone where the service does not tell activities', 'accessexception', true],
    ])('%s', async (_what, errorcode, isTold) => {
      const { course: twin } = makeTwins(kit.moodle, course);
      const refused = kit.moodle.intercept(async ({ function: name, parameters }, proceed) =>
        name === 'core_course_get_contents' && parameters.courseid === String(twin)
          ? { kind: 'exception', exception: 'x', errorcode, message: 'x' }
          : proceed(),
      );
      const findings = await kit.compare();
      const ofCourse = findings.find(({ idnumber }) => idnumber === course);
      expect(findings.length).toBe(isTold ? 3 : 2);
      expect(ofCourse?.in_moodle).toEqual(isTold ? expect.stringMatching(/\(0 people\)$/) : undefined);
      refused();
    });

    it('takes the one that is left when the counterpart is deleted', async () => {
      const { course: twin } = makeTwins(kit.moodle, course);
      teacher().deleteCourse(idOf(course));
      expect(await found()).toContain(`${course} missing : there → null, push`);
      expect(idOf(course)).toBe(twin);
      expect(await people()).toEqual(everybody);
    });
  });

  describe('its notes', () => {
    const notes = () =>
      Object.fromEntries(
        [...kit.mappings.rows.values()].flatMap(({ idnumber, drift }) => (drift ? [[idnumber, drift]] : [])),
      );

    it('stand on the mapping, without what is personal, until the next comparison finds otherwise', async () => {
      teacher().hideCourse(idOf(course));
      teacher().people.suspend(idOf(course), idOf('oec_student_1'));
      administratorOf(kit.moodle).changeAccount(idOf('oec_student_2'), { email: 'own@example.org' });
      await found({ repairs: false });
      const found_at = new Date(kit.clock.now()).toISOString();
      expect(notes()).toEqual({
        [course]: [
          {
            kind: 'changed',
            about: 'course.visible',
            action: 'keep',
            in_erp: true,
            in_moodle: false,
            found_at,
          },
        ],
        'oec_student_1@enrolments': [
          {
            ...{ kind: 'suspended', about: course, action: 'keep', found_at },
            ...{ in_erp: 'active', in_moodle: 'suspended' },
          },
        ],
        oec_student_2: [{ kind: 'changed', about: 'user.email', action: 'push', found_at }],
      });
      teacher().showCourse(idOf(course));
      teacher().people.resume(idOf(course), idOf('oec_student_1'));
      await found();
      expect(notes()).toEqual({});
    });

    it('of courses that another part looks at stay', async () => {
      teacher().people.suspend(idOf(course), idOf('oec_student_1'));
      teacher().people.suspend(idOf('oec_subj_2_course_1'), idOf('oec_student_1'));
      await found({ hasTime: () => false });
      expect(notes()['oec_student_1@enrolments']?.map(({ about }) => about)).toEqual([
        course,
        'oec_subj_2_course_1',
      ]);
      teacher().people.resume(idOf(course), idOf('oec_student_1'));
      await found({ hasTime: () => false });
      expect(notes()['oec_student_1@enrolments']?.map(({ about }) => about)).toEqual(['oec_subj_2_course_1']);
    });

    it('change nothing in Moodle where it is only looked', async () => {
      teacher().deleteCourse(idOf(course));
      teacher().renameCourse(idOf('oec_subj_2_course_1'), 'By hand');
      const calls = await kit.site.callsDuring(() => found({ repairs: false }));
      expect(calls.filter(isWrite)).toEqual([]);
      expect(await kit.site.course(course)).toBeUndefined();
    });
  });

  it('goes on where an earlier part has stopped', async () => {
    teacher().people.unenrol(idOf(course), idOf('oec_student_1'));
    teacher().deleteCourse(idOf('oec_subj_2_course_1'));
    administratorOf(kit.moodle).changeAccount(idOf('oec_student_2'), { firstname: 'Own' });
    expect(await found({ hasTime: () => false })).toHaveLength(3);
    expect(await people()).toEqual(everybody);
    expect(kit.troubles()).toEqual({});
  });

  it('asks nothing about what is being pushed, or has failed', async () => {
    await kit.put(student(1, { first_name: 'New' }));
    administratorOf(kit.moodle).changeAccount(idOf('oec_student_1'), { firstname: 'Own' });
    const { length } = await kit.compare({ repairs: false });
    expect(length).toBe(0);
  });

  it('keeps on with the other courses where one refuses to be looked at', async () => {
    const id = idOf(course);
    const refused = kit.moodle.intercept(async ({ function: name, parameters }, proceed) =>
      name === 'core_enrol_get_enrolled_users' && parameters.courseid === String(id)
        ? { kind: 'exception', exception: 'x', errorcode: 'errorcoursecontextnotvalid', message: 'x' }
        : proceed(),
    );
    teacher().people.unenrol(idOf('oec_subj_2_course_1'), idOf('oec_student_1'));
    expect(await found()).toEqual([
      'oec_student_1@enrolments unenrolled oec_subj_2_course_1: active → null, push',
    ]);
    refused();
  });
});
