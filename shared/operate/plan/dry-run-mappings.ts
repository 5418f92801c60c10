import { kindOfService, type MoodleKind, type ServiceName } from '#shared/models/services.ts';
import type {
  AttentionReader,
  Mapping,
  MappingPages,
  MappingStore,
  MappingTable,
} from '#shared/moodle/mappings/mapping.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';

const kinds: Partial<Record<ServiceName, MoodleKind>> = kindOfService;

/** The mappings of one instance in a dry run: what is saved or removed stays in memory, and is there when it is read. */
export class DryRunMappings implements MappingStore, MappingPages, AttentionReader {
  readonly #table: MappingTable;
  /** Rows that were saved; undefined where one was removed. */
  readonly #changed = new Map<string, Mapping | undefined>();
  /** Moodle ids as they were read or written last. */
  readonly #ids = new Map<string, number>();
  /** How often a mapping has been led to something else in Moodle, or to nothing any more. */
  moves = 0;
  /** Idnumbers of mappings by what they lead to: `course 7`. */
  readonly #names = new Map<string, string>();

  constructor(table: MappingTable) {
    this.#table = table;
  }

  async getMany(instance: string, idnumbers: string[]): Promise<Map<string, Mapping>> {
    const unchanged = idnumbers.filter((idnumber) => !this.#changed.has(idnumber));
    const found = unchanged.length > 0 ? await this.#table.getMany(instance, unchanged) : new Map();
    for (const idnumber of idnumbers) {
      const row = this.#changed.get(idnumber);
      if (row) found.set(idnumber, row);
    }
    this.#note(found.values());
    return found;
  }

  async listByPrefix(instance: string, prefix: string): Promise<Mapping[]> {
    const rows = await this.#table.listByPrefix(instance, prefix);
    return this.#merged(rows, (idnumber) => idnumber.startsWith(prefix));
  }

  async page(
    instance: string,
    range: { from: string; to: string; after?: string | undefined; limit?: number },
  ): Promise<{ mappings: Mapping[]; after: string | undefined }> {
    const { mappings, after } = await this.#table.page(instance, range);
    const isInPage = (idnumber: string) =>
      idnumber >= range.from &&
      idnumber <= (after ?? range.to) &&
      (range.after === undefined || idnumber > range.after);
    return { mappings: this.#merged(mappings, isInPage), after };
  }

  async listAttention(instance: string, status: RowStatus): Promise<Mapping[]> {
    const rows = await this.#table.listAttention(instance, status);
    return this.#merged(rows, (_idnumber, row) => row.status === status);
  }

  /** Saves as the table would: the row has to be of the revision that was read. */
  async save(mapping: Mapping): Promise<boolean> {
    const { idnumber, revision } = mapping;
    if (this.#changed.has(idnumber) && (this.#changed.get(idnumber)?.revision ?? 0) !== revision)
      return false;
    const saved = { ...mapping, revision: revision + 1 };
    if (this.#ids.get(idnumber) !== mapping.moodle_id) this.moves += 1;
    this.#changed.set(idnumber, saved);
    this.#note([saved]);
    return true;
  }

  async remove(_instance: string, idnumbers: string[]): Promise<void> {
    for (const idnumber of idnumbers) this.#changed.set(idnumber, undefined);
  }

  /** The rows that the dry run has written, as they are in the end. */
  written(): Mapping[] {
    return [...this.#changed.values()].filter((row) => row !== undefined);
  }

  /** Rows as the table has them, whatever the dry run has written. */
  before(instance: string, idnumbers: string[]): Promise<Map<string, Mapping>> {
    return this.#table.getMany(instance, idnumbers);
  }

  /** A row that the dry run has written. */
  writtenRow(idnumber: string): Mapping | undefined {
    return this.#changed.get(idnumber);
  }

  /** Whether the dry run has removed a row. */
  isRemoved(idnumber: string): boolean {
    return this.#changed.has(idnumber) && this.#changed.get(idnumber) === undefined;
  }

  /** The idnumber of the mapping that leads to something in Moodle; its own may have been changed there. */
  idnumberOf(kind: MoodleKind, id: number): string | undefined {
    return this.#names.get(`${kind} ${id}`);
  }

  /** The Moodle id of the course in which a mapping says that a group is. */
  async courseOfGroup(instance: string, groupid: number): Promise<number | undefined> {
    const course = this.idnumberOf('group', groupid)?.split('@')[1];
    if (course === undefined) return undefined;
    return (await this.getMany(instance, [course])).get(course)?.moodle_id;
  }

  /** @param isMeant whether a written row belongs among them */
  #merged(rows: Mapping[], isMeant: (idnumber: string, row: Mapping) => boolean): Mapping[] {
    const merged = rows.filter(({ idnumber }) => !this.#changed.has(idnumber));
    for (const [idnumber, row] of this.#changed) if (row && isMeant(idnumber, row)) merged.push(row);
    this.#note(merged);
    return merged.sort((a, b) => (a.idnumber < b.idnumber ? -1 : 1));
  }

  #note(rows: Iterable<Mapping>): void {
    for (const { service, moodle_id: id, idnumber } of rows) {
      if (id === undefined) this.#ids.delete(idnumber);
      else this.#ids.set(idnumber, id);
      const kind = kinds[service];
      if (kind && id !== undefined) this.#names.set(`${kind} ${id}`, idnumber);
    }
  }
}
