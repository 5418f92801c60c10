import type { RecordItem } from '#shared/models/records.ts';
import { batchRows, departmentRows, programRows, subjectPlan } from './curriculum.ts';

/** The time of the last save of every record of the demo, as Odoo writes it (UTC). */
export const demoWriteDate = '2026-09-01 08:00:00';

/** A many2one as Odoo reads it. */
export type Many2one = [id: number, displayName: string];

const plannedSubjects = subjectPlan.flatMap(([program, department, entries]) =>
  entries.map((entry) => ({ program, department, ...readSubjectEntry(entry) })),
);
const newSubjects = plannedSubjects.filter((subject) => !subject.shared);

function readSubjectEntry(entry: string) {
  const [, code = '', mark = '', name = ''] = /^(\w+)([?=]?) ?(.*)$/u.exec(entry) ?? [];
  return { code, name, shared: mark === '=', elective: mark === '?' };
}

function item(model: string, id: number, fields: Record<string, unknown>): RecordItem {
  return { model, id: String(id), ...fields, write_date: demoWriteDate };
}

function departmentReference(id: number | false): Many2one | false {
  return id !== false && [id, departmentRows[id - 1]?.[0] ?? 'Department of Wonders'];
}

/** A program as a many2one. */
export function programReference(id: number): Many2one {
  return [id, programRows[id - 1]?.[0] ?? ''];
}

/** A subject as a many2one. */
export function subjectReference(id: number): Many2one {
  return [id, newSubjects[id - 1]?.name ?? ''];
}

/** Ids of the subjects that a program lists. */
export function subjectIdsOf(program: number): number[] {
  return plannedSubjects
    .filter((subject) => subject.program === program)
    .map(({ code }) => newSubjects.findIndex((subject) => subject.code === code) + 1);
}

/** Whether a subject is taken only by students who choose it. */
export function isElective(subjectId: number): boolean {
  return newSubjects[subjectId - 1]?.elective ?? false;
}

/** The batches, each with its program, as the people and the timetable of the demo need them. */
export const demoBatches: { reference: Many2one; program: number }[] = batchRows.map(
  ([name, , program], index) => ({ reference: [index + 1, name], program }),
);

/** The 4 departments, 12 programs, 40 subjects and 12 batches of the demo university. */
export function demoStructure(): RecordItem[] {
  return [
    ...departmentRows.map(([name, code, parent], index) =>
      item('op.department', index + 1, { name, code, parent_id: departmentReference(parent) }),
    ),
    ...programRows.map(([name, code, parent, department], index) =>
      item('op.course', index + 1, {
        name,
        code,
        parent_id: parent !== false && programReference(parent),
        department_id: departmentReference(department),
        subject_ids: subjectIdsOf(index + 1),
        evaluation_type: 'normal',
        active: true,
      }),
    ),
    ...newSubjects.map(({ name, code, elective, department }, index) =>
      item('op.subject', index + 1, {
        name,
        code,
        type: 'theory',
        subject_type: elective ? 'elective' : 'compulsory',
        department_id: departmentReference(department),
        active: true,
      }),
    ),
    ...batchRows.map(([name, code, program], index) =>
      item('op.batch', index + 1, {
        name,
        code,
        start_date: '2026-09-01',
        end_date: '2027-06-30',
        course_id: programReference(program),
        active: true,
      }),
    ),
  ];
}
