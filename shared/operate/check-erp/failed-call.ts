import {
  NotOdooError,
  OdooAccessError,
  OdooDatabaseError,
  type OdooError,
  OdooLoginError,
  OdooUnavailableError,
} from '#shared/odoo/client/errors.ts';
import type { ErpFinding } from './finding.ts';

const nothing = 'Nothing is exported from the ERP or imported into it until then; nothing is lost.';

/** The finding that Odoo could not be asked at all. @param error one that stops all */
export function unreachable(error: OdooError): ErpFinding {
  return {
    code: codeOf(error),
    severity: 'failed',
    message: error.message,
    consequence: nothing,
    advice: adviceFor(error),
  };
}

/** The finding that one thing could not be looked at. @param what as the subject of a sentence: `The language` */
export function notChecked(what: string, error: OdooError): ErpFinding {
  return {
    code: error.code,
    severity: 'warning',
    message: `${what} could not be checked. ${error.message}`,
    consequence: 'What this check would find shows only when records fail.',
    advice:
      error instanceof OdooAccessError
        ? 'Make the user an internal user of Odoo (docs/openeducat-setup.md, 2).'
        : "Look for the call in Odoo's server log; a module of the school's own may change this model.",
  };
}

/** PostgreSQL being away and a database that is not there have one word in the client. */
function codeOf(error: OdooError): string {
  if (error instanceof OdooDatabaseError) return 'no-database';
  return error instanceof OdooUnavailableError && error.kind === 'database' ? 'database-away' : error.code;
}

function adviceFor(error: OdooError): string {
  if (error instanceof OdooLoginError)
    return 'Make a new key for this user (docs/openeducat-setup.md, 4), and connect again with it.';
  if (error instanceof OdooDatabaseError)
    return "Ask the ERP's administrator for the name: it stands in Odoo's configuration (dbfilter) or at /web/database/selector.";
  if (error instanceof NotOdooError)
    return 'Open the URL with /web/login behind it in a browser: it should be the login page of the ERP.';
  return 'Where only AWS reaches the ERP, this machine cannot tell; otherwise see docs/openeducat-setup.md, 8 (network).';
}
