import { type AttendanceLine, latestOfEach } from '#shared/models/attendance-line.ts';
import type { AttendanceRegister } from '#shared/models/attendance-register.ts';
import type { AttendanceSheet } from '#shared/models/attendance-sheet.ts';
import { noonOf } from '#shared/models/fields/school-day.ts';
import { sheetIdnumber, studentIdnumber, subjectCourseIdnumber } from '#shared/models/references.ts';
import type { Sheet, SheetFields } from '#shared/moodle/attendance/state.ts';
import { failureOfProblems, scopeUnknown } from '#shared/moodle/failures.ts';
import { takesAttendanceFromErp } from '#shared/moodle/instance/instance.ts';
import { scopeOfProgram } from '#shared/moodle/instance/scope.ts';
import { pulledActivityOf, pulledSessionOf } from '#shared/moodle/pulls/pulled-ids.ts';
import type { Built, LeftOut } from '#shared/moodle/push/entity.ts';
import { type PushService, takesNothingAway } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { batchGroupIdnumber } from '#shared/moodle/structure/batch-group.ts';
import { coursesOfBatch } from '#shared/moodle/structure/course-periods.ts';
import { missingDependency } from '#shared/sync/failure.ts';
import { pushAttendance } from './push-sheets.ts';

/** op.attendance.sheet with its lines → a session of the course's attendance activity, and the marks in it. */
export const attendance: PushService<Sheet> = {
  name: 'attendance',
  partial: true,
  // An instance where attendance is taken in Moodle only has no place for the ERP's.
  targets: async ({ instance }, ids) =>
    new Map(ids.map((id) => [id, takesAttendanceFromErp(instance) ? [sheetIdnumber(id)] : []])),
  prepare,
  build,
  ...takesNothingAway,
  push: pushAttendance,
};

function sheetIdOf(idnumber: string): string {
  return idnumber.slice(sheetIdnumber('').length);
}

async function prepare(view: RecordView, idnumbers: string[]): Promise<void> {
  const ids = idnumbers.map(sheetIdOf);
  const sheets = await view.readMany('op.attendance.sheet', ids);
  const registerIds = sheets.flatMap((sheet) => (sheet.state === 'valid' ? [sheet.record.registerId] : []));
  await view.load('op.attendance.register', registerIds);
  const lines = await Promise.all(
    ids.map((id) => view.sources({ model: 'op.attendance.sheet', id }, 'op.attendance.line')),
  );
  await view.load('op.attendance.line', lines.flat());
}

async function build(view: RecordView, idnumber: string): Promise<Built<Sheet>> {
  const id = sheetIdOf(idnumber);
  const source = { model: 'op.attendance.sheet', id } as const;
  const sheet = await view.read('op.attendance.sheet', id);
  const isForeign = (pulledSessionOf(id)?.instance ?? view.instance.id) !== view.instance.id;
  if (sheet.state === 'missing' || isForeign) return { kind: 'nothing' };
  if (sheet.state === 'invalid')
    return sheet.retired ? { kind: 'nothing' } : { kind: 'failed', source, failure: sheet.failure };
  if (!sheet.record.active || sheet.record.state === 'cancel') return { kind: 'nothing' };
  const { lines, leftOut } = await linesOf(view, id);
  // A session is made for its first mark: until then nothing was taken.
  if (lines.length === 0 && leftOut.length === 0) return { kind: 'nothing' };
  const register = await registerOf(view, sheet.record);
  if ('failure' in register) return { kind: 'failed', source, failure: register.failure };
  if (register.isOutside) return { kind: 'nothing' };
  const fields = await fieldsOf(view, sheet.record, register, lines);
  const { writtenAt: _writtenAt, pulledFrom: _pulledFrom, ...payload } = fields;
  return {
    kind: 'entity',
    entity: {
      idnumber,
      service: 'attendance',
      source,
      fields,
      payload,
      dependencies: [fields.course, ...Object.keys(fields.marks), ...(fields.group ? [fields.group] : [])],
      active: true,
      leftOut,
    },
  };
}

/**
 * What the ERP says on a sheet: a line for each student, the one written last where there are several. Lines that say
 * what Moodle said are not its word.
 */
async function linesOf(
  view: RecordView,
  sheetId: string,
): Promise<{ lines: AttendanceLine[]; leftOut: LeftOut[] }> {
  const ids = await view.sources({ model: 'op.attendance.sheet', id: sheetId }, 'op.attendance.line');
  const readings = await view.readMany('op.attendance.line', ids);
  const leftOut: LeftOut[] = [];
  const valid: AttendanceLine[] = [];
  for (const [index, reading] of readings.entries()) {
    if (reading.state === 'invalid' && !reading.retired) {
      const source = { model: 'op.attendance.line', id: ids[index]! } as const;
      leftOut.push({ source, failure: reading.failure });
    }
    const isOfSheet = reading.state === 'valid' && reading.record.sheetId === sheetId;
    if (isOfSheet && reading.record.active) valid.push(reading.record);
  }
  const lines = [...latestOfEach(valid).values()].filter((line) => !line.isAsPulled && line.acronym);
  return { lines, leftOut };
}

type SheetRegister = AttendanceRegister & { subjectId: string; isOutside: boolean };

/** The register of a sheet, and whether its program lies outside of the instance. */
async function registerOf(
  view: RecordView,
  { registerId }: AttendanceSheet,
): Promise<SheetRegister | { failure: ReturnType<typeof missingDependency> }> {
  const register = await view.read('op.attendance.register', registerId);
  if (register.state === 'missing') {
    const reason = `The attendance sheet names the register ${registerId}, which the ERP's records do not hold.`;
    return { failure: missingDependency(reason, 'register_id') };
  }
  if (register.state === 'invalid') {
    const reason = `Its register ${registerId} cannot be pushed: ${register.failure.reason}`;
    return { failure: missingDependency(reason, 'register_id') };
  }
  const { subjectId, programId } = register.record;
  if (subjectId === undefined) {
    const reason =
      `The register ${registerId} of this attendance sheet names no subject, so it belongs in no Moodle course. ` +
      'Choose the subject in OpenEduCat.';
    return { failure: failureOfProblems([{ field: 'subject_id', rule: 'required', reason }]) };
  }
  const program = await view.read('op.course', programId);
  const scope = program.state === 'valid' ? await scopeOfProgram(view, program.record) : 'inside';
  if (scope === 'unknown') return { failure: scopeUnknown() };
  return { ...register.record, subjectId, isOutside: scope === 'outside' };
}

async function fieldsOf(
  view: RecordView,
  sheet: AttendanceSheet,
  { id: registerId, subjectId, programId, batchId }: SheetRegister,
  lines: AttendanceLine[],
): Promise<SheetFields> {
  const [place] = await coursesOfBatch(view, subjectId, { programId, batchId }, sheet.date);
  const course = subjectCourseIdnumber(subjectId, programId, place?.period);
  const inOrder = lines.toSorted((a, b) => Number(a.studentId) - Number(b.studentId));
  const marks: SheetFields['marks'] = {};
  const writtenAt: SheetFields['writtenAt'] = {};
  for (const line of inOrder) {
    const student = studentIdnumber(line.studentId);
    marks[student] = line.acronym!;
    if (line.writtenAt !== undefined) writtenAt[student] = line.writtenAt;
  }
  const attendanceid = pulledActivityOf(registerId);
  const sessionid = pulledSessionOf(sheet.id)?.sessionid;
  const isPulled = attendanceid !== undefined && sessionid !== undefined;
  return {
    course,
    ...(await timeOf(view, sheet)),
    group: batchId === undefined ? '' : batchGroupIdnumber(batchId, course),
    marks,
    writtenAt,
    pulledFrom: isPulled ? { attendanceid, sessionid } : null,
  };
}

/** The lecture's time where the sheet names one, else noon of its day. */
async function timeOf(
  view: RecordView,
  { sessionId, date }: AttendanceSheet,
): Promise<{ time: number; duration: number }> {
  const reading = sessionId === undefined ? undefined : await view.read('op.session', sessionId);
  const { startsAt, endsAt } = reading?.state === 'valid' ? reading.record : {};
  if (startsAt === undefined) return { time: noonOf(date, view.instance.time_zone), duration: 0 };
  return { time: startsAt, duration: Math.max(0, (endsAt ?? startsAt) - startsAt) };
}
