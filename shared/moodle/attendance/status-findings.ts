import type { Finding } from '#shared/moodle/health/health.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import { type KnownStatus, meaningOf, statusMemoryOf, statusRowKey } from './statuses.ts';

/** Marks are compared once a day at least: what was not seen for longer is of an activity that is gone. */
const seenWithin = 2 * 24 * 60 * 60_000;
/** So many are named; the others are like them. */
const mostNamed = 5;

/**
 * The statuses in use of which nobody can tell what they mean to OpenEduCat, as one finding; none where there are none.
 *
 * @param now milliseconds since 1970
 */
export async function statusFindings(
  { id: instance, attendance_statuses: own }: Pick<Instance, 'id' | 'attendance_statuses'>,
  states: Pick<PullStates, 'list'>,
  now: number,
): Promise<Finding[]> {
  const names = new Map<string, string>();
  for (const { values } of await states.list(instance, statusRowKey())) {
    const { statuses, untold, seen_at } = statusMemoryOf(values);
    if (now - seen_at > seenWithin) continue;
    for (const status of untold) {
      if (meaningOf(status, statuses[status], own) === undefined)
        names.set(...nameOf(status, statuses[status]));
    }
  }
  if (names.size === 0) return [];
  const [[example = ''] = []] = names;
  const named = [...names.values()].slice(0, mostNamed);
  const others = names.size > mostNamed ? ` and ${names.size - mostNamed} others` : '';
  return [
    {
      code: 'unknown-attendance-status',
      severity: 'warning',
      message: `Nobody can tell what these statuses of attendance mean: ${named.join(', ')}${others}. Their marks are left out.`,
      advice:
        `Say it: \`oec-moodle instance set ${instance} 'attendance_statuses.present=${example}'\`, or .absent, .late, ` +
        '.excused; .none where OpenEduCat has no place for it. Several are separated by commas.',
    },
  ];
}

/** How an operator names a status in the setting, and how it is shown. */
function nameOf(id: number, status: KnownStatus | undefined): [name: string, shown: string] {
  if (!status) return [`#${id}`, `#${id} (hidden or deleted in Moodle)`];
  const { description, acronym } = status;
  return [description, `“${description}” (${acronym})`];
}
