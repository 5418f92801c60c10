import type { CommandContext, CommandResult } from '#cli/command.ts';
import { dryRunEach, type UnknownInstance, unknownText } from '#cli/dry-run.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { chooseInstances } from '#cli/instances.ts';
import { firstOf, inLines, type Lines } from '#cli/output/lines.ts';
import { table } from '#cli/output/table.ts';
import { type PushedModel, servicesOfModel } from '#shared/models/models.ts';
import {
  type InstancePlan,
  type PlannedBrake,
  type PlannedFailure,
  planInstance,
  plannedOutcomes,
  type ServicePlan,
} from '#shared/operate/plan/instance-plan.ts';
import type { ChangeKind, FieldValue, PlannedChange } from '#shared/operate/plan/planned-changes.ts';

interface PlanOptions {
  instance?: string[];
  model?: PushedModel;
  details?: boolean;
}

/** The plan of one instance. `changes` and `records` are only there where details were asked for. */
export type PlannedInstance = { instance: string; status: 'planned'; is_paused: boolean } & Omit<
  InstancePlan,
  Details
> &
  Partial<Pick<InstancePlan, Details>>;
type Details = 'changes' | 'records';

/** The plan of one instance, or why there is none. */
export type PlanEntry = PlannedInstance | (UnknownInstance & { is_paused: boolean });

export interface Plan {
  instances: PlanEntry[];
  unreadable: string[];
}

/** Plans all instances, one after another. */
export async function plan(context: CommandContext, options: PlanOptions): Promise<CommandResult<Plan>> {
  const deployment = await context.deployment();
  const { instances, unreadable } = await chooseInstances(deployment, options.instance);
  const wanted = servicesOfModel(options.model);
  const found = await dryRunEach(deployment, instances, async (instance, ports) => {
    const { changes, records, ...planned } = await planInstance(instance, wanted, ports);
    const details = options.details ? { records, changes } : {};
    return { instance: instance.id, status: 'planned' as const, ...planned, ...details };
  });
  const entries = found.map(
    (entry, index): PlanEntry => ({ is_paused: instances[index]!.status === 'paused', ...entry }),
  );
  const isUnknown = unreadable.length > 0 || entries.some(({ status }) => status === 'unknown');
  const wouldChange = entries.some((entry) => entry.status === 'planned' && entry.would_change);
  return {
    data: { instances: entries, unreadable },
    text: [...entries.map(planText), ...unreadable].join('\n\n'),
    exitCode: isUnknown ? exitCodes.failed : wouldChange ? exitCodes.wouldChange : exitCodes.done,
  };
}

/** Failures that are listed for people; `--json` has them all. */
const mostFailures = 30;

/** The plan of an instance for people. */
function planText(entry: PlanEntry): string {
  const title = `${entry.instance}${entry.is_paused ? ' (paused: nothing is pushed until it is resumed)' : ''}`;
  if (entry.status === 'unknown') {
    return unknownText(`${title}: it could not be found out what a push would do.`, entry);
  }
  return inLines([
    `${title}: ${entry.would_change ? 'a push would change this.' : 'a push would change nothing.'}`,
    serviceTable(entry.services),
    entry.services.map(placesLine),
    mailLine(entry.passwords_by_mail),
    entry.brakes.map((brake) => brakeLine(brake, entry.instance)),
    failureLines(entry.failures),
    detailLines(entry.changes ?? []),
  ]);
}

function serviceTable(services: ServicePlan[]): string {
  if (services.length === 0) return '';
  const rows = services.map((plan) => [plan.service, ...plannedOutcomes.map((name) => plan[name] || '')]);
  return table(['', ...plannedOutcomes], rows);
}

/** What happens in the courses: how it is said of each kind of change. */
const placeTexts: Partial<Record<ChangeKind, string>> = {
  enrol: 'enrol',
  resume_enrolment: 'resume',
  suspend_enrolment: 'suspend',
  unenrol: 'unenrol',
  join_group: 'join a group',
  leave_group: 'leave a group',
  give_role: 'give a role',
  take_role: 'take a role',
  join_cohort: 'join a cohort',
  leave_cohort: 'leave a cohort',
  add_activity: 'add an activity',
  add_session: 'add a session',
  mark: 'mark a session',
};

function placesLine({ service, changes }: ServicePlan): Lines {
  const texts = Object.entries(placeTexts).flatMap(([kind, text]) => {
    const count = changes[kind as ChangeKind] ?? 0;
    return count > 0 ? [`${text} ${count}`] : [];
  });
  return texts.length > 0 && `In courses, ${service}: ${texts.join(', ')}.`;
}

function mailLine(count: number): Lines {
  return count > 0 && `${count === 1 ? '1 person' : `${count} people`} would get a password by mail.`;
}

function brakeLine({ service, is_on_already, held, limit, holds }: PlannedBrake, instance: string): string {
  const state = is_on_already ? 'is on' : 'would engage';
  return (
    `The brake ${state} for ${service}: ${held} would be held, ${limit} of ${holds} may be taken away in an hour. ` +
    `If it is meant, release it with \`oec-moodle brake release ${instance} ${service}\`.`
  );
}

function failureLines(failures: PlannedFailure[]): Lines {
  // What this push would meet is news, what stands already is not.
  const sorted = failures.toSorted((a, b) => Number(b.is_new) - Number(a.is_new));
  const told = sorted.map(
    ({ idnumber, code, reason, advice, is_new }) =>
      `${idnumber}: ${code}${is_new ? '' : ' (stands already)'}\n  ${reason}\n  ${advice}`,
  );
  return failures.length > 0 && ['Would not arrive:', firstOf(told, mostFailures)];
}

function detailLines(changes: PlannedChange[]): Lines {
  const lines = changes.map(({ idnumber, kind, fields }) => [
    `${idnumber}: ${kind.replaceAll('_', ' ')}`,
    fields.map(({ field, now, planned }) => `  ${field}: ${valueText(now)} → ${valueText(planned)}`),
  ]);
  return changes.length > 0 && ['Changes:', lines];
}

/** Undefined is what Moodle does not tell. */
export function valueText(value: FieldValue | null | undefined): string {
  if (value === undefined) return '(Moodle does not tell)';
  if (value === null || value === '') return '—';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
