import * as z from 'zod';
import type { AttendanceAcronym } from '#shared/models/fields/attendance-acronym.ts';
import type { EntityInUse } from '#shared/moodle/push/entity.ts';

const acronyms = z.record(z.string(), z.string());

/** What the mapping of a sheet keeps in `extra_data`. Students are named by idnumber, marks by acronym. */
const sheetStateSchema = z.object({
  /** The marks that were sent. */
  marks: acronyms.default({}),
  /**
   * Marks that were about to be sent, noted before the first call, and when Moodle had been taken before: a worker
   * that dies among them leaves no doubt about what was decided.
   */
  sending: z.object({ marks: acronyms, takenBefore: z.number() }).optional(),
  /** The session's `lasttaken` as sending has left it, and as teachers had: what we did is no change of theirs. */
  own: z.object({ lastTaken: z.number(), takenBefore: z.number() }).optional(),
  /** Students whose mark in Moodle was written last: the pull brings it to the ERP. */
  left: z.array(z.string()).default([]),
  /** Until when another worker is at it, in ISO 8601. */
  claimed_until: z.string().optional(),
});
export type SheetState = z.infer<typeof sheetStateSchema>;

/** What the mapping of a course keeps of its attendance in `extra_data.attendance`. */
const courseStateSchema = z.object({
  /** The id of the activity that the ERP's sheets are in. */
  activity: z.number().optional(),
  claimed_until: z.string().optional(),
  /** When a mark was last left as it is in Moodle: the pull has to bring it to the ERP. */
  left_at: z.string().optional(),
});
export type CourseAttendance = z.infer<typeof courseStateSchema>;

type ExtraData = Record<string, unknown> | undefined;

export function sheetStateOf(extraData: ExtraData): SheetState {
  return sheetStateSchema.catch({ marks: {}, left: [] }).parse(extraData ?? {});
}

export function courseAttendanceOf(extraData: ExtraData): CourseAttendance {
  return courseStateSchema.catch({}).parse(extraData?.attendance ?? {});
}

/**
 * When teachers have last taken a session in Moodle, in seconds since 1970: marks that we sent move its `lasttaken`
 * too, which must not make Moodle's side look newer than the ERP's next edit.
 */
export function takenByTeachers(lastTaken: number, { own, sending }: SheetState): number {
  if (sending) return Math.min(lastTaken, sending.takenBefore);
  return own?.lastTaken === lastTaken ? own.takenBefore : lastTaken;
}

/**
 * Whose mark counts where the two sides differ: the one written last. Moodle's clock counts whole seconds, and a line
 * that was pulled carries Moodle's time as its own: one that differs at the same time was edited since, so the ERP's
 * counts. A line without a time cannot have been written after anything.
 *
 * @param writtenAt the line's `write_date`, in seconds since 1970
 * @param takenAt when teachers last took the session, in seconds since 1970; 0 for never
 */
export function laterSide(writtenAt: number | undefined, takenAt: number): 'oec' | 'moodle' {
  return (writtenAt ?? 0) >= takenAt ? 'oec' : 'moodle';
}

/** A session and its marks. Times are seconds since 1970. */
export type SheetPayload = {
  /** Idnumber of the course. */
  course: string;
  /** Begin of the session. Moodle has no function that would change it later, nor the length or the group. */
  time: number;
  duration: number;
  /** Idnumber of the mapping of the group that the session is for; empty for everybody. */
  group: string;
  /** By idnumber of the student. */
  marks: Record<string, AttendanceAcronym>;
};

export type SheetFields = SheetPayload & {
  /** When each mark was written, where that is known. It decides who wins, and is no change by itself. */
  writtenAt: Record<string, number>;
  /** The session in Moodle that the sheet was made from. */
  pulledFrom: { attendanceid: number; sessionid: number } | null;
};

/** What a sheet should be in Moodle; one that is not in use is nothing there. */
export type Sheet = EntityInUse<SheetFields>;
