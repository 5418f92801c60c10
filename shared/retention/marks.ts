import { reference } from '#shared/models/fields/fields.ts';
import { secondsOf } from '#shared/models/fields/odoo-time.ts';
import { recordTarget } from '#shared/models/links.ts';
import { parseRecord } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { studentIdnumber } from '#shared/models/references.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { isErpId } from '#shared/odoo/import/models.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import type { RetentionPorts } from './ports.ts';

/** Deletions at a time. */
const lanes = 10;

/** What decides how long a student's marks are kept. */
interface Studies {
  /** Since when the student is archived, in milliseconds; undefined while not, or where nobody can tell. */
  archivedSince?: number;
  isGone: boolean;
  /** By program: since when the enrolment is over; undefined while it is not. */
  ended: ReadonlyMap<string, number | undefined>;
}

/** Whatever the time: it is not over, or nobody can tell. */
const never = Number.POSITIVE_INFINITY;

/** Finds out whose studies are over; what was looked up is kept, since pages have many marks of one person. */
export class StudiesReader {
  readonly #ports: Pick<RetentionPorts, 'records' | 'links' | 'mappings'>;
  readonly #studies = new Map<string, Promise<Studies>>();
  readonly #rows = new Map<string, Promise<Mapping | undefined>>();

  constructor(ports: Pick<RetentionPorts, 'records' | 'links' | 'mappings'>) {
    this.#ports = ports;
  }

  /**
   * When what a record from Moodle is about was over: the student's enrolment in its program, or the student's time at
   * the school. Of records that are gone it is the time at which Moodle was told, so that what was deleted by mistake can
   * come back.
   *
   * @returns milliseconds since 1970; infinite while it is not over, or nobody can tell
   */
  async overSince(record: RecordItem): Promise<number> {
    const student = reference.safeParse(record.student_id).data;
    const program = reference.safeParse(record.course_id).data;
    const pulledAt = Date.parse(String(record.pulled_at));
    if (student === undefined || program === undefined || Number.isNaN(pulledAt)) return never;
    const { archivedSince, isGone, ended } = await kept(this.#studies, student, () => this.#read(student));
    const row = (suffix: string) =>
      this.#row(String(record.instance), `${studentIdnumber(student)}${suffix}`);
    if (isGone) return Math.max(pulledAt, toldAt(await row('')));
    if (archivedSince !== undefined) return Math.max(pulledAt, archivedSince);
    if (!ended.has(program)) return Math.max(pulledAt, toldAt(await row('@enrolments')));
    return Math.max(pulledAt, ended.get(program) ?? never);
  }

  async #read(student: string): Promise<Studies> {
    const { records, links } = this.#ports;
    const own = (await records.getMany('op.student', [student])).get(student);
    if (!own) return { isGone: true, ended: new Map() };
    const reading = parseRecord('op.student', own);
    const isArchived = reading.ok && !reading.record.active;
    const ids = await links.sources(recordTarget('op.student', student), 'op.student.course');
    const ended = new Map<string, number | undefined>();
    for (const item of (await records.getMany('op.student.course', ids)).values()) {
      const enrolment = parseRecord('op.student.course', item);
      // Of which program one is that cannot be read nobody knows: as if it were archived at no time.
      if (!enrolment.ok) return { isGone: false, archivedSince: never, ended };
      const { programId, state } = enrolment.record;
      const before = ended.has(programId) ? (ended.get(programId) ?? never) : 0;
      const since = state === 'finished' ? Math.max(before, timeOf(item)) : never;
      ended.set(programId, since === never ? undefined : since);
    }
    return { isGone: false, ended, ...(isArchived && { archivedSince: timeOf(own) }) };
  }

  #row(instance: string, idnumber: string): Promise<Mapping | undefined> {
    return kept(this.#rows, `${instance} ${idnumber}`, async () =>
      (await this.#ports.mappings.getMany(instance, [idnumber])).get(idnumber),
    );
  }
}

/** When Moodle was told last that something has ended; 0 where there is no mapping any more. */
function toldAt(row: Mapping | undefined): number {
  if (!row) return 0;
  const isOpen = row.status !== 'synced' || (row.active && !row.idnumber.includes('@'));
  return isOpen ? never : Date.parse(row.last_synced_at ?? '') || never;
}

/** The value of a key, asked for once. */
function kept<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  ask: () => Promise<Value>,
): Promise<Value> {
  const value = known.get(key) ?? ask();
  known.set(key, value);
  return value;
}

/** When the ERP last wrote a record, in milliseconds; 0 where it does not say. */
function timeOf(item: RecordItem): number {
  return (secondsOf(item.write_date) ?? 0) * 1000;
}

/**
 * Deletes those records of a page that came from Moodle and whose enrolment was over before a time.
 *
 * @returns how many were deleted
 */
export async function expireMarks(
  page: readonly RecordItem[],
  before: number,
  studies: StudiesReader,
  { pulled }: Pick<RetentionPorts, 'pulled'>,
): Promise<number> {
  const candidates = page.filter(
    ({ id, pulled_at }) => !isErpId(id) && Date.parse(String(pulled_at)) < before,
  );
  let removed = 0;
  await inLanes(candidates, { lanes }, async (record) => {
    if ((await studies.overSince(record)) < before && (await pulled.expire(record))) removed += 1;
  });
  return removed;
}
