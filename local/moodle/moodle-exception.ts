import { isAtLeast } from '#shared/moodle/client/release.ts';

/** An error as Moodle reports it: HTTP 200 and a JSON body of these three members (no errorcode if it is empty). */
export class MoodleException extends Error {
  override readonly name = 'MoodleException';
  readonly exception: string;
  readonly errorcode: string;

  constructor(errorcode: string, message: string, exception = 'core\\exception\\moodle_exception') {
    super(message);
    this.errorcode = errorcode;
    this.exception = exception;
  }
}

/** What Moodle says to anything its validation refuses; outside developer mode it does not say what it was. */
export function invalidParameter(): MoodleException {
  return new MoodleException(
    'invalidparameter',
    'Invalid parameter value detected',
    'core\\exception\\invalid_parameter_exception',
  );
}

/** What Moodle's own code says that was not written for what it is asked. */
export function codingError(what: string): MoodleException {
  const message = `Coding error detected, it must be fixed by a programmer: ${what}`;
  return new MoodleException('codingerror', message, 'core\\exception\\coding_exception');
}

/** The database refused a row: too long a value, a key stored by somebody else meanwhile, or a deadlock. */
export function databaseWriteError(): MoodleException {
  return new MoodleException('dmlwriteexception', 'Error writing to database', 'dml_write_exception');
}

/** A row that must exist does not. @param table undefined where the query was of several */
export function missingRecord(table?: string): MoodleException {
  return new MissingRecord(table);
}

class MissingRecord extends MoodleException {
  constructor(table?: string) {
    const code = table === 'user' ? 'invaliduser' : table ? 'invalidrecord' : 'invalidrecordunknown';
    const place = table ? ` table ${table}` : '';
    const message = table === 'user' ? 'Invalid user' : `Can't find data record in database${place}.`;
    super(code, message, 'dml_missing_record_exception');
  }
}

/** An exception as a release tells of it: from 5.0 on nothing says in which table a row is missing. */
export function toldBy(release: string, exception: MoodleException): MoodleException {
  return exception instanceof MissingRecord && isAtLeast(release, '5.0') ? missingRecord() : exception;
}

/** Moodle's own code fell over: PHP's error has no errorcode. */
export function phpError(message: string): MoodleException {
  return new MoodleException('', message, 'Error');
}

/** The context of a course cannot be entered, which is how most functions say that a course does not exist. */
export function courseContextInvalid(courseId: number): MoodleException {
  return new MoodleException(
    'errorcoursecontextnotvalid',
    `You cannot execute functions in the course context (course id:${courseId}).`,
  );
}

/** A parameter that passed validation but is not acceptable to the function. */
export function invalidParameterNamed(name: string): MoodleException {
  return new MoodleException('errorinvalidparam', `The parameter "${name}" is invalid.`);
}

/** How the update functions report an item they could not apply. */
export type Warning = { item: string; itemid: number; warningcode: string; message: string };

/**
 * Runs the change of one item; Moodle's refusal becomes a warning, anything else is a bug and passes through.
 *
 * @param change runs in a transaction of its own where the caller gives it one
 */
export function warningOf(
  { item, itemid, release }: { item: string; itemid: number; release: string },
  change: () => void,
): Warning | undefined {
  try {
    change();
    return undefined;
  } catch (error) {
    if (!(error instanceof MoodleException)) throw error;
    const { errorcode, message } = toldBy(release, error);
    return { item, itemid, warningcode: errorcode, message };
  }
}
