import { table } from '#cli/output/table.ts';
import type { PlannedBrake, PlannedFailure, ServicePlan } from '#shared/operate/plan/instance-plan.ts';
import type { ChangeKind, FieldValue, PlannedChange } from '#shared/operate/plan/planned-changes.ts';
import type { PlanEntry } from './plan.ts';

/** Failures that are listed for people; `--json` has them all. */
const mostFailures = 30;

/** The plan of an instance for people. */
export function planText(entry: PlanEntry): string {
  const title = `${entry.instance}${entry.is_paused ? ' (paused: nothing is pushed until it is resumed)' : ''}`;
  if (entry.status === 'unknown') {
    const { reason, advice } = entry.problem;
    return `${title}: it could not be found out what a push would do.\n${reason}\n${advice}`;
  }
  const parts = [
    `${title}: ${entry.would_change ? 'a push would change this.' : 'a push would change nothing.'}`,
    serviceTable(entry.services),
    ...entry.services.flatMap(placesLine),
    ...mailLine(entry.passwords_by_mail),
    ...entry.brakes.map((brake) => brakeLine(brake, entry.instance)),
    failuresText(entry.failures),
    detailsText(entry.changes ?? []),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function serviceTable(services: ServicePlan[]): string {
  const counts = [
    'created',
    'adopted',
    'changed',
    'suspended',
    'hidden',
    'unchanged',
    'held',
    'failed',
  ] as const;
  if (services.length === 0) return '';
  const columns = counts.map((title) => ({ title, isNumber: true as const }));
  return table(
    ['', ...columns],
    services.map((plan) => [plan.service, ...counts.map((name) => plan[name] || '')]),
  );
}

/** What happens in the courses: how it is said of each kind of change. */
const placeTexts: Partial<Record<ChangeKind, string>> = {
  enrol: 'enrol',
  resume_enrolment: 'resume',
  suspend_enrolment: 'suspend',
  unenrol: 'unenrol',
  join_group: 'join a group',
  leave_group: 'leave a group',
  add_activity: 'add an activity',
  add_session: 'add a session',
  mark: 'mark a session',
};

function placesLine({ service, changes }: ServicePlan): string[] {
  const texts = Object.entries(placeTexts).flatMap(([kind, text]) => {
    const count = changes[kind as ChangeKind] ?? 0;
    return count > 0 ? [`${text} ${count}`] : [];
  });
  return texts.length > 0 ? [`In courses, ${service}: ${texts.join(', ')}.`] : [];
}

function mailLine(count: number): string[] {
  if (count === 0) return [];
  return [
    count === 1 ? '1 person would get a password by mail.' : `${count} people would get a password by mail.`,
  ];
}

function brakeLine({ service, is_on_already, held, limit, holds }: PlannedBrake, instance: string): string {
  const state = is_on_already ? 'is on' : 'would engage';
  return (
    `The brake ${state} for ${service}: ${held} would be held, ${limit} of ${holds} may be taken away in an hour. ` +
    `If it is meant, release it with \`oec-moodle brake release ${instance} ${service}\`.`
  );
}

function failuresText(failures: PlannedFailure[]): string {
  if (failures.length === 0) return '';
  // What this push would meet is news, what stands already is not.
  const sorted = failures.toSorted((a, b) => Number(b.is_new) - Number(a.is_new));
  const rows = sorted
    .slice(0, mostFailures)
    .map(({ idnumber, code, reason, advice, is_new }) => [
      `${idnumber}: ${code}${is_new ? '' : ' (stands already)'}\n  ${reason}\n  ${advice}`,
    ]);
  const more = failures.length - rows.length;
  return [
    'Would not arrive:',
    ...rows.flat(),
    ...(more > 0 ? [`… and ${more} more: --json lists them all.`] : []),
  ].join('\n');
}

function detailsText(changes: PlannedChange[]): string {
  if (changes.length === 0) return '';
  const lines = changes.flatMap(({ idnumber, kind, fields }) => [
    `${idnumber}: ${kind.replaceAll('_', ' ')}`,
    ...fields.map(({ field, now, planned }) => `  ${field}: ${shown(now)} → ${shown(planned)}`),
  ]);
  return ['Changes:', ...lines].join('\n');
}

/** Undefined is what Moodle does not tell. */
function shown(value: FieldValue | null | undefined): string {
  if (value === undefined) return '(Moodle does not tell)';
  if (value === null || value === '') return '—';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
