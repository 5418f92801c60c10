import { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { OdooClient, type OdooClientOptions } from '#shared/odoo/client/client.ts';
import {
  NotOdooError,
  OdooAccessError,
  OdooDatabaseError,
  OdooError,
  OdooLoginError,
  OdooUnavailableError,
  stopsAll,
} from '#shared/odoo/client/errors.ts';
import type { TransportName } from '#shared/odoo/client/transport.ts';
import { type CheckOptions, type ErpCheck, type ErpFinding, erpCheckOf } from './finding.ts';
import { needlessRightsFindings, rightsFindings } from './rights.ts';
import { groupFindings, keyFindings, timeZoneFindings, timeZoneOf } from './user.ts';
import { gapFindings, hiddenFindings, languageFindings, versionFindings } from './what-is-there.ts';

/** Nothing in Odoo's API tells of record rules: a record that they hide looks as if it were not there. */
export const notToBeSeen =
  'Not to be seen from here: record rules, and companies that the user is not allowed, where they hide records that ' +
  'no enrolment or lecture names. Compare the counts of `oec-moodle erp show` with the lists in Odoo once.';

/**
 * Asks an Odoo all that decides whether the link can work with it, without changing anything: about 90 short calls.
 * What is wrong is answered, not thrown.
 */
export async function checkErp(
  connection: OdooClientOptions,
  { now, ...asked }: CheckOptions,
): Promise<ErpCheck> {
  const client = new OdooClient(connection);
  const english = new OdooClient({ ...connection, language: 'en_US' });
  const fields = new ModelFields(client);
  const findings: ErpFinding[] = [];
  let version: string | undefined;
  let timeZone: string | undefined;
  let transport: TransportName | undefined;
  const look = async (what: string, find: () => Promise<ErpFinding[]>) => {
    findings.push(...(await unlessRefused(what, find)));
  };
  try {
    transport = await client.transport();
    version = await client.version();
    findings.push(...versionFindings(version));
    const { language = 'en_US' } = connection;
    await english.login();
    findings.push(...(await languageFindings(english, language)));
    // Nothing else would be answered.
    if (findings.some(({ severity }) => severity === 'failed')) return erpCheckOf(findings, now(), version);
    const known = version;
    await look('What the ERP has', () => gapFindings(fields, asked));
    await look('What the user may do', () => rightsFindings(client, fields, asked));
    await look('What the user need not do', () => needlessRightsFindings(client, fields, asked));
    await look("The user's groups", () => groupFindings(client, known));
    await look('What is hidden from the user', () => hiddenFindings(client, fields));
    await look("The user's time zone", async () => {
      timeZone = await timeZoneOf(client);
      return timeZoneFindings(timeZone);
    });
    await look("The user's API keys", () => keyFindings(client, fields, now()));
  } catch (error) {
    if (!(error instanceof OdooError)) throw error;
    findings.push(unreachable(error));
  }
  return {
    ...erpCheckOf(findings, now(), version),
    ...(transport !== undefined && { transport }),
    ...(timeZone !== undefined && { time_zone: timeZone }),
  };
}

/** One thing that cannot be looked at is a finding itself, and stops no other. @throws OdooError one that stops all */
async function unlessRefused(what: string, find: () => Promise<ErpFinding[]>): Promise<ErpFinding[]> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof OdooError) || stopsAll(error)) throw error;
    return [notChecked(what, error)];
  }
}

/** The finding that Odoo could not be asked at all. @param error one that stops all */
function unreachable(error: OdooError): ErpFinding {
  return {
    code: codeOf(error),
    severity: 'failed',
    message: error.message,
    consequence: 'Nothing is exported from the ERP or imported into it until then; nothing is lost.',
    advice: adviceFor(error),
  };
}

/** The finding that one thing could not be looked at. @param what as the subject of a sentence: `The language` */
function notChecked(what: string, error: OdooError): ErpFinding {
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
