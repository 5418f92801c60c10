import { table } from '#cli/output/table.ts';
import { driftWords, valueWords } from '#shared/moodle/drift/words.ts';
import type { DriftEntry } from './drift.ts';

/** Findings of a kind that are listed for people; `--json` has them all. */
const mostListed = 30;

const actions = {
  push: 'pushed again',
  keep: 'kept',
  hold: 'waits for --repair',
  conflict: 'to be settled in Moodle',
} as const;

/** What differs in a Moodle, for people: by kind, with both sides. */
export function driftText(entry: DriftEntry): string {
  if (entry.status === 'unknown') {
    const { reason, advice } = entry.problem;
    return `${entry.instance}: it could not be compared.\n${reason}\n${advice}`;
  }
  const { instance, findings, queued } = entry;
  if (findings.length === 0) return `${instance}: Moodle holds what was pushed.`;
  const parts = [...Map.groupBy(findings, ({ kind }) => kind)].map(([kind, own]) => {
    const shown = own.slice(0, mostListed);
    const more = own.length - shown.length;
    return [
      `${driftWords[kind]} (${own.length})`,
      table(
        ['', 'what', 'OpenEduCat', 'Moodle', ''],
        shown.map(({ idnumber, about = '', in_erp, in_moodle, action }) => [
          idnumber,
          about,
          valueWords(in_erp),
          valueWords(in_moodle),
          actions[action],
        ]),
      ),
      ...(more > 0 ? [`… and ${more} more: --json lists them all.`] : []),
    ].join('\n');
  });
  return [
    `${instance}: Moodle holds something else in ${findings.length} ${findings.length === 1 ? 'place' : 'places'}.`,
    ...parts,
    ...(queued > 0 ? [`${queued} mappings are queued to be pushed again.`] : []),
  ].join('\n\n');
}
