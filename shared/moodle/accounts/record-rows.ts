import { facultyIdnumber, sheetIdnumber, studentIdnumber } from '#shared/models/references.ts';
import { serviceModels } from '#shared/models/services.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Built, RecordKey } from '#shared/moodle/push/entity.ts';
import { leftOutIdnumber } from '#shared/moodle/push/push-ledger.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { services } from '#shared/moodle/services.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { type Payload, payloadHash } from '#shared/sync/hash.ts';

/**
 * What a record should be under one idnumber, beside what was pushed:
 * - pushed: Moodle took it as it is now.
 * - differs: it was never pushed, or has changed since.
 * - invalid: it cannot be pushed as it is.
 * - nothing: there is nothing to push.
 */
export type RowState = 'pushed' | 'differs' | 'invalid' | 'nothing';

/** One thing that a record is, or is a part of, in a Moodle. */
export interface RecordRow {
  idnumber: string;
  state: RowState;
  /** What was pushed, and how that went; undefined where it was never tried. */
  mapping?: Mapping | undefined;
  /** What the service would push now. */
  payload?: Payload;
  /** Whether the record is in use in this instance; undefined where nothing can be pushed. */
  isActive?: boolean;
  /** Why the service cannot push it. */
  failure?: Failure;
}

/** Everything that a record is in an instance, or a part of: an enrolment is a part of its student's enrolments. */
export async function rowsOfRecord(view: RecordView, record: RecordKey): Promise<RecordRow[]> {
  const idnumbers = [...(await ownIdnumbers(view, record)), ...(await idnumbersOfWhole(view, record))];
  const rows = await Promise.all(idnumbers.map((idnumber) => rowOf(view, idnumber)));
  const leftOut = leftOutIdnumber(record);
  const told = await view.mapping(leftOut);
  return [
    ...rows.filter(({ state, mapping }) => state !== 'nothing' || mapping),
    // A record that could not be taken in has a row of its own that says why.
    ...(told
      ? [{ idnumber: leftOut, state: 'invalid' as const, mapping: told, failure: told.failure! }]
      : []),
  ];
}

/** What is to be under an idnumber now. @throws RangeError for an idnumber that is none of ours */
export async function rowOf(view: RecordView, idnumber: string): Promise<RecordRow> {
  const service = services.ofIdnumber(idnumber);
  await service.prepare?.(view, [idnumber]);
  const mapping = await view.mapping(idnumber);
  return { idnumber, mapping, ...stateOf(await service.build(view, idnumber), mapping) };
}

function stateOf(
  built: Built,
  mapping: Mapping | undefined,
): Pick<RecordRow, 'state' | 'payload' | 'failure' | 'isActive'> {
  if (built.kind === 'nothing') return { state: 'nothing' };
  if (built.kind === 'failed') return { state: 'invalid', failure: built.failure };
  const { payload, active: isActive } = built.entity;
  if (!isActive && mapping?.moodle_id === undefined) return { state: 'nothing', payload, isActive };
  const isPushed = mapping?.sync_hash === payloadHash(payload);
  return { state: isPushed ? 'pushed' : 'differs', payload, isActive };
}

async function ownIdnumbers(view: RecordView, { model, id }: RecordKey): Promise<string[]> {
  const own = services.inOrder.filter(({ name }) => serviceModels[name] === model);
  const targets = await Promise.all(own.map((service) => service.targets(view, [id])));
  return targets.flatMap((target) => target.get(id) ?? []);
}

/** What a record is a part of, by what it says now. */
async function idnumbersOfWhole(view: RecordView, { model, id }: RecordKey): Promise<string[]> {
  switch (model) {
    case 'op.student.course': {
      const enrolment = await view.read(model, id);
      return enrolment.state === 'valid' ? [`${studentIdnumber(enrolment.record.studentId)}@enrolments`] : [];
    }
    case 'op.session': {
      const session = await view.read(model, id);
      return session.state === 'valid' ? [`${facultyIdnumber(session.record.facultyId)}@teaching`] : [];
    }
    case 'op.attendance.line': {
      const line = await view.read(model, id);
      return line.state === 'valid' ? [sheetIdnumber(line.record.sheetId)] : [];
    }
    default:
      return [];
  }
}
