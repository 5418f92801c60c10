import {
  NotOdooError,
  OdooAccessError,
  OdooDatabaseError,
  OdooError,
  OdooLoginError,
  OdooMissingFieldError,
  OdooMissingModelError,
  OdooMissingRecordError,
  OdooUnavailableError,
  OdooValidationError,
  stopsAll,
} from '#shared/odoo/client/errors.ts';
import {
  conflict,
  type Failure,
  type FailureClass,
  isFailureOfInstance,
  missingDependency,
} from '#shared/sync/failure.ts';
import { type ErpMapping, importKey } from './mapping.ts';

/**
 * The failure table: what each error of the Odoo client means for the record that met it, and what to do. The first class
 * that the error is an instance of counts; anything else is a refusal.
 */
const rules: [abstract new (...args: never[]) => OdooError, FailureClass, advice: string][] = [
  [
    OdooUnavailableError,
    'unreachable',
    'Check that the ERP is up and reachable from here; it is tried again by itself.',
  ],
  [
    OdooLoginError,
    'misconfigured',
    'Connect the ERP again with a valid user and key: oec-moodle erp connect.',
  ],
  [OdooDatabaseError, 'misconfigured', 'Check the name of the database: oec-moodle erp connect.'],
  [NotOdooError, 'misconfigured', 'Check the URL of the ERP: oec-moodle erp connect.'],
  [
    OdooAccessError,
    'misconfigured',
    "Give the key's user the right in Odoo; what waits is brought by itself then.",
  ],
  [
    OdooMissingModelError,
    'misconfigured',
    'Install the OpenEduCat module; what waits is brought by itself then.',
  ],
  [OdooMissingFieldError, 'dependency', 'Nothing: its fields are asked for anew.'],
  [
    OdooMissingRecordError,
    'dependency',
    'Something was deleted in the ERP at this moment; it is looked at again by itself.',
  ],
  [
    OdooValidationError,
    'refused',
    'Compare the record with what OpenEduCat accepts; it is tried again by itself.',
  ],
  [OdooError, 'refused', "Look into the Odoo server's log; it is tried again by itself."],
];

/** The failure of a record whose call Odoo did not carry out. Its reason names no person and no secret. */
export function failureOfOdoo(error: OdooError): Failure {
  const [, failureClass, advice] = rules.find(([type]) => error instanceof type)!;
  return {
    class: failureClass,
    code: error.code,
    reason: error.message,
    advice,
    ...(error instanceof OdooValidationError && error.field !== undefined && { field: error.field }),
  };
}

/**
 * Whether an error says that no call would do better now. Transactions that collide and a right that is missing for one
 * model stop only what met them.
 */
export function isErpFailure(error: OdooError): boolean {
  if (error instanceof OdooUnavailableError) return error.kind !== 'busy';
  return stopsAll(error);
}

/** The failure of a record rule: the user may use the model, but not this record of it. */
export function hiddenRecord(error: OdooError): Failure {
  return {
    class: 'refused',
    code: 'record-rule',
    reason: error.message,
    advice:
      'Look for a record rule in Odoo that keeps the record from the user; it is tried again by itself.',
  };
}

/** The failure of a record whose parent is not in the ERP. */
export function parentMissing(parent: ErpMapping): Failure {
  if (isFailureOfInstance(parent.failure)) return { ...parent.failure!, waits_for: undefined };
  return {
    ...missingDependency(`It belongs to ${importKey(parent)}, which could not be brought to the ERP itself.`),
    code: 'waits',
    advice: 'Put that one right first (oec-moodle erp failures); this one follows by itself.',
    waits_for: [importKey(parent)],
  };
}

/** The failure of a line on a sheet of the ERP's own that is not there any more. */
export function sheetGone(erpId: number): Failure {
  return missingDependency(
    `The ERP has no op.attendance.sheet ${erpId}, to which it belongs.`,
    'attendance_id',
  );
}

/** The failure of a record that refers to one from Moodle which is not in the table. */
export function parentUnknown(key: string): Failure {
  return missingDependency(`It belongs to ${key}, which is not in the records table.`);
}

export function unknownStudent(student: number): Failure {
  return missingDependency(
    `The ERP has no op.student ${student}, whose mark this is: deleted, or hidden from the user of the key.`,
    'student_id',
  );
}

export function noBatch(program: number): Failure {
  return missingDependency(
    `The ERP has no batch for program ${program}, and an exam or register needs one.`,
    'batch_id',
  );
}

export function noFreeTime(subject: number): Failure {
  return {
    class: 'refused',
    code: 'no-free-time',
    field: 'start_time',
    reason: `Other exams of op.subject ${subject} take up all days of its session, and OpenEduCat has one at a time.`,
    advice: 'Shorten or move one of them in the ERP; it is tried again by itself.',
  };
}

export function deletedInErp({ model, erp_id }: ErpMapping): Failure {
  return conflict(
    'deleted-in-erp',
    `${model} ${erp_id} was imported from Moodle, and has been deleted in the ERP or given another code since.`,
    'If that was meant, discard this; else retry it, and it is made again.',
  );
}

export function closedInErp(model: string, erpId: number, state: string): Failure {
  return conflict(
    'closed-in-erp',
    `${model} ${erpId} is closed in the ERP (${state}), so nothing from Moodle is written to it any more.`,
    'Enter the change in the ERP by hand if it still counts, or open it again; it is looked at once a day.',
  );
}

/** @param fields that differ, with what the ERP and Moodle say */
export function editedInErp(model: string, erpId: number, differences: readonly string[]): Failure {
  return conflict(
    'edited-in-erp',
    `${model} ${erpId} was edited in the ERP since it was imported: ${differences.join('; ')}.`,
    'Decide which counts: enter it in the ERP by hand, or in Moodle; or let Moodle win always with the setting ' +
      'overwrite_erp_edits of the instance.',
  );
}

/** @param values that differ, as `editedInErp` has them */
export function foundInErp(model: string, erpId: number, differences: readonly string[]): Failure {
  return conflict(
    'already-in-erp',
    `The ERP has ${model} ${erpId} for it already, which was not imported: ${differences.join('; ')}.`,
    'Decide which counts: correct or delete that one in the ERP, or set overwrite_erp_edits of the instance.',
  );
}

/** What a record is known by whose deletion the brake holds. */
export const brakeCode = 'brake';

export function heldByBrake(instance: string): Failure {
  return conflict(
    brakeCode,
    'It was taken back in Moodle, with unusually many others, so it is not deleted in the ERP.',
    `If that is meant: \`oec-moodle brake release ${instance} imported-marks\`; with --keep they stay as they are.`,
  );
}

export function codeTaken(model: string, erpId: number, code: string): Failure {
  return conflict(
    'code-taken',
    `The code ${code} belongs to ${model} ${erpId} in the ERP, which is of another program or subject.`,
    'Give that one another code in the ERP, then retry this.',
  );
}
