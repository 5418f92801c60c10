import type { Problem } from '#shared/models/models.ts';
import {
  isMissingRecord,
  MoodleAnswerError,
  MoodleAuthError,
  MoodleError,
  MoodleUnavailableError,
} from '#shared/moodle/client/errors.ts';

import {
  type Failure,
  type FailureClass,
  isFailureOfInstance,
  missingDependency,
} from '#shared/sync/failure.ts';

/**
 * The failure table: what each errorcode of Moodle means for the record that met it, and what to do.
 * Codes measured on Moodle 4.5; any other code is a refusal.
 */
const table: Partial<Record<FailureClass, Record<string, string>>> = {
  misconfigured: {
    nopermissions: "Give the token's user the capability in Moodle (docs/moodle-setup.md lists them).",
    requireloginerror: "Give the token's user access to the course or category in Moodle.",
    // The site has added a field to its accounts that everybody has to fill in (4.5 and 5.1).
    usernotfullysetup:
      "Fill in the required fields in the profile of the token's own account in Moodle (Site administration, Users).",
    wsusercannotassign:
      "Allow the token's role to assign this role in Moodle, and check the role ids of the instance.",
  },
  conflict: {
    shortnametaken:
      'Rename the other course in Moodle, or give it the idnumber of this record to have it adopted.',
    useremailduplicate: 'Another account in Moodle has this e-mail address: correct one of the two.',
    usernotupdatedadmin:
      'The account is a site administrator: give the administrator another e-mail address.',
    usernotupdatedguest: 'The account is the guest account: correct the e-mail address.',
    guestsarenotallowed: 'The account is the guest account: correct the e-mail address.',
  },
  dependency: {
    errorcatcontextnotvalid: 'The category was deleted in Moodle; it is made again.',
    unknowcategory: 'The parent category was deleted in Moodle; it is made again.',
    userdeleted: 'The account was deleted in Moodle; it is made again.',
  },
  invalid: { useremailinvalid: 'Correct the e-mail address of the record in the ERP.' },
  refused: {
    wsnoinstance: 'Add the manual enrolment method to the course in Moodle.',
    usernotconfirmed: 'Confirm the account in Moodle.',
    phpfailure: "Look into Moodle's or PHP's error log.",
  },
};

type Rule = Pick<Failure, 'class' | 'advice'>;

const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries(table).flatMap(([failureClass, advices]) =>
    Object.entries(advices).map(([code, advice]) => [code, { class: failureClass as FailureClass, advice }]),
  ),
);

/** A row that is not there: which one, only some releases tell. */
const missing: Rule = {
  class: 'dependency',
  advice: 'What it names was deleted in Moodle; it is made again.',
};

const refused: Rule = {
  class: 'refused',
  advice: 'Compare the record with what Moodle accepts; it is tried again by itself.',
};

/** The failure of a record whose call Moodle answered with this errorcode. */
export function failureOfCode(code: string, moodleFunction: string): Failure {
  const rule = rules.get(code) ?? (isMissingRecord(code) ? missing : refused);
  return { ...rule, code, reason: `Moodle refused ${moodleFunction} with ${code}.` };
}

/** Errors of the client that say something about the whole instance and not about one record. */
export function isInstanceFailure(error: unknown): boolean {
  return (
    error instanceof MoodleUnavailableError ||
    error instanceof MoodleAuthError ||
    (error instanceof MoodleError && rules.get(error.errorcode)?.class === 'misconfigured')
  );
}

/** The failure that an error of the Moodle client stands for; anything else is a defect of ours and is thrown on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof MoodleUnavailableError) {
    const advice = 'Check that Moodle is up and reachable from here; it is tried again by itself.';
    return { class: 'unreachable', code: error.kind, reason: error.message, advice };
  }
  if (error instanceof MoodleAnswerError) {
    const advice =
      'Check the Moodle release (4.5 or newer is needed) and plugins that change its web services.';
    return { class: 'refused', code: 'unexpectedanswer', reason: error.message, advice };
  }
  if (error instanceof MoodleAuthError) {
    const advice = 'Put it right in Moodle; what waits is pushed by itself then.';
    return { class: 'misconfigured', code: error.errorcode, reason: error.message, advice };
  }
  if (error instanceof MoodleError) return failureOfCode(error.errorcode, error.function);
  throw error;
}

/** The same in a run of calls, which is over where the error says something about the instance. */
export function failureIn(run: { failure?: Failure | undefined }, error: unknown): Failure {
  const failure = failureOf(error);
  if (isInstanceFailure(error)) run.failure = failure;
  return failure;
}

/** The failure of a record that its schema or Moodle's own rules do not admit. */
export function failureOfProblems(problems: Problem[]): Failure {
  const [first] = problems;
  return {
    class: 'invalid',
    code: first?.rule ?? 'invalid',
    field: first?.field,
    reason: problems.map((problem) => problem.reason).join(' '),
    advice: 'Correct the record in the ERP; it is pushed again as soon as it changes.',
  };
}

/** The failure of an entity that needs what another worker is making: it waits, without losing an attempt. */
export function beingMade(idnumber: string): Failure {
  return {
    class: 'dependency',
    code: 'waiting',
    reason: `It needs ${idnumber}, which is being made in Moodle.`,
    advice: 'Nothing; it is pushed as soon as that is there.',
    waits_for: [idnumber],
  };
}

/**
 * The failure of an entity that was pushed without some of its dependencies: it waits for all of them, and the arrival
 * of any one is a step forward.
 *
 * @param unmet why each of them is not in Moodle
 */
export function partlyUnmet(unmet: readonly Failure[]): Failure | undefined {
  const waiting = unmet.find(({ waits_for }) => waits_for !== undefined);
  if (!waiting || unmet.some(isFailureOfInstance)) return unmet.find(isFailureOfInstance) ?? unmet[0];
  return { ...waiting, waits_for: [...new Set(unmet.flatMap(({ waits_for = [] }) => waits_for))] };
}

/** The failure of a record of which it cannot be told whether it belongs into an instance for some departments only. */
export function scopeUnknown(): Failure {
  return {
    ...missingDependency(
      'It cannot be told whether it belongs into this Moodle: a department, program or enrolment that decides it ' +
        'cannot be read, or lies below itself.',
    ),
    advice: 'Correct that record in the ERP; until then everything stays in Moodle as it is.',
  };
}

/**
 * Whether the same call can succeed a moment later: Moodle answers a database deadlock between two calls
 * with the same code as a value that is too long (measured on Moodle 4.5 with MariaDB).
 */
export function mayBeDeadlock(error: unknown): boolean {
  return error instanceof MoodleError && error.errorcode === 'dmlwriteexception';
}
