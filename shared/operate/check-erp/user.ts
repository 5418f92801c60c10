import * as z from 'zod';
import type { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { searchRead } from '#shared/odoo/calls/read.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import type { ErpFinding } from './finding.ts';
import { majorOf } from './what-is-there.ts';

const day = 24 * 60 * 60 * 1000;
/** Time enough to make a new key before the link stands still. */
const warnedBefore = 14 * day;

const contextSchema = z.object({ tz: z.union([z.string(), z.literal(false)]).catch(false) });
const faculty = 'openeducat_core.group_op_faculty';
const backOffice = ['openeducat_core.group_op_back_office', 'openeducat_core.group_op_back_office_admin'];
const backOfficeAdmin = 'Back Office Admin (OpenEduCat / Manager since 2025)';
const timetableUser = 'openeducat_timetable.group_op_timetable_user';
const timetableManager = 'openeducat_timetable.group_op_timetable_manager';
const administrator = 'base.group_system';

/** The user's time zone; undefined where it has none. @throws OdooError */
export async function timeZoneOf(client: OdooClient): Promise<string | undefined> {
  const { tz } = await client.executeKw('res.users', 'context_get', [], {}, contextSchema);
  return tz || undefined;
}

/** Whether the user has a time zone. */
export function timeZoneFindings(timeZone: string | undefined): ErpFinding[] {
  if (timeZone !== undefined) return [];
  return [
    {
      code: 'no-time-zone',
      severity: 'warning',
      message: 'The user has no time zone.',
      consequence:
        "OpenEduCat's timetable fails when such a user saves a lecture, or something that changes one.",
      advice: "Set it in the user's preferences (docs/openeducat-setup.md, 4).",
    },
  ];
}

/**
 * What the user's groups hide from it, or open to it without need. Groups of OpenEduCat bring record rules of their
 * own (its op_security.xml): who is a teacher there sees one teacher, himself, and nothing says that there are others.
 *
 * @param version Odoo's, which decides how it is asked
 * @throws OdooError
 */
export async function groupFindings(client: OdooClient, version: string): Promise<ErpFinding[]> {
  const user = await client.login();
  const has = (group: string) =>
    client.executeKw(
      'res.users',
      'has_group',
      // From Odoo 18 on it is asked of the user's record.
      majorOf(version) >= 18 ? [[user], group] : [group],
      {},
      z.boolean(),
    );
  const findings: ErpFinding[] = [];
  const isFaculty = await has(faculty);
  const isBackOffice = (await has(backOffice[0]!)) || (await has(backOffice[1]!));
  if (isFaculty && !isBackOffice)
    findings.push(
      hidden('teachers', 'Faculty (OpenEduCat / User since 2025)', 'the teacher that it is itself'),
    );
  if (!isFaculty && (await has(backOffice[1]!)))
    findings.push(hidden('students', backOfficeAdmin, 'the student that it is itself'));
  if ((await has(timetableUser)) && !(await has(timetableManager)))
    findings.push(hidden('lectures', 'Timetable / User', 'the lectures that it gives itself'));
  if (await has(administrator)) findings.push(tooMuch);
  return findings;
}

function hidden(what: string, group: string, own: string): ErpFinding {
  return {
    code: `${what}-hidden`,
    severity: 'failed',
    message: `The user is in OpenEduCat's group ${group}, whose record rule shows it only ${own}.`,
    consequence: `All other ${what} look as if they were not there, or had been deleted.`,
    advice: 'Take the user out of the group, and give it that of docs/openeducat-setup.md, 1.',
  };
}

const tooMuch: ErpFinding = {
  code: 'user-is-administrator',
  severity: 'warning',
  message: `The user may change all of Odoo's settings; OpenEduCat's group ${backOfficeAdmin} brings that along.`,
  consequence: 'A key that leaks opens everything.',
  advice: 'Give it the group of docs/openeducat-setup.md, 1, in the place of the others.',
};

/**
 * When the key expires. Odoo 18 gives keys an end, for a user that is no administrator after 90 days at the latest;
 * older ones do not. It does not tell which of a user's keys is which.
 *
 * @param now milliseconds since 1970
 * @throws OdooError
 */
export async function keyFindings(
  client: OdooClient,
  fields: ModelFields,
  now: number,
): Promise<ErpFinding[]> {
  const model = 'res.users.apikeys';
  if (!(await fields.of(model))?.has('expiration_date')) return [];
  const own = [['user_id', '=', await client.login()] as const];
  const keys = await searchRead(client, model, own, ['expiration_date']);
  const ends = keys.map(({ expiration_date: end }) => (typeof end === 'string' ? end : undefined));
  const last = ends
    .filter((end) => end !== undefined)
    .toSorted()
    .at(-1);
  // One that does not expire may be ours; none at all is a password.
  if (last === undefined || ends.includes(undefined)) return [];
  const isSoon = Date.parse(`${last.replace(' ', 'T')}Z`) - now < warnedBefore;
  const whose = ends.length === 1 ? "The user's API key expires" : "The last of the user's API keys expires";
  return [
    {
      code: 'key-expires',
      severity: isSoon ? 'warning' : 'note',
      message: `${whose} at ${last} (UTC).`,
      consequence: 'From then on Odoo refuses it: nothing is exported or imported any more.',
      advice:
        'Make a new one before, and connect again with it (docs/openeducat-setup.md, 4, says how to get one that lasts longer).',
    },
  ];
}
