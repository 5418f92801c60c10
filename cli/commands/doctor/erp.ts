import { aboutOf } from '#cli/commands/report/erp-section.ts';
import type { Deployment, ErpDeployment } from '#cli/connection/deployment.ts';
import { checkConnection } from '#cli/erp/check-connection.ts';
import { collectErp } from '#cli/erp/collect-erp.ts';
import type { ErpReport, ErpReportFinding } from '#cli/erp/erp-report.ts';
import { storedConnection } from '#cli/erp/erp-side.ts';
import { notToBeSeen } from '#shared/operate/check-erp/check-erp.ts';
import type { ErpCheck, ErpFinding } from '#shared/operate/check-erp/finding.ts';
import { type Checks, failed, ok, type Said, unknown, warning } from './check.ts';

/** So long may an ERP be away before a person is called, in seconds (ErpExportStaleAlarm). */
const staleAfter = 60 * 60;
/** What keeps this machine from asking, though AWS may do so all the same. */
const perhapsOnlyFromHere = new Set(['timeout', 'connection', 'http', 'not-odoo', 'half-answer']);
/** What the check from here finds as well, or what has a line of its own. */
const toldAlready = new Set([
  ...['missing-model', 'missing-field', 'access-error', 'deletions-held'],
  ...['module-missing', 'no-place', 'no-right'],
]);

/** Everything about the ERP's side; nothing where the stack has none. */
export function erpChecks(deployment: Deployment): Checks {
  const { erp } = deployment;
  return erp ? { 'The ERP': () => checkErp(deployment, erp) } : {};
}

async function checkErp(deployment: Deployment, erp: ErpDeployment): Promise<Said[]> {
  const connection = await storedConnection(erp);
  if (!connection) return [warning('No ERP is connected.', '`oec-moodle erp connect` connects one.')];
  const report = await collectErp(deployment, erp, () => {});
  const check = await checkConnection(deployment, erp, connection);
  const isReached = check.findings.every(({ code }) => !perhapsOnlyFromHere.has(code));
  return [
    ...fromHere(check, report, isReached),
    exportSaid(report),
    ...heldSaid(report),
    ...importSaid(report),
    ...report.findings.filter(({ code }) => !isReached || !toldAlready.has(code)).map(foundSaid),
    unknown(notToBeSeen),
  ];
}

function fromHere({ version, findings }: ErpCheck, report: ErpReport, isReached: boolean): Said[] {
  if (!isReached) return findings.map((finding) => awaySaid(finding, report));
  const { connection } = report;
  return [
    ok(`It answers from here: ${connection!.url}, database ${connection!.database}, Odoo ${version}.`),
    ...(findings.some(({ severity }) => severity !== 'note')
      ? []
      : [ok('It has what the link reads and writes, and lets the user do it.')]),
    ...findings.map(findingSaid),
  ];
}

/** Functions reach the ERP from another network than the operator does: what they could do last counts. */
function awaySaid({ message, advice }: ErpFinding, { export: exported }: ErpReport): Said {
  const { last_success, seconds_since_success } = exported;
  if (last_success === undefined || seconds_since_success > staleAfter) return failed(message, advice);
  return warning(
    `${message} From AWS it could be reached at ${last_success}.`,
    'If this machine is outside the network from which the ERP may be called, that is all; otherwise check that it is up.',
  );
}

function findingSaid({ severity, message, consequence, advice }: ErpFinding): Said {
  const said = `${message} ${consequence}`;
  return severity === 'note' ? ok(said) : { level: severity, message: said, advice };
}

function exportSaid({ export: { last_success, seconds_since_success, last_error } }: ErpReport): Said {
  const why = last_error ? ` Last error: ${last_error.message}` : '';
  if (seconds_since_success > staleAfter)
    return failed(
      `Nothing was exported for ${Math.floor(seconds_since_success / 3600)} hours.${why}`,
      'Do what the other findings say; the log of erp-export says more.',
    );
  if (last_success === undefined)
    return unknown('Its first export is not through yet; `oec-moodle erp show` says how far it is.');
  return ok(`It was exported last at ${last_success}.`);
}

function heldSaid({ export: { models } }: ErpReport): Said[] {
  const held = models.filter((model) => model.held !== undefined);
  if (held.length === 0) return [ok('No deletion waits for your word.')];
  return held.map(({ model, held: count }) =>
    warning(
      `${count} records of ${model} are gone from the ERP, and none of them is deleted: the brake is on.`,
      `Look whether they were deleted on purpose; if so: \`oec-moodle erp release ${model}\`.`,
    ),
  );
}

function importSaid({ import: { breaker, failures, records } }: ErpReport): Said[] {
  const count = failures.reduce((sum, group) => sum + group.count, 0);
  const all = records.reduce((sum, { total }) => sum + total, 0);
  const said: Said[] = [];
  if (breaker)
    said.push(
      failed(
        `The import has not called the ERP since ${breaker.opened_at} (${breaker.code}), but for one probe at a time.`,
        'Put right what the other findings name. No record loses an attempt; what waits is brought when it is back.',
      ),
    );
  if (all === 0) said.push(ok('Nothing has come from Moodle for it yet.'));
  else if (count === 0)
    said.push(ok(`Of all ${all} records from Moodle none has failed on the way into the ERP.`));
  else
    said.push(
      warning(
        `${count} of ${all} records from Moodle are not in the ERP as they should be.`,
        '`oec-moodle erp failures list` names them, and says what to do about each.',
      ),
    );
  return said;
}

function foundSaid(finding: ErpReportFinding): Said {
  const about = aboutOf(finding);
  return {
    level: finding.severity,
    message: about === '' ? finding.message : `${about}. ${finding.message}`,
    advice: finding.advice,
  };
}
