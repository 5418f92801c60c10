/*
 * The errors of the client. Their messages say what happened and what to do, and hold neither tokens nor
 * personal data: Moodle's own `message` and `debuginfo` quote names and addresses, so they are never taken over.
 */

/** Moodle understood the call and refused it. */
export class MoodleError extends Error {
  override name = 'MoodleError';
  /** Moodle's errorcode, a short word (see {@link plainErrorcode}). */
  readonly errorcode: string;
  readonly function: string;

  constructor(moodleFunction: string, errorcode: string, advice = adviceFor(errorcode)) {
    super(`Moodle refused ${moodleFunction} with ${errorcode}. ${advice}`);
    this.errorcode = errorcode;
    this.function = moodleFunction;
  }
}

/** Moodle refused the token, its user or the function: the instance is misconfigured, no record is at fault. */
export class MoodleAuthError extends MoodleError {
  override name = 'MoodleAuthError';
}

/** The token would travel in the clear: nothing was sent. */
export class MoodleInsecureError extends MoodleAuthError {
  override name = 'MoodleInsecureError';

  constructor(moodleFunction: string) {
    super(moodleFunction, 'insecureaddress');
    this.message =
      `${moodleFunction} was not called: the address of the instance begins with http://, and the token could be read ` +
      'on the way. Set base_url to the address with https.';
  }
}

/**
 * - timeout: no whole answer in time. - connection: nobody answered, or the connection broke.
 * - http: a status that is not 200. - redirect: sent to another address, usually a login page.
 * - not-json: an empty page, HTML, or JSON that breaks off. - maintenance: Moodle says that it is being serviced.
 * - too-large: more than any answer of Moodle's has; it was not read to its end.
 */
export type UnavailableKind =
  | 'timeout'
  | 'connection'
  | 'http'
  | 'redirect'
  | 'not-json'
  | 'maintenance'
  | 'too-large';

/** There was no answer of Moodle's web services. A write may have been carried out nevertheless. */
export class MoodleUnavailableError extends Error {
  override name = 'MoodleUnavailableError';
  readonly function: string;
  readonly kind: UnavailableKind;
  readonly httpStatus?: number;

  constructor(
    moodleFunction: string,
    kind: UnavailableKind,
    detail: string,
    options: { httpStatus?: number; cause?: unknown } = {},
  ) {
    super(`No answer from Moodle to ${moodleFunction}: ${detail}`, { cause: options.cause });
    this.function = moodleFunction;
    this.kind = kind;
    if (options.httpStatus !== undefined) this.httpStatus = options.httpStatus;
  }
}

/** What an answer is that has another status than Moodle's web services give. */
export function unexpectedStatus(moodleFunction: string, httpStatus: number): MoodleUnavailableError {
  const isRedirect = httpStatus >= 300 && httpStatus < 400;
  const detail = isRedirect
    ? `it redirects elsewhere (HTTP ${httpStatus}). The base URL must be exactly the site's wwwroot, and no login page ` +
      'may stand before /webservice.'
    : `HTTP status ${httpStatus}. ${adviceForStatus(httpStatus)}`;
  return new MoodleUnavailableError(moodleFunction, isRedirect ? 'redirect' : 'http', detail, { httpStatus });
}

function adviceForStatus(status: number): string {
  if (status === 403)
    return 'Enable web services and the REST protocol in Moodle, and let the firewall pass.';
  if (status === 404) return 'Check the base URL of the instance.';
  if (status === 413) return "Raise the web server's limit for the size of a request.";
  return 'Check that Moodle is up.';
}

/** Moodle answered JSON that is not of the documented shape. */
export class MoodleAnswerError extends Error {
  override name = 'MoodleAnswerError';
  readonly function: string;

  /** @param complaints path and complaint of each field, without its value */
  constructor(moodleFunction: string, complaints: string[]) {
    super(
      `Moodle's answer to ${moodleFunction} is not of the documented shape (${complaints.join('; ')}). ` +
        "Check the capabilities of the token's user, Moodle's release (4.5 or newer) and plugins that change it.",
    );
    this.function = moodleFunction;
  }
}

/** Codes that say something about the token, its user or its service, from Moodle's webservice/lib.php. */
const authAdvice: Record<string, string> = {
  invalidtoken: 'Make a new token in Moodle and store it for this instance.',
  accessexception:
    "Check in Moodle that the token has not expired, that the external service holds the function, lists the token's " +
    'user and is enabled, and that the user may use the REST protocol.',
  servicenotavailable: 'Enable web services and the external service in Moodle.',
  wsaccessuserdeleted: "The token's user was deleted in Moodle: make a new user and token.",
  wsaccessuserunconfirmed: "Confirm the account of the token's user in Moodle.",
  wsaccessusersuspended: "The token's user is suspended in Moodle: activate it.",
  wsaccessuserexpired: "The password of the token's user has expired in Moodle: change it.",
  wsaccessusernologin: "Give the token's user another authentication method in Moodle than “No login”.",
};

/**
 * What Moodle answers where a row is not there that must be. Debugging tells which table it looked in; 4.5 tells
 * always, 5.x says `invalidrecordunknown` of every table while debugging is off (lib/dmllib.php).
 */
const missingRecordCodes = new Set([
  'invalidrecord',
  'invalidrecordunknown',
  'invaliduser',
  'invalidcourseid',
  'invalidcoursemodule',
]);

/** Whether a refusal, or a warning, says that something which the call names is not in Moodle. */
export function isMissingRecord(errorcode: string): boolean {
  return missingRecordCodes.has(errorcode);
}

/** Our code for an exception without one: a defect in Moodle's own code or in a plugin. */
export const phpFailure = 'phpfailure';

/** Codes with which a Moodle that is not in service answers. */
const maintenanceCodes = new Set([
  'sitemaintenance',
  'upgraderunning',
  'dbconnectionfailed',
  'upgraderequired',
]);

/** The error that an exception in Moodle's answer stands for. */
export function errorOfCode(moodleFunction: string, errorcode: string): MoodleError | MoodleUnavailableError {
  if (maintenanceCodes.has(errorcode)) {
    return new MoodleUnavailableError(
      moodleFunction,
      'maintenance',
      `the site is being serviced (${errorcode}). It will be tried again; check when the service ends.`,
    );
  }
  const advice = authAdvice[errorcode];
  return advice
    ? new MoodleAuthError(moodleFunction, errorcode, advice)
    : new MoodleError(moodleFunction, errorcode);
}

/**
 * A short word for what Moodle gives as errorcode. Some plugins and the password policy throw whole sentences or
 * HTML in its place, in the site's language and with people's data in them.
 */
export function plainErrorcode(moodleFunction: string, errorcode: string): string {
  if (/^[\w/:.-]{1,64}$/.test(errorcode)) return errorcode;
  return moodleFunction.startsWith('core_user_') && errorcode.includes('<')
    ? 'passwordpolicy'
    : 'unknownerror';
}

function adviceFor(errorcode: string): string {
  if (errorcode === 'nopermissions' || errorcode === 'requireloginerror') {
    return "Give the token's user the missing capability in Moodle (docs/moodle-setup.md lists them).";
  }
  if (errorcode === phpFailure)
    return "Look into the web server's error log: Moodle or a plugin of it failed.";
  if (errorcode === 'passwordpolicy') return "Compare the password with the site's password policy.";
  return 'Compare what was sent with what Moodle accepts (the rules for usernames, lengths and unique keys).';
}
