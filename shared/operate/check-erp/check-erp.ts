import { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { OdooClient, type OdooClientOptions } from '#shared/odoo/client/client.ts';
import { OdooError, stopsAll } from '#shared/odoo/client/errors.ts';
import type { TransportName } from '#shared/odoo/client/transport.ts';
import { notChecked, unreachable } from './failed-call.ts';
import { type ErpCheck, type ErpFinding, erpCheckOf } from './finding.ts';
import { gapFindings } from './gaps.ts';
import { hiddenFindings } from './hidden.ts';
import { languageFindings } from './language.ts';
import { needlessRightsFindings, rightsFindings } from './rights.ts';
import { groupFindings, keyFindings, timeZoneFindings, timeZoneOf } from './user.ts';
import { versionFindings } from './version.ts';

export interface CheckOptions {
  /** The field of op.student.course that takes completion, where the configuration names one. */
  completionField?: string | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
}

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
  { completionField, now }: CheckOptions,
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
    await look('What the ERP has', () => gapFindings(fields, completionField));
    await look('What the user may do', () => rightsFindings(client, fields, completionField));
    await look('What the user need not do', () => needlessRightsFindings(client, fields));
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
