import { type ServiceName, serviceNames } from '#shared/models/services.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { brakeLimit, isBrakeOn } from '#shared/sync/limits/brake.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';
import { DryRun, type DryRunPorts, type EntityResult } from './dry-run.ts';
import { type ChangeKind, type PlannedChange, plannedChanges } from './planned-changes.ts';

/**
 * What a push would make of a record in one service: `adopted` is found in Moodle, and taken for the record's from then
 * on; `suspended` is of accounts, `hidden` of courses; `unchanged` is written again, or only noted, with nothing that
 * differs in Moodle; `held` by the brake; `failed` is not as it should be after the push.
 */
export const plannedOutcomes = [
  ...(['created', 'adopted', 'changed', 'suspended', 'hidden'] as const),
  ...(['unchanged', 'held', 'failed'] as const),
];
export type PlannedOutcome = (typeof plannedOutcomes)[number];

/** What a push would do in one service. Entities are counted once, changes each for itself. */
export type ServicePlan = {
  service: ServiceName;
  changes: Partial<Record<ChangeKind, number>>;
} & Record<PlannedOutcome, number>;

/** What a push would make of one record; one that is pushed in part is named again as failed. */
export interface PlannedRecord {
  service: ServiceName;
  /** Of the mapping. */
  idnumber: string;
  outcome: PlannedOutcome;
}

/** A record that would not be in Moodle as it should be. */
export interface PlannedFailure extends Pick<Failure, 'class' | 'code' | 'field' | 'reason' | 'advice'> {
  idnumber: string;
  service: ServiceName;
  model: string;
  record_id: string;
  status: RowStatus;
  /** False where it stands like that already. */
  is_new: boolean;
}

/** A brake that is on, or would be. */
export interface PlannedBrake {
  service: ServiceName;
  is_on_already: boolean;
  held: number;
  /** How much may be taken away in an hour. */
  limit: number;
  /** What the instance holds. */
  holds: number;
}

/** What a push of one instance would do. */
export interface InstancePlan {
  /** Whether anything in Moodle would change, or is held by the brake. */
  would_change: boolean;
  services: ServicePlan[];
  passwords_by_mail: number;
  brakes: PlannedBrake[];
  failures: PlannedFailure[];
  records: PlannedRecord[];
  /** With names and e-mail addresses. */
  changes: PlannedChange[];
}

/** Statuses of what is not in Moodle as it should be. */
const troubles = ['failed', 'invalid', 'conflict', 'waiting', 'permanently_failed'] as const;

/**
 * Finds out what a push of an instance would do, by a dry run of it.
 *
 * @throws MoodleAwayError
 */
export async function planInstance(
  instance: Instance,
  services: readonly ServiceName[],
  ports: DryRunPorts,
): Promise<InstancePlan> {
  const run = new DryRun(instance, ports);
  await run.push(services);
  return planOf(run, services);
}

/** What a dry run would have done. @param services those it was asked for */
export async function planOf(run: DryRun, services: readonly ServiceName[]): Promise<InstancePlan> {
  const changes = [...plannedChanges(run)];
  const failures = await failuresOf(run, services);
  // Also what the brake holds since earlier pushes.
  const held = (await run.mappings.listAttention(run.instance.id, 'held')).filter((row) =>
    services.includes(row.service),
  );
  const records = plannedRecords(run, changes, held, failures);
  return {
    would_change: changes.length > 0 || held.length > 0,
    services: serviceNames.flatMap((name) => servicePlan(name, records, changes) ?? []),
    passwords_by_mail: run.moodle.mailed,
    brakes: brakesOf(run, held),
    failures,
    records,
    changes,
  };
}

function plannedRecords(
  run: DryRun,
  changes: readonly PlannedChange[],
  held: readonly Mapping[],
  failures: readonly PlannedFailure[],
): PlannedRecord[] {
  const keyOf = ({ service, idnumber }: Pick<PlannedRecord, 'service' | 'idnumber'>) =>
    `${service} ${idnumber}`;
  const kinds = new Map(changes.map((change) => [keyOf(change), change.kind]));
  const named = (rows: readonly Pick<PlannedRecord, 'service' | 'idnumber'>[], outcome: PlannedOutcome) =>
    rows.map(({ service, idnumber }): PlannedRecord => ({ service, idnumber, outcome }));
  const pushed = [...run.results.values()].flatMap(({ service, idnumber, change }): PlannedRecord[] => {
    if (!change) return [];
    return [{ service, idnumber, outcome: outcomeOf(change, kinds.get(keyOf({ service, idnumber }))) }];
  });
  return [...pushed, ...named(held, 'held'), ...named(failures, 'failed')];
}

function outcomeOf(
  change: NonNullable<EntityResult['change']>,
  kind: ChangeKind | undefined,
): PlannedOutcome {
  if (change === 'adopted') return change;
  if (kind === undefined) return 'unchanged';
  if (change === 'created') return change;
  if (kind === 'suspend') return 'suspended';
  return kind === 'hide' ? 'hidden' : 'changed';
}

function servicePlan(
  service: ServiceName,
  records: readonly PlannedRecord[],
  changes: readonly PlannedChange[],
): ServicePlan | undefined {
  const plan: ServicePlan = {
    service,
    ...{ created: 0, adopted: 0, changed: 0, suspended: 0, hidden: 0, unchanged: 0, held: 0, failed: 0 },
    changes: {},
  };
  const own = records.filter((record) => record.service === service);
  for (const { outcome } of own) plan[outcome] += 1;
  for (const { service: of, kind } of changes)
    if (of === service) plan.changes[kind] = (plan.changes[kind] ?? 0) + 1;
  return own.length > 0 ? plan : undefined;
}

/** What does not arrive of these services, and what else the dry run has met. */
async function failuresOf(
  { mappings, instance }: DryRun,
  services: readonly ServiceName[],
): Promise<PlannedFailure[]> {
  const isMeant = (row: Mapping) => services.includes(row.service) || mappings.writtenRow(row.idnumber);
  const rows: Mapping[] = [];
  for (const status of troubles)
    rows.push(...(await mappings.listAttention(instance.id, status)).filter(isMeant));
  const written = rows.flatMap(({ idnumber }) => (mappings.writtenRow(idnumber) ? [idnumber] : []));
  const isWritten = new Set(written);
  const before = await mappings.before(instance.id, written);
  return rows.flatMap((row): PlannedFailure[] => {
    const { idnumber, service, model, record_id, status, failure } = row;
    if (!failure) return [];
    const { class: failureClass, code, field, reason, advice } = failure;
    const isNew = isWritten.has(idnumber) && before.get(idnumber)?.failure?.reason !== reason;
    return [
      {
        ...{ idnumber, service, model, record_id, status, class: failureClass, code, reason, advice },
        ...(field !== undefined && { field }),
        is_new: isNew,
      },
    ];
  });
}

function brakesOf({ brakes, instance }: DryRun, held: Mapping[]): PlannedBrake[] {
  const planned: PlannedBrake[] = [];
  for (const { service, before, after } of brakes.states()) {
    if (!isBrakeOn(after)) continue;
    planned.push({
      service,
      is_on_already: isBrakeOn(before),
      held: held.filter((row) => row.service === service).length,
      limit: brakeLimit(instance.brake, after.holds),
      holds: after.holds,
    });
  }
  return planned;
}
