import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { openWorld } from '#cli/connection/open-world.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { namedInstances } from '#cli/instances.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { withoutContacts } from '#shared/models/fields/without-contacts.ts';
import { isPushedModel, type Problem, type PushedModel, parseRecord } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { type RecordRow, rowsOfRecord } from '#shared/moodle/accounts/record-rows.ts';
import { type Instance, takesAttendanceFromErp } from '#shared/moodle/instance/instance.ts';
import { isPulledModel, type PulledModel } from '#shared/moodle/pulls/pull-ports.ts';
import { pulledRecords } from '#shared/store/tables/pulled-records.ts';
import { type ShownInstance, type ShownRow, sayRecord } from './show-report.ts';

export interface ShowOptions {
  details?: boolean;
  instance?: string;
}

/** One record: its fields, what is wrong with it, and what became of it in each Moodle. */
export async function showRecord(
  context: CommandContext,
  { details = false, instance: named }: ShowOptions,
  model: PushedModel | PulledModel,
  id: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const item = await readItem(deployment, model, id);
  const problems = item && isPushedModel(model) ? problemsOf(model, item) : [];
  const { found, leftOut } = isPushedModel(model)
    ? await namedInstances(deployment, named)
    : { found: [], leftOut: [] };
  const instances = isPushedModel(model)
    ? await Promise.all(found.map((instance) => showInstance(deployment, instance, { model, id }, details)))
    : [];
  if (!item && instances.every(({ rows }) => rows.length === 0)) {
    throw new OperatorError(
      `There is no ${model} with the id ${id} in the records table, and nothing in Moodle stands for it.`,
      'Check the id; if it is there in the ERP, the ERP has not written it.',
    );
  }
  const shown = item && (details ? item : withoutContacts(item));
  const needsPerson =
    problems.length > 0 ||
    leftOut.length > 0 ||
    instances.some(({ rows }) => rows.some(({ status }) => status !== undefined && status !== 'synced'));
  return {
    data: { model, id, record: shown ?? null, problems, instances, left_out: leftOut },
    text: sayRecord({ model, id, record: shown, problems, instances, leftOut }),
    exitCode: needsPerson ? exitCodes.failed : exitCodes.done,
  };
}

async function readItem(
  { records, clients, outputs }: Deployment,
  model: PushedModel | PulledModel,
  id: string,
): Promise<RecordItem | undefined> {
  if (isPushedModel(model)) return (await records.getMany(model, [id])).get(id);
  if (!isPulledModel(model)) return undefined;
  const pulled = pulledRecords(clients.documents, outputs.RecordsTableName, Date.now);
  return (await pulled.getMany(model, [id])).get(id);
}

function problemsOf(model: PushedModel, item: RecordItem): Problem[] {
  const parsed = parseRecord(model, item);
  return parsed.ok ? [] : parsed.problems;
}

async function showInstance(
  deployment: Deployment,
  instance: Instance,
  record: { model: PushedModel; id: string },
  details: boolean,
): Promise<ShownInstance> {
  const rows = await rowsOfRecord(openWorld(deployment, instance), record);
  const isTakenInMoodle = record.model.startsWith('op.attendance.') && !takesAttendanceFromErp(instance);
  return {
    instance: instance.id,
    status: instance.status,
    rows: rows.map((row) => showRow(row, details)),
    ...(isTakenInMoodle && { note: 'attendance is taken in Moodle' }),
  };
}

function showRow({ idnumber, state, mapping, payload, failure }: RecordRow, details: boolean): ShownRow {
  const last = mapping?.failure ?? failure;
  return {
    idnumber,
    now: state,
    service: mapping?.service,
    status: mapping?.status,
    moodle_id: mapping?.moodle_id,
    pushed_hash: mapping?.sync_hash,
    last_synced_at: mapping?.last_synced_at,
    attempts: mapping?.attempts,
    next_attempt_at: mapping?.next_attempt_at,
    failure: last && {
      class: last.class,
      code: last.code,
      field: last.field,
      reason: last.reason,
      advice: last.advice,
    },
    ...(details && { payload }),
  };
}
