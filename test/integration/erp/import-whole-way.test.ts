import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushedModels } from '#shared/models/models.ts';
import { runCli } from '../cli/run-cli.ts';
import type { Kit } from '../kit.ts';
import { classroom } from '../pull/attendance-course.ts';
import { monday, userId } from '../pull/support.ts';
import { writesOf } from '../reliability/support.ts';
import {
  completionField,
  erpWritesDuring,
  hour,
  inErp,
  makeSchool,
  type School,
  startImportKit,
} from './import-support.ts';

/** Writes the ERP's records into the table as the export does: whole, and only where it has not done so. */
async function exportAll(kit: Kit): Promise<void> {
  const { registrar } = kit.erp;
  for (const model of pushedModels) {
    const rows = registrar.all(model).map(({ [completionField]: _own, ...fields }) => ({
      ...fields,
      model,
      id: String(fields.id),
    }));
    if (rows.length > 0) await kit.put(...rows);
  }
  await kit.settle();
}

/** Every item of the records table, for telling whether anything was written. */
async function stampsOf(kit: Kit): Promise<Record<string, unknown>> {
  const { Items = [] } = await kit.cloud.clients.dynamodb.send(
    new ScanCommand({ TableName: kit.cloud.resource('RecordsTableName') }),
  );
  return Object.fromEntries(
    Items.map(({ model, id, sync_stamp, write_date }) => [`${model} ${id}`, `${sync_stamp} ${write_date}`]),
  );
}

describe('the whole way from a teacher to the ERP', () => {
  let kit: Kit;
  let school: School;
  let idnumber: string;
  beforeAll(async () => {
    kit = await startImportKit({ schedules: 'all' });
    school = makeSchool(kit, 2);
    await exportAll(kit);
    idnumber = `oec_subj_${school.subject}_course_${school.program}`;
  });
  afterAll(() => kit.stop());

  it('brings what teachers grade, take and complete within an hour, and nothing is written after that', async () => {
    const [first, second] = school.students as [number, number];
    const { teacher, id: courseId, ...room } = classroom(kit, idnumber);
    const column = teacher.gradebook.addItem(courseId, { name: 'Oral exam', grademax: 20 });
    teacher.gradebook.grade(column, await userId(kit, first), 14.5, { at: monday });
    const { id: activity } = room.addActivity();
    const session = room.addSession(activity);
    room.take(activity, session, { [first]: 'P', [second]: 'L' });
    const quiz = teacher.activities.addQuiz(courseId, { name: 'Quiz', completion: true });
    teacher.completion.requireActivities(courseId, [quiz.cmid]);
    teacher.completion.completeActivity(quiz.cmid, await userId(kit, first));
    teacher.completion.completeCourse(courseId, await userId(kit, first));
    // Schedules of a stack that has just been deployed begin after an hour.
    await kit.advance(2 * hour);

    expect(inErp(kit, 'op.result.line', 'student_id', 'marks')).toContainEqual({
      student_id: first,
      marks: 1450,
    });
    expect(inErp(kit, 'op.attendance.line', 'student_id', 'present', 'late')).toEqual([
      { student_id: first, present: true, late: false },
      { student_id: second, present: false, late: true },
    ]);
    const marks = await runCli(kit, ['person', 'marks', `oec_student_${first}`, '--json']);
    const arrived = { in_erp: { status: 'synced' } };
    expect(marks.json()).toMatchObject({
      grades: expect.arrayContaining([expect.objectContaining({ name: 'Oral exam', marks: 1450 })]),
      attendance: [{ course: idnumber, says: 'present', ...arrived }],
      completion: [{ course: idnumber, completed: true, ...arrived }],
    });
    expect(inErp(kit, 'op.student.course', completionField)).toEqual([
      { [completionField]: '1 of 1 course completed' },
      { [completionField]: '0 of 1 course completed' },
    ]);
    // One more hour for what the first one has caused.
    await kit.advance(hour);
    const before = await stampsOf(kit);
    const seen = await kit.site().callsDuring(async () => {
      expect(await erpWritesDuring(kit, () => kit.advance(hour))).toEqual([]);
    });
    expect(writesOf(seen)).toEqual([]);
    expect(await stampsOf(kit)).toEqual(before);
  });
});
