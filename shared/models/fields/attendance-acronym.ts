/**
 * What Moodle's attendance plugin calls its four usual statuses, and the field of op.attendance.line that says the
 * same. Where several fields are true (only OpenEduCat's web form makes them exclusive, and `present` is true by
 * default) the first of them counts: whoever noted an excuse, an absence or a delay meant it.
 */
const fields = { E: 'excused', A: 'absent', L: 'late', P: 'present' } as const;

/** One of Moodle's four usual statuses, by the letter that it has in English. */
export type AttendanceAcronym = keyof typeof fields;
/** The four fields of op.attendance.line. */
export type AttendanceFlags = Record<(typeof fields)[AttendanceAcronym], boolean>;

const acronyms = Object.keys(fields) as AttendanceAcronym[];

/** The field of a line that says it. */
export function fieldOf(acronym: AttendanceAcronym): keyof AttendanceFlags {
  return fields[acronym];
}

/** The four fields of a line, exactly one of them true; none for a status that was taken back. */
export function flagsOf(acronym: AttendanceAcronym | undefined): AttendanceFlags {
  return {
    present: acronym === 'P',
    absent: acronym === 'A',
    excused: acronym === 'E',
    late: acronym === 'L',
  };
}

/** What a line says. All four false, as rows of OpenEduCat's own demo have it, is an absence nobody specified. */
export function acronymOf(flags: AttendanceFlags): AttendanceAcronym {
  return acronyms.find((acronym) => flags[fields[acronym]]) ?? 'A';
}
