import { type HandChange, type Instance, isRepaired } from '#shared/moodle/instance/instance.ts';
import type { DriftAction, DriftKind, DriftNote, DriftValue } from '#shared/moodle/mappings/drift-note.ts';

/** Something that Moodle holds otherwise than the mapping says, with both sides. */
export interface Difference {
  /** Of the mapping. */
  idnumber: string;
  kind: DriftKind;
  /** The field (`course.visible`), or the idnumber of the course or group. */
  about?: string;
  in_erp: DriftValue;
  in_moodle: DriftValue;
}

/** A difference, and what is done about it. */
export type Finding = Difference & Pick<DriftNote, 'action'>;

/** What was lost, and has to come back. */
const lost: ReadonlySet<DriftKind> = new Set(['missing', 'unenrolled', 'not_in_group']);

/** Whether something is gone from Moodle, and nothing has taken its place. */
export function isLost({ kind }: Pick<Difference, 'kind'>): boolean {
  return lost.has(kind);
}

/**
 * What the instance does about a difference: what was lost comes back, what was changed is repaired where it says so,
 * and of what is there several times nothing can be taken away without a person.
 */
export function actionOn(
  instance: Pick<Instance, 'hand_changes'>,
  difference: Difference,
): Exclude<DriftAction, 'hold'> {
  if (difference.kind === 'twins') return 'conflict';
  if (isLost(difference)) return 'push';
  return isRepaired(instance, changeOf(difference)) ? 'push' : 'keep';
}

function changeOf({ kind, about }: Difference): HandChange {
  if (kind === 'role') return 'enrolment.role';
  return kind === 'changed' ? (about as HandChange) : 'enrolment.suspended';
}

/** Whether both sides are names or addresses: these are in Moodle and in the ERP, and nowhere else. */
export function isPersonal({ about }: Pick<Difference, 'about'>): boolean {
  return about?.startsWith('user.') === true && about !== 'user.suspended';
}

/** A finding as it is kept on the mapping. */
export function noteOf(finding: Finding, found_at: string): DriftNote {
  const { kind, about, action, in_erp, in_moodle } = finding;
  return {
    ...{ kind, action, found_at },
    ...(about !== undefined && { about }),
    ...(!isPersonal(finding) && { in_erp: shortened(in_erp), in_moodle: shortened(in_moodle) }),
  };
}

/** Names fit; a summary is told by how it begins. */
function shortened(value: DriftValue): DriftValue {
  const longest = 300;
  return typeof value === 'string' && value.length > longest
    ? `${value.slice(0, longest).toWellFormed()}…`
    : value;
}

/** What each kind of difference means, as a title. */
export const driftWords: Record<DriftKind, string> = {
  missing: 'Deleted in Moodle',
  changed: 'Changed in Moodle',
  unenrolled: 'Taken out of a course',
  not_in_group: 'Taken out of a group or cohort',
  suspended: 'Enrolment suspended in Moodle',
  resumed: 'Enrolment active in Moodle after its end',
  role: 'Another role in Moodle',
  twins: 'More than once in Moodle',
};

/** A value as a person would say it. */
export function valueWords(value: DriftValue): string {
  if (value === null || value === '') return '—';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** A note of a comparison as sentences: what was found, and what comes of it. */
export function noteWords({ kind, about, action, in_erp, in_moodle }: DriftNote): {
  text: string;
  advice: string;
} {
  const what = about === undefined ? '' : `: ${about}`;
  const sides =
    in_erp === undefined || in_moodle === undefined || kind === 'missing'
      ? ''
      : ` (OpenEduCat: ${valueWords(in_erp)}, Moodle: ${valueWords(in_moodle)})`;
  return { text: `${driftWords[kind]}${what}${sides}.`, advice: adviceOn[action] };
}

const adviceOn = {
  push: 'It is pushed again with the next comparison, or at once with `oec-moodle sync push`.',
  keep: 'It stays until OpenEduCat changes it; the setting hand_changes of the instance decides that.',
  hold: 'Unusually much is missing in this Moodle: have it pushed again with `oec-moodle drift --repair` if it is meant.',
  conflict:
    'Move what is needed into the one that OpenEduCat is linked to, then delete the others in Moodle or clear their ID numbers.',
} as const;
