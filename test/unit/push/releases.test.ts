import { describe, expect, it } from 'vitest';
import { type MoodleSettings, releases } from '#local/moodle/settings.ts';
import { batch, department, enrolment, program, student, subject } from '#test/integration/records.ts';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { PushKit } from './push-kit.ts';

const course = 'oec_subj_1_course_1';
const hour = 3_600_000;

async function startKit(moodle: Partial<MoodleSettings>) {
  const kit = await PushKit.start({ moodle });
  await kit.sync(
    ...[department(1), department(2), program(1, { department_id: [1, 'Department 1'], subject_ids: [1] })],
    ...[subject(1), batch(1, 1), batch(2, 1), student(1), enrolment(1, 1, 1, 1)],
  );
  expect(kit.troubles()).toEqual({});
  return kit;
}

describe.each(Object.entries(releases))('Moodle %s', (release, moodle) => {
  it('has what was deleted there by hand again with the next change', async () => {
    await using kit = await startKit(moodle);
    const { moodle_id: id } = kit.mapping(course)!;
    teacherOf(kit.moodle).deleteCourse(id!);
    await kit.sync(subject(1, { name: 'Renamed' }), student(1, { first_name: 'Renamed' }));
    await kit.advance(hour);
    expect(await kit.site.course(course)).toMatchObject({ fullname: 'Renamed' });
    expect(await kit.site.participants(course)).toEqual({ oec_student_1: 'student in oec_batch_1' });
    expect(kit.troubles()).toEqual({});
  });

  it('has a category in another one that was deleted meanwhile', async () => {
    await using kit = await startKit(moodle);
    const { moodle_id: id } = kit.mapping('oec_dept_2')!;
    administratorOf(kit.moodle).deleteCategory(id!, 0);
    await kit.sync(program(1, { department_id: [2, 'Department 2'], subject_ids: [1] }));
    await kit.advance(hour);
    expect(await kit.site.category('oec_course_1')).toMatchObject({ parent: 'oec_dept_2' });
    expect(kit.troubles()).toEqual({});
  });

  it('is left by somebody whose group was deleted there', async () => {
    await using kit = await startKit(moodle);
    const [group] = kit.moodle.siteState.groups.all().filter(({ idnumber }) => idnumber === 'oec_batch_1');
    teacherOf(kit.moodle).people.deleteGroup(group!.id);
    await kit.sync(enrolment(1, 1, 1, 2));
    await kit.advance(hour);
    expect(await kit.site.participants(course)).toEqual({ oec_student_1: 'student in oec_batch_2' });
    expect(kit.troubles()).toEqual({});
  });

  it('gets names as long as it takes, and no call with longer ones', async () => {
    await using kit = await startKit(moodle);
    kit.instance = { ...kit.instance, release: moodle.release };
    const [taken, refused] = release === '4.5' ? [254, 255] : [1333, 1334];
    await kit.sync(subject(1, { name: 'x'.repeat(taken) }));
    expect((await kit.site.course(course))?.fullname).toHaveLength(taken);
    kit.moodle.resetCalls();
    await kit.sync(subject(1, { name: 'x'.repeat(refused) }));
    expect(kit.troubles()).toEqual({ [course]: 'invalid: too-long' });
    expect(kit.moodle.calls).toEqual([]);
  });
});

it('a Moodle that was upgraded takes the longer names that it has refused before', async () => {
  await using kit = await startKit(releases['5.1']);
  await kit.sync(subject(1, { name: 'x'.repeat(300) }));
  expect(kit.troubles()).toEqual({ [course]: 'invalid: too-long' });
  kit.instance = { ...kit.instance, release: releases['5.1'].release };
  kit.queue({ instance: 'demo', service: 'subjects', ids: ['1'] } as never);
  await kit.settle();
  expect(kit.troubles()).toEqual({});
});
