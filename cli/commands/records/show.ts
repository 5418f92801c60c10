import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { openWorld } from '#cli/connection/deployment.ts';
import { type LeftOutInstance, namedInstances, sayLeftOut } from '#cli/instances.ts';
import { OperatorError } from '#cli/operator-error.ts';
import type { Lines } from '#cli/output/lines.ts';
import { table } from '#cli/output/table.ts';
import { withoutContacts } from '#shared/models/fields/without-contacts.ts';
import { isPushedModel, type PushedModel, parseRecord } from '#shared/models/models.ts';
import { type RecordRow, type RowState, rowsOfRecord } from '#shared/moodle/accounts/record-rows.ts';
import { type Instance, takesAttendanceFromErp } from '#shared/moodle/instance/instance.ts';
import type { PulledModel } from '#shared/moodle/pulls/pull-ports.ts';

export interface ShowOptions {
  details?: boolean;
  history?: boolean;
  instance?: string;
}

/** What a record is in one Moodle. */
export type ShownInstance = Awaited<ReturnType<typeof showInstance>>;
/** The same under one idnumber. */
export type ShownRow = ShownInstance['rows'][number];

export interface ShownRecord {
  model: string;
  id: string;
  /** Its fields; null where the ERP has it no more. */
  record: Record<string, unknown> | null;
  problems: readonly { field: string; reason: string }[];
  instances: ShownInstance[];
  left_out: LeftOutInstance[];
}

/** One record: its fields, what is wrong with it, and what became of it in each Moodle. */
export async function showRecord(
  context: CommandContext,
  { details = false, history = false, instance: named }: ShowOptions,
  model: PushedModel | PulledModel,
  id: string,
): Promise<CommandResult<ShownRecord>> {
  const deployment = await context.deployment();
  const item = (await deployment.records.getMany(model, [id])).get(id);
  const pushed = isPushedModel(model) ? model : undefined;
  const parsed = item && pushed && parseRecord(pushed, item);
  const problems = parsed?.ok === false ? parsed.problems : [];
  const { found, leftOut } = pushed ? await namedInstances(deployment, named) : { found: [], leftOut: [] };
  const instances = await Promise.all(
    found.map((instance) => showInstance(deployment, instance, { model: pushed!, id }, { details, history })),
  );
  if (!item && instances.every(({ rows }) => rows.length === 0)) {
    throw new OperatorError(
      `There is no ${model} with the id ${id} in the records table, and nothing in Moodle stands for it.`,
      'Check the id; if it is there in the ERP, the ERP has not written it.',
    );
  }
  const record = item && (details ? item : withoutContacts(item));
  const needsPerson =
    problems.length > 0 ||
    leftOut.length > 0 ||
    instances.some(({ rows }) => rows.some(({ status }) => status !== undefined && status !== 'synced'));
  return {
    data: { model, id, record: record ?? null, problems, instances, left_out: leftOut },
    text: [
      `${model} ${id}${record ? '' : ': deleted in the ERP, or never written'}`,
      record && fieldTable(record),
      problems.map(({ reason }) => reason),
      instances.map(sayInstance),
      sayLeftOut(leftOut),
    ],
    isBad: needsPerson,
  };
}

async function showInstance(
  deployment: Deployment,
  instance: Instance,
  record: { model: PushedModel; id: string },
  { details, history }: { details: boolean; history: boolean },
) {
  const rows = await rowsOfRecord(openWorld(deployment, instance), record);
  const isTakenInMoodle = record.model.startsWith('op.attendance.') && !takesAttendanceFromErp(instance);
  return {
    instance: instance.id,
    base_url: instance.base_url,
    status: instance.status,
    rows: rows.map((row) => showRow(row, details)),
    /** Why there is nothing. */
    note: isTakenInMoodle ? 'attendance is taken in Moodle' : undefined,
    /** What operators have had done to it, the newest first; undefined unless that was asked for. */
    history: history ? await historyOf(deployment, instance.id, rows) : undefined,
  };
}

/** So much of what operators have done is shown. */
const mostActions = 50;

async function historyOf({ operatorLog }: Deployment, instance: string, rows: readonly RecordRow[]) {
  const actions = new Map<string, { at: string; who: string; what: string }>();
  for (const { idnumber } of rows)
    for (const { at, who, what } of await operatorLog.list(instance, {
      record: idnumber,
      limit: mostActions,
    }))
      actions.set(`${at} ${what}`, { at, who, what });
  return [...actions.values()].toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, mostActions);
}

/** What a record is under one idnumber. Times are ISO 8601 in UTC. */
function showRow({ idnumber, state, mapping, payload, failure }: RecordRow, details: boolean) {
  const last = mapping?.failure ?? failure;
  return {
    idnumber,
    /** How what the ERP says now stands to what was pushed. */
    now: state,
    service: mapping?.service,
    /** Of the mapping; undefined where nothing was ever tried. */
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
    /** What the service would push now. */
    payload: details ? payload : undefined,
  };
}

function fieldTable({ model: _model, id: _id, ...fields }: Record<string, unknown>): string {
  const rows = Object.entries(fields)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => [name, typeof value === 'string' ? value : asText(value)]);
  return table(['field', 'value'], rows);
}

function asText(value: unknown): string {
  return JSON.stringify(value instanceof Set ? [...value] : value) ?? '';
}

const nowTexts: Record<RowState, string> = {
  pushed: 'as pushed',
  differs: 'to be pushed',
  invalid: 'cannot be pushed',
  nothing: 'nothing to push',
};

function sayInstance({ instance, status, rows, note, history }: ShownInstance): Lines {
  const title = `\nIn ${instance}${status === 'active' ? '' : ` (${status})`}: `;
  if (rows.length === 0) return [`${title}nothing${note === undefined ? '' : `, ${note}`}`];
  const secondOf = (time: string) => time.slice(0, 19).replace('T', ' ');
  const list = table(
    ['ID number', 'status', 'id in Moodle', 'pushed (UTC)', 'hash', 'now'],
    rows.map((row) => [
      row.idnumber,
      row.status ?? 'never tried',
      row.moodle_id ?? '',
      secondOf(row.last_synced_at ?? ''),
      row.pushed_hash?.slice(0, 8) ?? '',
      nowTexts[row.now],
    ]),
  );
  const more = rows.map(({ idnumber, failure, attempts = 0, next_attempt_at: next, payload }) => [
    failure && `${idnumber}: ${failure.reason} ${failure.advice}`,
    next && `${idnumber}: attempt ${attempts + 1} of 5 at ${secondOf(next)} UTC.`,
    payload && `${idnumber} would be pushed as ${asText(payload)}`,
  ]);
  const done = history?.map(({ at, who, what }) => `${secondOf(at)} UTC: ${what}, by ${who}`);
  return [title, list, more, done && done.length > 0 && ['What operators have done:', ...done]];
}
