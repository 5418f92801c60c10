import { secondsOf } from '#shared/models/fields/odoo-time.ts';
import { dayOf } from '#shared/models/fields/school-day.ts';
import { entriesOf } from '#shared/moodle/completion/moodle-completion.ts';
import type { OdooField } from '#shared/odoo/calls/model-fields.ts';

/** How far a student is with a program, over all Moodles. */
export type Completion = {
  /** Courses that are completed, of those that can be. */
  completed: number;
  of: number;
  /** Mean of the Moodles' progress in whole per cent; null where none has one. */
  percent: number | null;
  /** When the last of all courses was seen to be completed, as Odoo writes times; null where some are not. */
  completedAt: string | null;
};

/** What `moodle_completion` of an enrolment says; undefined where no Moodle says anything. */
export function completionOf(attribute: unknown): Completion | undefined {
  const entries = entriesOf(attribute);
  if (entries.length === 0) return undefined;
  const courses = new Map<string, boolean>();
  for (const entry of entries) {
    for (const [idnumber, { completed }] of Object.entries(entry.courses)) {
      if (completed !== null) courses.set(idnumber, completed || courses.get(idnumber) === true);
    }
  }
  const completed = [...courses.values()].filter((isCompleted) => isCompleted).length;
  const percents = entries.flatMap(({ progress }) => progress ?? []);
  const sum = percents.reduce((total, progress) => total + progress, 0);
  const last = entries
    .map(({ at }) => at)
    .sort()
    .at(-1)!;
  return {
    completed,
    of: courses.size,
    percent: percents.length === 0 ? null : Math.round(sum / percents.length),
    completedAt: courses.size > 0 && completed === courses.size ? last : null,
  };
}

/** The value that a field of the ERP takes of it; undefined for a type that cannot hold one. @param timeZone the ERP's */
export function completionValue(
  { completed, of, percent, completedAt }: Completion,
  type: OdooField['type'],
  timeZone: string,
): string | number | boolean | undefined {
  switch (type) {
    case 'char':
    case 'text':
      return of === 0 ? false : `${completed} of ${of} ${of === 1 ? 'course' : 'courses'} completed`;
    case 'integer':
    case 'float':
      return percent ?? 0;
    case 'boolean':
      return completedAt !== null;
    case 'date': {
      const seconds = secondsOf(completedAt);
      return seconds === undefined ? false : dayOf(seconds, timeZone);
    }
    case 'datetime':
      return completedAt ?? false;
    default:
      return undefined;
  }
}
