import { type LeftOutInstance, sayLeftOut } from '#cli/instances.ts';
import { table } from '#cli/output/table.ts';
import type { Problem } from '#shared/models/models.ts';
import type { RowState } from '#shared/moodle/accounts/record-rows.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';

/** What a record is under one idnumber in one Moodle. Times are ISO 8601 in UTC. */
export interface ShownRow {
  idnumber: string;
  /** How what the ERP says now stands to what was pushed. */
  now: RowState;
  service: string | undefined;
  /** Of the mapping; undefined where nothing was ever tried. */
  status: string | undefined;
  moodle_id: number | undefined;
  pushed_hash: string | undefined;
  last_synced_at: string | undefined;
  attempts: number | undefined;
  next_attempt_at: string | undefined;
  failure:
    | { class: string; code: string; field: string | undefined; reason: string; advice: string }
    | undefined;
  /** What the service would push now; only where details are asked for. */
  payload?: Record<string, unknown> | undefined;
}

export interface ShownInstance {
  instance: string;
  status: Instance['status'];
  rows: ShownRow[];
  /** Why there is nothing. */
  note?: string;
}

export interface ShownRecord {
  model: string;
  id: string;
  record: Record<string, unknown> | undefined;
  problems: Problem[];
  instances: ShownInstance[];
  leftOut: LeftOutInstance[];
}

const nowTexts: Record<RowState, string> = {
  pushed: 'as pushed',
  differs: 'to be pushed',
  invalid: 'cannot be pushed',
  nothing: 'nothing to push',
};

/** A record for people. */
export function sayRecord({ model, id, record, problems, instances, leftOut }: ShownRecord): string {
  return [
    `${model} ${id}${record ? '' : ': deleted in the ERP, or never written'}`,
    ...(record ? [fieldTable(record)] : []),
    ...problems.map(({ reason }) => reason),
    ...instances.flatMap(sayInstance),
    ...sayLeftOut(leftOut),
  ].join('\n');
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

function sayInstance({ instance, status, rows, note }: ShownInstance): string[] {
  const title = `\nIn ${instance}${status === 'active' ? '' : ` (${status})`}: `;
  if (rows.length === 0) return [`${title}nothing${note === undefined ? '' : `, ${note}`}`];
  const list = table(
    ['ID number', 'status', 'id in Moodle', 'pushed (UTC)', 'hash', 'now'],
    rows.map((row) => [
      row.idnumber,
      row.status ?? 'never tried',
      row.moodle_id ?? '',
      row.last_synced_at?.slice(0, 19).replace('T', ' ') ?? '',
      row.pushed_hash?.slice(0, 8) ?? '',
      nowTexts[row.now],
    ]),
  );
  const more = rows.flatMap(({ idnumber, failure, attempts, next_attempt_at: next, payload }) => [
    ...(failure ? [`${idnumber}: ${failure.reason} ${failure.advice}`] : []),
    ...(next === undefined
      ? []
      : [`${idnumber}: attempt ${(attempts ?? 0) + 1} of 5 at ${next.slice(0, 19).replace('T', ' ')} UTC.`]),
    ...(payload ? [`${idnumber} would be pushed as ${asText(payload)}`] : []),
  ]);
  return [title, list, ...more];
}
