import * as z from 'zod';
import {
  OdooAccessError,
  OdooArgumentError,
  OdooDatabaseError,
  type OdooError,
  OdooLanguageError,
  OdooLoginError,
  OdooMissingFieldError,
  OdooMissingModelError,
  OdooMissingRecordError,
  OdooServerError,
  OdooSingletonError,
  OdooUnavailableError,
  OdooValidationError,
} from './errors.ts';
import { plainReason } from './plain-reason.ts';

/** So much of a message is kept to match it: Odoo's own are shorter, and a broken server may send megabytes. */
const longestMessage = 2_000;

/** What Odoo says of an error: the name of a Python exception, and its message. */
export const refusalSchema = z.object({
  name: z.string().catch(''),
  message: z
    .string()
    .catch('')
    .transform((message) => message.slice(0, longestMessage)),
});
export type Refusal = z.infer<typeof refusalSchema>;

/** Which call was refused. */
export type RefusedCall = {
  /** `op.student.write`, or `login`. */
  name: string;
  /** Undefined for the login. */
  model?: string;
};

/** Transactions that got in each other's way: nothing of the call has happened. */
const collisions = new Set([
  'psycopg2.errors.SerializationFailure',
  'psycopg2.errors.DeadlockDetected',
  'psycopg2.errors.LockNotAvailable',
  'psycopg2.extensions.TransactionRollbackError',
  'odoo.exceptions.ConcurrencyError',
]);

/**
 * The error that a refusal of Odoo's stands for. It goes by the name of the exception, which no translation changes;
 * messages are looked at only where they are PostgreSQL's or Python's own, which are English.
 */
export function errorOfRefusal({ name, message }: Refusal, call: RefusedCall): OdooError {
  switch (name) {
    case 'odoo.exceptions.AccessDenied':
    case 'werkzeug.exceptions.Unauthorized':
      return new OdooLoginError(call.name);
    case 'odoo.exceptions.AccessError':
      return new OdooAccessError(call.name);
    case 'odoo.exceptions.MissingError':
      return new OdooMissingRecordError(call.name);
    case 'odoo.exceptions.ValidationError':
    case 'odoo.exceptions.RedirectWarning':
    case 'psycopg2.errors.UniqueViolation':
    case 'psycopg2.errors.NotNullViolation':
    case 'psycopg2.errors.ForeignKeyViolation':
    case 'psycopg2.errors.CheckViolation':
      return validationError(message, call);
    case 'odoo.exceptions.UserError':
      return ofUserError(message, call);
    case 'werkzeug.exceptions.NotFound':
      return ofNotFound(message, call);
    case 'werkzeug.exceptions.UnprocessableEntity':
      return new OdooArgumentError(call.name, 'arguments');
    case 'builtins.KeyError':
      return ofKeyError(message, call);
    case 'builtins.ValueError':
      return ofValueError(message, call);
    default:
      if (collisions.has(name)) return busy(call.name);
      return name.startsWith('psycopg2.') ? ofDatabase(name, message, call) : serverError(name, call);
  }
}

function validationError(message: string, call: RefusedCall): OdooValidationError {
  const { reason, field } = plainReason(message);
  return new OdooValidationError(call.name, reason, field);
}

/** Odoo says "Object op.exam doesn't exist", in the user's language, when a model is called that it has not. */
function ofUserError(message: string, call: RefusedCall): OdooError {
  const { model } = call;
  // Not translated, since it is the language that is missing.
  if (message.startsWith('Invalid language code')) return new OdooLanguageError(call.name);
  const saysOnlyTheModel = model !== undefined && message.includes(` ${model} `) && message.length < 120;
  return saysOnlyTheModel ? new OdooMissingModelError(call.name, model) : validationError(message, call);
}

/** JSON-2 has no address for a model, or for a method, that is not there. */
function ofNotFound(message: string, call: RefusedCall): OdooError {
  const { model } = call;
  if (model !== undefined && message.includes(`the model '${model}' does not exist`))
    return new OdooMissingModelError(call.name, model);
  return serverError('werkzeug.exceptions.NotFound', call);
}

function ofKeyError(message: string, call: RefusedCall): OdooError {
  // A database that PostgreSQL has and Odoo has not been installed in has no users.
  if (message.includes('res.users')) return new OdooDatabaseError(call.name);
  if (call.model !== undefined && message === call.model)
    return new OdooMissingModelError(call.name, call.model);
  return serverError('builtins.KeyError', call);
}

/** A word that a selection does not know, a date or number that is none: the values are at fault, not the server. */
const unfitting =
  /^Wrong value for|does not match format|^day is out of range|^unconverted data remains|^stray % in format|^invalid literal for int|^could not convert string/;

/** What Odoo did not check and PostgreSQL does not take; it quotes the row, which is not passed on. */
const unfittingForDatabase = new Set([
  'psycopg2.errors.DatetimeFieldOverflow',
  'psycopg2.errors.InvalidDatetimeFormat',
  'psycopg2.errors.InvalidTextRepresentation',
  'psycopg2.errors.NumericValueOutOfRange',
]);

function wrongValue(call: RefusedCall): OdooValidationError {
  return new OdooValidationError(call.name, 'a value is not one the field takes.');
}

function ofValueError(message: string, call: RefusedCall): OdooError {
  if (message.startsWith('Expected singleton')) return new OdooSingletonError(call.name, 'singleton');
  if (message.startsWith('Invalid field')) return new OdooMissingFieldError(call.name);
  return unfitting.test(message) ? wrongValue(call) : serverError('builtins.ValueError', call);
}

function ofDatabase(name: string, message: string, call: RefusedCall): OdooError {
  if (unfittingForDatabase.has(name)) return wrongValue(call);
  const isNoDatabase = name === 'psycopg2.OperationalError' && /database ".*" does not exist/.test(message);
  const isNoOdoo = name === 'psycopg2.errors.UndefinedTable' && message.includes('res_users');
  if (isNoDatabase || isNoOdoo) return new OdooDatabaseError(call.name);
  if (
    name === 'psycopg2.OperationalError' ||
    name === 'psycopg2.InterfaceError' ||
    name.endsWith('PoolError')
  )
    return new OdooUnavailableError(
      call.name,
      'database',
      'it does not reach its PostgreSQL database, or has no connection left. Check the database server, and the ' +
        'name of the database.',
    );
  return serverError(name, call);
}

function busy(call: string): OdooUnavailableError {
  return new OdooUnavailableError(
    call,
    'busy',
    'other transactions hold the same records, and it gave up waiting. It will be tried again.',
  );
}

function serverError(name: string, call: RefusedCall): OdooServerError {
  return new OdooServerError(call.name, /^[\w.]{1,80}$/.test(name) ? name : 'unknown');
}
