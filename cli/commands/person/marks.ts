import type { CommandContext, CommandResult } from '#cli/command.ts';
import { usageError } from '#cli/operator-error.ts';
import { table } from '#cli/output/table.ts';
import { minuteOf } from '#cli/output/words.ts';
import { personOf } from '#shared/moodle/accounts/person-presence.ts';
import { marksOf, type PulledGrade, type PulledMarks } from '#shared/operate/person/marks.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';

/** What has come back from Moodle of a student, and what became of it in the ERP. */
export async function showMarks(
  context: CommandContext,
  _options: object,
  idnumber: string,
): Promise<CommandResult<PulledMarks>> {
  const person = personOf(idnumber);
  if (person?.model !== 'op.student')
    throw usageError(`${idnumber} is no ID number of a student.`, 'Give one such as oec_student_26.');
  const deployment = await context.deployment();
  const { open, records, mappings, erp } = deployment;
  const { instances } = await deployment.instances.list();
  const data = await marksOf(person.id, instances, {
    ...{ records, mappings, links: open(linksStore), states: open(pullStates) },
    erpMappings: erp && open(erpMappingsStore),
  });
  const { grades, attendance, completion } = data;
  const isErpWell = [...grades, ...attendance, ...completion].every(({ in_erp }) => !in_erp?.failure);
  return {
    data,
    text: [
      grades.length + attendance.length + completion.length === 0 &&
        `Nothing of ${idnumber} has come back from Moodle.`,
      grades.length > 0 &&
        table(
          ['Moodle', 'course', 'grade', 'marks', 'in Moodle', 'result', 'graded (UTC)', 'in the ERP'],
          grades.map((grade) => [
            ...[
              grade.instance,
              grade.course,
              grade.name,
              grade.marks ?? '',
              exactGrade(grade),
              grade.status ?? '',
            ],
            ...[minuteOf(grade.graded_at ?? ''), grade.in_erp?.status ?? ''],
          ]),
        ),
      attendance.length > 0 &&
        table(
          ['Moodle', 'course', 'attendance on', 'status', 'in the ERP'],
          attendance.map(({ instance, course, date, says, in_erp }) => [
            ...[instance, course, date, says ?? 'taken back', in_erp?.status ?? ''],
          ]),
        ),
      completion.length > 0 &&
        table(
          ['course', 'completed', 'progress in %', 'in the ERP'],
          completion.map(({ course, completed, progress, in_erp }) => [
            ...[course, completed === null ? '' : String(completed), progress ?? '', in_erp?.status ?? ''],
          ]),
        ),
    ],
    isBad: !isErpWell,
  };
}

/** `77.5 of 100`. */
export function exactGrade({ grade_raw: raw, grade_max: max }: PulledGrade): string {
  return raw === null ? 'taken back' : `${raw} of ${max ?? '?'}`;
}
