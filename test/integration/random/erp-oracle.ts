import { isDeepStrictEqual } from 'node:util';
import type { PushedModel } from '#shared/models/models.ts';
import { marksOf } from '#shared/moodle/gradebook/marks.ts';
import { attendeeKey, pulledCode, resultKey } from '#shared/moodle/pulls/pulled-ids.ts';
import { copiedFields } from '#shared/odoo/calls/erp-models.ts';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import type { Item } from '#shared/store/documents.ts';
import type { Kit } from '../kit.ts';
import type { SeenMoodle } from './seen-moodle.ts';
import type { Column, RandomTeachers } from './teachers.ts';
import { idOf, models } from './university.ts';
import type { Verdicts } from './verdicts.ts';

type Row = Record<string, unknown> & { id: number };

/** The ERP's records of each model are those of the records table: the same ids with the same values. */
export function judgeRecords(kit: Kit, items: readonly Item[], verdicts: Verdicts): void {
  for (const model of models) {
    const fields = copiedFields(model as PushedModel);
    const stored = new Map(
      items.filter((item) => item.model === model).map((item) => [String(item.id), item]),
    );
    for (const row of kit.erp.registrar.all(model) as Row[]) {
      const item = stored.get(String(row.id));
      stored.delete(String(row.id));
      if (!item) verdicts.report(`${model} ${row.id} is in the ERP and not in the records table`);
      else
        for (const field of fields)
          if (!isDeepStrictEqual(comparable(item[field]), comparable(row[field])))
            verdicts.report(
              `${model} ${row.id} has ${field} ${JSON.stringify(item[field])} in the records table, ` +
                `and ${JSON.stringify(row[field])} in the ERP`,
            );
    }
    for (const id of stored.keys())
      verdicts.report(`${model} ${id} is in the records table and not in the ERP`);
  }
}

/** A many2one by its id: the name beside it is for information, and follows when the record itself changes. */
function comparable(value: unknown): unknown {
  return Array.isArray(value) && typeof value[1] === 'string' ? value[0] : value;
}

/**
 * Each grade of a student whom the ERP knows is one result in the ERP with the right marks, and one attendee where it
 * is a quiz's or an assignment's; what was taken back is nothing there; and nothing else is there.
 *
 * @returns how many grades had to be in the ERP, so that a run which tried nothing can be told
 */
export function judgeResults(
  kit: Kit,
  seen: SeenMoodle,
  teachers: RandomTeachers,
  rows: readonly ErpMapping[],
  verdicts: Verdicts,
): number {
  const { registrar } = kit.erp;
  const { siteState } = kit.site().moodle;
  const books = new Map(rows.map((row) => [`${row.model}#${row.id}`, row]));
  const places = new Map(seen.courses.map((course) => [course.idnumber, course]));
  const exams = new Map((registrar.all('op.exam') as Row[]).map((exam) => [exam.exam_code, exam]));
  const inErp = {
    'op.result.line': registrar.all('op.result.line') as Row[],
    'op.exam.attendees': registrar.all('op.exam.attendees') as Row[],
  };
  const accounted = { 'op.result.line': new Set<number>(), 'op.exam.attendees': new Set<number>() };
  let grades = 0;
  for (const column of teachers.columns)
    for (const [key, history] of teachers.history) {
      const [itemid, userid] = key.split('/').map(Number);
      if (itemid !== column.itemid) continue;
      const user = siteState.users.get(userid!);
      const student = user?.idnumber.slice('oec_student_'.length);
      if (!user || !student || !registrar.read('op.student', Number(student))) continue;
      const course = places.get(column.course);
      const place = course?.places.get(user.idnumber);
      const isPulled = course?.visible === true && place !== undefined && !place.suspended;
      const current = siteState.gradebook.grades.find('place', key)[0]?.finalgrade ?? null;
      if (isPulled && current !== null) grades += 1;
      const possible = isPulled ? new Set([current]) : new Set([...history, null]);
      judgeOne('op.result.line', column, student, possible, resultKey('demo', column.itemid, student));
      const activity = activityOf(column);
      if (column.module !== 'item')
        judgeOne('op.exam.attendees', column, student, possible, attendeeKey('demo', activity, student));
    }
  for (const model of ['op.result.line', 'op.exam.attendees'] as const)
    for (const { id } of inErp[model])
      if (!accounted[model].has(id)) verdicts.report(`${model} ${id} in the ERP is of no grade in Moodle`);
  return grades;

  /** @param possible grades: several where Moodle does not tell of the student any more */
  function judgeOne(
    model: 'op.result.line' | 'op.exam.attendees',
    column: Column,
    student: string,
    possible: ReadonlySet<number | null>,
    id: string,
  ): void {
    const activity = activityOf(column);
    const exam = exams.get(pulledCode('demo', activity.module, activity.id));
    const found = inErp[model].filter(
      (line) => exam && idOf(line.exam_id) === exam.id && idOf(line.student_id) === Number(student),
    );
    for (const line of found) accounted[model].add(line.id);
    const row = books.get(`${model}#${id}`);
    const says = `${row?.status ?? 'no row'} ${row?.failure?.code ?? ''} ${row?.failure?.reason ?? ''}`;
    const name = `${model} ${id} of ${column.course}`;
    if (found.length > 1) verdicts.report(`${name} is in the ERP ${found.length} times (${says})`);
    const total = Number(exam?.total_marks);
    const marks = [...possible].map((raw) => raw !== null && marksOf({ raw, max: column.max, total }));
    const actual = found.length > 0 && found[0]!.marks;
    if (marks.includes(actual as number | false)) {
      if (row && row.status !== 'synced' && possible.size === 1 && !isExcused(column))
        verdicts.report(`${name} is as it should be, but (${says})`);
    } else if (!isExcused(column) || actual !== false || !row?.failure)
      verdicts.report(`${name} has ${actual} in the ERP, and not ${marks.join(' or ')} (${says})`);
  }

  /** Whether the ERP can have no exam of it: no batch of the program is there, or never was one. */
  function isExcused({ course }: Column): boolean {
    const program = Number(/_course_(\d+)$/.exec(course)?.[1]);
    return !(registrar.all('op.batch') as Row[]).some(({ course_id }) => idOf(course_id) === program);
  }
}

function activityOf({ module, activity }: Column) {
  return { module, id: activity };
}
