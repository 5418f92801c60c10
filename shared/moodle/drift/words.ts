import type { DriftKind, DriftNote, DriftValue } from '#shared/moodle/mappings/drift-note.ts';

/** What each kind of difference means, as a title. */
export const driftWords: Record<DriftKind, string> = {
  missing: 'Deleted in Moodle',
  changed: 'Changed in Moodle',
  unenrolled: 'Taken out of a course',
  not_in_group: 'Taken out of a group',
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
