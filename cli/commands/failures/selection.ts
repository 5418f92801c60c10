import { type Command, Option } from 'commander';
import { pushedModels } from '#shared/models/models.ts';
import type { FailedMessage } from '#shared/store/queues/permanent-failures.ts';
import type { Mapping } from '#shared/sync/ledger/mapping.ts';
import { serviceModels } from '#shared/sync/reconcile/entity.ts';
import { failureStatuses } from './read-failures.ts';

/** Which failures are meant. */
export interface FilterOptions {
  instance?: string;
  model?: string;
  status?: string;
  reason?: string;
}

/** Gives a command the options that choose failures: those of the push unless other models and statuses are given. */
export function withFilters(
  command: Command,
  models: readonly string[] = pushedModels,
  statuses: readonly string[] = failureStatuses,
): Command {
  return command
    .option('--instance <id>', 'of one Moodle only')
    .addOption(new Option('--model <model>', 'records of one model only').choices(models))
    .addOption(new Option('--status <status>', 'with one status only').choices(statuses))
    .option('--reason <reason>', 'with this class or code only, such as refused or shortnametaken');
}

export function hasFilter({ instance, model, status, reason }: FilterOptions): boolean {
  return [instance, model, status, reason].some((value) => value !== undefined);
}

/** Whether a row of mappings is meant. */
export function isChosen(
  mapping: Pick<Mapping, 'instance' | 'status' | 'failure'> & { model: string },
  { instance, model, status, reason }: FilterOptions,
): boolean {
  return (
    (instance === undefined || mapping.instance === instance) &&
    (model === undefined || mapping.model === model) &&
    (status === undefined || mapping.status === status) &&
    (reason === undefined || mapping.failure?.class === reason || mapping.failure?.code === reason)
  );
}

/** Whether a message is meant; it knows the code of the last failure, and no class. */
export function isMessageChosen(
  { unit, record }: FailedMessage,
  { instance, model, status, reason }: FilterOptions,
): boolean {
  return (
    (instance === undefined || (record?.instance ?? unit?.instance) === instance) &&
    (model === undefined || (record?.model ?? (unit && serviceModels[unit.service])) === model) &&
    (status === undefined || record?.status === status) &&
    (reason === undefined || record?.reason === reason)
  );
}

/** What a work unit names: all entities of one record in one service of one instance. */
export function workKey(instance: string, service: string, recordId: string): string {
  return `${instance} ${service} ${recordId}`;
}

export function keyOfMapping({ instance, service, record_id }: Mapping): string {
  return workKey(instance, service, record_id);
}

/** The keys of the records that a message is about. */
export function keysOfMessage({ unit }: FailedMessage): string[] {
  return unit ? unit.ids.map((id) => workKey(unit.instance, unit.service, id)) : [];
}
