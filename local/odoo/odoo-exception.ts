/** An error as Odoo reports it: HTTP 200, and in `error.data` Python's name of the exception and its message. */
export class OdooException extends Error {
  override readonly name = 'OdooException';
  /** Such as `odoo.exceptions.ValidationError` or `builtins.ValueError`. */
  readonly python: string;

  constructor(python: string, message: string) {
    super(message);
    this.python = python;
  }
}

/** A rule of a model is broken. */
export function validationError(message: string): OdooException {
  return new OdooException('odoo.exceptions.ValidationError', message);
}

/** The database refused a row; Odoo says so in its own words. */
export function operationFailed(message: string): OdooException {
  return validationError(`The operation cannot be completed: ${message}`);
}

export function userError(message: string): OdooException {
  return new OdooException('odoo.exceptions.UserError', message);
}

export function accessError(message: string): OdooException {
  return new OdooException('odoo.exceptions.AccessError', message);
}

export function accessDenied(): OdooException {
  return new OdooException('odoo.exceptions.AccessDenied', 'Access Denied');
}

export function missingError(model: string, id: number): OdooException {
  return new OdooException(
    'odoo.exceptions.MissingError',
    `Record does not exist or has been deleted.\n(Record: ${model}(${id},), User: 2)`,
  );
}

/** PostgreSQL refuses a value: Odoo passes on what it says. */
export function databaseError(
  type:
    | 'DatetimeFieldOverflow'
    | 'InvalidDatetimeFormat'
    | 'InvalidTextRepresentation'
    | 'NumericValueOutOfRange',
  message: string,
) {
  return new OdooException(`psycopg2.errors.${type}`, `${message}\n`);
}

/** Something Python's own code fell over. */
export function pythonError(
  type: 'ValueError' | 'KeyError' | 'TypeError' | 'AttributeError',
  message: string,
) {
  return new OdooException(`builtins.${type}`, message);
}

export function invalidField(model: string, field: string): OdooException {
  return pythonError('ValueError', `Invalid field '${field}' on model '${model}'`);
}

/** A method of a model that takes one record was given several. */
export function expectedSingleton(model: string, ids: readonly number[]): OdooException {
  return pythonError('ValueError', `Expected singleton: ${model}(${ids.join(', ')})`);
}
