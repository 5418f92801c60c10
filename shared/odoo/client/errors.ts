/*
 * The errors of the client, one class for each thing that can be done about it. Their messages say what happened and
 * what to do. They hold neither the key nor anything of a record: of what Odoo says, only sentences that are known to
 * name nobody are taken over (plain-reason.ts); Odoo's `debug` and `arguments` quote whole calls and never are.
 */

/** Anything that went wrong between us and Odoo. */
export abstract class OdooError extends Error {
  /** `op.student.search_read`, or `login`. */
  readonly call: string;
  /** A short word for logs and for telling apart what the class does not. */
  readonly code: string;

  constructor(call: string, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.call = call;
    this.code = code;
  }
}

/** Odoo refuses the user or its API key. No record is at fault. */
export class OdooLoginError extends OdooError {
  override name = 'OdooLoginError';

  constructor(call: string) {
    super(
      call,
      'access-denied',
      `Odoo refused the user or its API key (${call}). Check the user's login, that the user is not archived, and ` +
        'that the key has neither been deleted nor expired; make a new one in its preferences if in doubt.',
    );
  }
}

/** The key would travel in the clear: nothing was sent. */
export class OdooInsecureError extends OdooLoginError {
  override name = 'OdooInsecureError';

  constructor(call: string) {
    super(call);
    this.message =
      `${call} was not called: the ERP's address begins with http://, and the key could be read on the way. ` +
      'Connect it by its address with https.';
  }
}

/** The user lacks a right, to a model or to one of its records. */
export class OdooAccessError extends OdooError {
  override name = 'OdooAccessError';

  constructor(call: string) {
    super(
      call,
      'access-error',
      `Odoo does not let the user of the API key do ${call}. Give it the access rights that docs/openeducat-setup.md ` +
        'lists, and look for record rules that hide records from it.',
    );
  }
}

/** Odoo or one of its modules does not take the values: a rule of the model, a unique code, a required field. */
export class OdooValidationError extends OdooError {
  override name = 'OdooValidationError';
  /** What Odoo said, where it is known to name nobody; else where its words are to be found. */
  readonly reason: string;
  /** The field that Odoo named, where it did: it does so for required ones. */
  readonly field?: string;

  constructor(call: string, reason: string, field?: string) {
    super(
      call,
      'validation-error',
      `Odoo refused ${call}: ${reason} Correct the record, or what it refers to.`,
    );
    this.reason = reason;
    if (field !== undefined) this.field = field;
  }
}

/** A record that the call names is not there (any more). */
export class OdooMissingRecordError extends OdooError {
  override name = 'OdooMissingRecordError';

  constructor(call: string) {
    super(
      call,
      'missing-record',
      `A record that ${call} names does not exist in Odoo, has been deleted, or is hidden from the user of the API key.`,
    );
  }
}

/** This Odoo has no such model: the module is not installed. */
export class OdooMissingModelError extends OdooError {
  override name = 'OdooMissingModelError';
  readonly model: string;

  constructor(call: string, model: string) {
    super(
      call,
      'missing-model',
      `Odoo has no model ${model}. Install the OpenEduCat module that brings it, or do without what it is for.`,
    );
    this.model = model;
  }
}

/** This Odoo's model has no such field: another version, or a module is not installed. */
export class OdooMissingFieldError extends OdooError {
  override name = 'OdooMissingFieldError';

  constructor(call: string) {
    super(
      call,
      'missing-field',
      `${call} names a field that this Odoo does not have. Its fields have changed since they were asked for, most ` +
        'likely because a module was installed, removed or updated; it will be asked again.',
    );
  }
}

/** Odoo's own code failed, or a module's: `code` is Python's name of the exception. */
export class OdooServerError extends OdooError {
  override name = 'OdooServerError';

  constructor(call: string, code: string) {
    super(call, code, `Odoo failed in ${call} with ${code}. Look for the traceback in Odoo's server log.`);
  }
}

/** A model's code takes one record at a time, and was given several. */
export class OdooSingletonError extends OdooServerError {
  override name = 'OdooSingletonError';
}

/** A method does not take the arguments by the names that they were given. */
export class OdooArgumentError extends OdooServerError {
  override name = 'OdooArgumentError';
}

/** There is no such database on the server, or it holds no Odoo. */
export class OdooDatabaseError extends OdooError {
  override name = 'OdooDatabaseError';

  constructor(call: string) {
    super(
      call,
      'database',
      'The Odoo server has no such database, or one without Odoo in it. Check the name of the database, and whether ' +
        'it has been renamed, is being restored or has been dropped.',
    );
  }
}

/** The language of the connection is not active in Odoo; it says so where a translated field is read or written. */
export class OdooLanguageError extends OdooError {
  override name = 'OdooLanguageError';

  constructor(call: string) {
    super(
      call,
      'language',
      `Odoo cannot do ${call} in the language of the connection, which is not active there. Activate it in Odoo ` +
        '(Settings, Translations, Languages), or choose one that is.',
    );
  }
}

/** Whatever answers at the address, it is not Odoo's JSON-RPC. */
export class NotOdooError extends OdooError {
  override name = 'NotOdooError';
  readonly httpStatus: number;

  constructor(call: string, httpStatus: number, detail: string) {
    super(
      call,
      'not-odoo',
      `What answered ${call} is not Odoo: ${detail} Check the URL (the address of Odoo's login page without ` +
        'anything behind the host) and what stands before Odoo: a proxy, a login page, a firewall.',
    );
    this.httpStatus = httpStatus;
  }
}

/** Odoo answered, but with another kind of value than the method gives. */
export class OdooAnswerError extends OdooError {
  override name = 'OdooAnswerError';

  /** @param complaints path and complaint of each part, without its value */
  constructor(call: string, complaints: readonly string[]) {
    super(
      call,
      'unexpected-answer',
      `Odoo's answer to ${call} is not of the expected shape (${complaints.join('; ')}). Check Odoo's version (16, ` +
        '17, 18 or 19) and modules that change this model.',
    );
  }
}

/**
 * - timeout: no whole answer in time. - connection: nobody answered, or the connection broke.
 * - http: a status that says that Odoo, or a proxy before it, cannot now. - half-answer: JSON that breaks off.
 * - database: Odoo does not reach its database. - busy: other transactions hold what the call needs.
 * - too-large: more than any answer of Odoo's has; it was not read to its end.
 */
export type UnavailableKind =
  | 'timeout'
  | 'connection'
  | 'http'
  | 'half-answer'
  | 'too-large'
  | 'database'
  | 'busy';

/** Odoo is away or overloaded. A write may have been carried out nevertheless, but for the kind `busy`. */
export class OdooUnavailableError extends OdooError {
  override name = 'OdooUnavailableError';
  readonly kind: UnavailableKind;
  readonly httpStatus?: number;

  constructor(
    call: string,
    kind: UnavailableKind,
    detail: string,
    options: { httpStatus?: number; cause?: unknown } = {},
  ) {
    super(call, kind, `No answer from Odoo to ${call}: ${detail}`, options.cause);
    this.kind = kind;
    if (options.httpStatus !== undefined) this.httpStatus = options.httpStatus;
  }
}

/** Whether an error says that no other call would fare better: Odoo is away, or refuses us as a whole. */
export function stopsAll(error: OdooError): boolean {
  return [OdooUnavailableError, NotOdooError, OdooLoginError, OdooDatabaseError].some(
    (kind) => error instanceof kind,
  );
}

/** Whether an error says that one of the call's records is at fault. */
export function isOfRecords(error: OdooError): boolean {
  return [OdooValidationError, OdooMissingRecordError, OdooServerError].some((kind) => error instanceof kind);
}

/** What a call gives, or why Odoo did not carry it out. @throws what is no OdooError */
export function orOdooError<Value>(call: Promise<Value>): Promise<Value | OdooError> {
  return call.catch((error: unknown) => {
    if (error instanceof OdooError) return error;
    throw error;
  });
}
