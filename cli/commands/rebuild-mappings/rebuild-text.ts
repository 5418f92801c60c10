import { table } from '#cli/output/table.ts';
import type { RebuiltService } from '#shared/operate/plan/rebuild/rebuild.ts';
import type { RebuildEntry } from './rebuild.ts';

/** People that are listed; `--json` has them all. */
const mostListed = 20;

/** What was rebuilt, for people. */
export function rebuildText(entry: RebuildEntry, isDryRun: boolean): string {
  if (entry.status === 'unknown') {
    const { reason, advice } = entry.problem;
    return `${entry.instance}: nothing was rebuilt.\n${reason}\n${advice}`;
  }
  const { instance, stored, services, unasked, unclear, twins } = entry;
  return [
    `${instance}: ${isDryRun ? 'nothing was stored, this is what was found.' : `${stored} mappings were stored.`}`,
    serviceTable(services),
    ...listed(
      unclear.map(({ idnumber, reason, advice }) => `${idnumber}: ${reason} ${advice}`),
      'Not stored, because two sides claim one thing:',
    ),
    ...listed(
      twins.map(({ reason, advice }) => `${reason} ${advice}`),
      'More than once in Moodle; the mapping leads to the one in use:',
    ),
    ...listed(
      unasked.map(({ person, course }) => `${person} in ${course}`),
      'Enrolled though no record asks for it, and left as it is (by hand, or ended meanwhile):',
    ),
  ].join('\n');
}

function serviceTable(services: RebuiltService[]): string {
  const counts = ['synced', 'with_differences', 'already_there', 'not_in_moodle'] as const;
  const titles = ['synced', 'with differences', 'already there', 'not in Moodle'];
  return table(
    ['', ...titles.map((title) => ({ title, isNumber: true as const }))],
    services.map((each) => [each.service, ...counts.map((name) => each[name] || '')]),
  );
}

function listed(lines: string[], title: string): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - mostListed;
  return [
    title,
    ...lines.slice(0, mostListed).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … and ${more} more: --json lists them all.`] : []),
  ];
}
