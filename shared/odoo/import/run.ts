import type { RecordItem } from '#shared/models/records.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { OdooError } from '#shared/odoo/client/errors.ts';
import { ErpReader } from '#shared/odoo/import/observed/erp-reader.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { countsOf, Ledger } from '#shared/sync/units/ledger.ts';
import { failureOfOdoo, isErpFailure } from './failures.ts';
import { type Finding, findingKey } from './import-state.ts';
import type { ImportItem, ImportOutcome, ParentInErp, Synced } from './item.ts';
import { type Erp, type ErpMapping, type ImportPorts, importKey, newErpMapping } from './mapping.ts';
import type { ImportedModel, ImportRef, ImportUnit } from './models.ts';

/** Models whose records the export reads too, and has to recognise as imports. */
const exported: ReadonlySet<ImportedModel> = new Set([
  'op.attendance.register',
  'op.attendance.sheet',
  'op.attendance.line',
]);

/** Rows written at a time. */
const lanes = 8;

/**
 * One unit's work: what it has read of rows and records, and the ledger of what became of each. A row is read before its
 * record: whoever holds an old record then finds the row changed, and leaves the record to the other.
 */
export class ImportRun extends Ledger<ImportUnit, ImportRef, ErpMapping, ImportOutcome> {
  /** What was found to keep records from the ERP, by the finding's key. */
  readonly findings = new Map<string, Finding>();
  /** Keys of findings that were seen not to be so. */
  readonly resolved = new Set<string>();
  /** What was seen in the ERP of what records hang on, by key. */
  readonly parents = new Map<string, ParentInErp>();
  /** Why no call to the ERP would do better now. */
  failure: Failure | undefined;
  readonly erp: Erp;
  readonly reader: ErpReader;
  readonly ports: ImportPorts;
  readonly #model: ImportedModel;
  readonly #rows = new Map<string, ErpMapping | undefined>();
  readonly #instances = new Map<string, Promise<Instance | undefined>>();
  readonly #records = new Map<string, RecordItem | undefined>();

  /** @param isRedelivered whether a worker had the unit before and died or ran out of time */
  constructor(erp: Erp, ports: ImportPorts, unit: ImportUnit, isRedelivered: boolean) {
    super(unit, { ...ports, isRedelivered });
    this.erp = erp;
    this.ports = ports;
    this.reader = new ErpReader(erp);
    this.#model = unit.model;
  }

  protected override nameOf(row: ErpMapping): string {
    return importKey(row);
  }

  protected override refOf({ model, id }: ErpMapping): ImportRef {
    return { model, id };
  }

  protected override async save(row: ErpMapping): Promise<boolean> {
    const isSaved = await this.ports.mappings.save(row);
    if (isSaved) this.#rows.set(importKey(row), { ...row, revision: row.revision + 1 });
    return isSaved;
  }

  protected override async forget({ model, id }: ErpMapping): Promise<void> {
    await this.ports.mappings.remove(model, [id]);
    this.#rows.set(importKey({ model, id }), undefined);
  }

  protected override noteFailure(row: ErpMapping, failure: Failure): void {
    this.#note(row, { result: 'failed', failure });
  }

  /** What somebody else has done in the ERP meanwhile has to be seen before it is tried once more. */
  protected override async overtakenIn(row: ErpMapping): Promise<undefined> {
    this.later(row);
  }

  /** Without the reason, which holds marks where the two sides differ: `erp failures list` has it. */
  protected override aboutFailure(record: string): [string, object] {
    return ['Not imported', { record }];
  }

  protected override aboutUnit() {
    return { model: this.#model, outcomes: countsOf(this.outcomes.values()) };
  }

  /** Whether a record is named by the unit, and not only pulled up by one that is. */
  isOfUnit({ model, id }: { model: ImportedModel; id: string }): boolean {
    return model === this.#model && this.unit.ids.includes(id);
  }

  /** Whether the unit is a retry that is not for this record: it has changed since, and another unit is for that. */
  isOfOtherRetry(key: { model: ImportedModel; id: string }): boolean {
    return this.isOfUnit(key) && this.isLeftToOthers(this.row(key));
  }

  /** Reads rows and then records, those that were not read yet. */
  async load(model: ImportedModel, ids: readonly string[]): Promise<void> {
    await this.loadRows(model, ids);
    const missing = ids.filter((id) => !this.#records.has(importKey({ model, id })));
    if (missing.length === 0) return;
    const records = await this.ports.records.getMany(model, missing);
    for (const id of missing) this.#records.set(importKey({ model, id }), records.get(id));
  }

  async loadRows(model: ImportedModel, ids: readonly string[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#rows.has(importKey({ model, id })));
    if (missing.length === 0) return;
    const rows = await this.ports.mappings.getMany(model, missing);
    for (const id of missing) this.#rows.set(importKey({ model, id }), rows.get(id));
  }

  /** A row that was loaded; undefined where there is none. */
  row(key: { model: ImportedModel; id: string }): ErpMapping | undefined {
    return this.#rows.get(importKey(key));
  }

  /** A record that was loaded; undefined where there is none. */
  record(key: { model: ImportedModel; id: string }): RecordItem | undefined {
    return this.#records.get(importKey(key));
  }

  rowOf({ model, id, record }: Pick<ImportItem, 'model' | 'id' | 'record'>): ErpMapping {
    return this.row({ model, id }) ?? newErpMapping(model, id, String(record.instance ?? ''));
  }

  /** What an error of the ERP means; where no call would do better now, the run is over. */
  met(error: OdooError): Failure {
    const failure = failureOfOdoo(error);
    if (isErpFailure(error)) this.failure = failure;
    return failure;
  }

  found(finding: Finding): void {
    this.findings.set(findingKey(finding), finding);
  }

  /** The settings of a Moodle; undefined where it is gone or they cannot be read. */
  instance(id: string): Promise<Instance | undefined> {
    const known = this.#instances.get(id) ?? this.ports.instances.get(id);
    this.#instances.set(id, known);
    return known;
  }

  outcome(key: { model: ImportedModel; id: string }): ImportOutcome | undefined {
    return this.outcomes.get(importKey(key));
  }

  /** The ERP has no place for it, which a finding says: it stays in the table, where sweeps find it. */
  async left(key: ImportRef): Promise<void> {
    const row = this.row(key);
    if (row?.failure) await this.settled(row, row.erp_id !== undefined);
    this.#note(key, { result: 'left' });
  }

  /** What the unit names and nothing was decided of: there is no such thing, and nothing may get lost without a word. */
  forgotten(): string[] {
    const keys = this.unit.ids.map((id) => ({ model: this.#model, id }));
    return keys.filter((key) => !this.outcome(key) && !this.isOfOtherRetry(key)).map(importKey);
  }

  /** An earlier attempt has failed, and it is not time for the next one. */
  stillFailing(key: ImportRef, failure: Failure): void {
    this.#note(key, { result: 'failed', failure });
  }

  /** The ERP holds it already; nothing was called or written. */
  unchanged(key: ImportRef): void {
    this.#note(key, { result: 'unchanged' });
  }

  /** Somebody else is at it, or has been: it is looked at again. */
  later({ model, id }: ImportRef): void {
    this.#note({ model, id }, { result: 'later' });
    this.lookAgain({ model, id });
  }

  /** The record is not in the table any more: nothing is asked for, and nothing in the ERP is touched. */
  async gone(model: ImportedModel, id: string): Promise<void> {
    const row = this.row({ model, id });
    this.#note({ model, id }, { result: 'gone' });
    if (row) await this.forget(row);
  }

  /**
   * Notes what is about to be done, so that no other worker does it too, and that nothing is forgotten if this one dies.
   *
   * @returns those that may be done; the others are somebody else's
   */
  async claim<Item extends ImportItem>(
    items: readonly Item[],
    claimOf: (item: Item) => Pick<ErpMapping, 'claim' | 'written'>,
  ): Promise<Item[]> {
    const claimed = new Set<Item>();
    await inLanes(items, { lanes }, async (item) => {
      // Without a hash until all is done: what is made by halves is not what the hash of before stands for.
      const row = { ...this.rowOf(item), ...claimOf(item), sync_hash: undefined };
      if (await this.save(row)) claimed.add(item);
      else this.later(item);
    });
    return items.filter((item) => claimed.has(item));
  }

  /** The time until which a claim made now holds. */
  claimUntil(): string {
    return new Date(this.now + this.ports.claimSeconds * 1000).toISOString();
  }

  /** Takes down what the ERP holds now. */
  async synced(entries: readonly (readonly [ImportItem, Synced])[]): Promise<void> {
    await this.#point(entries);
    await inLanes(entries, { lanes }, async ([item, { result, ...held }]) => {
      const before = this.rowOf(item);
      const row: ErpMapping = {
        ...before,
        sync_hash: item.hash,
        erp_id: held.erpId,
        parent_erp_id: held.parentErpId,
        written: held.written,
        is_ours: held.isOurs,
        claim: undefined,
      };
      if (await this.arrived(before, row)) this.#note(item, { result });
      else this.later(item);
    });
  }

  /**
   * Counts a failed attempt.
   *
   * @param didNothing whether it is known that the ERP has done nothing of what was claimed; else the claim stays as a
   *   doubt, for the next attempt to look whether it was done
   */
  async failed(
    item: Pick<ImportItem, 'model' | 'id' | 'record'> & { hash?: string },
    failure: Failure,
    { didNothing = false }: { didNothing?: boolean } = {},
  ): Promise<void> {
    const before = this.rowOf(item);
    const { claim } = before;
    const left = claim && !didNothing ? { ...claim, until: this.at } : undefined;
    await this.attempted({ ...before, claim: left }, failure, item.hash);
  }

  /** The same for several. */
  async allFailed(items: readonly ImportItem[], failure: Failure): Promise<void> {
    await inLanes(items, { lanes }, (item) => this.failed(item, failure));
  }

  #note(key: ImportRef, outcome: ImportOutcome): void {
    this.outcomes.set(importKey(key), outcome);
  }

  /** The export must know an import for one before it can read it as the ERP's own. */
  async #point(entries: readonly (readonly [ImportItem, Synced])[]): Promise<void> {
    const { mappings } = this.ports;
    for (const [model, group] of Map.groupBy(entries, ([item]) => item.model)) {
      if (!exported.has(model)) continue;
      const pulled = group.filter(([{ desired }]) => !desired.isOwn);
      const isChanged = ([item, { erpId }]: (typeof pulled)[number]) => this.rowOf(item).erp_id !== erpId;
      const changed = pulled.filter(isChanged);
      const added = changed.flatMap(([{ id }, { erpId }]) =>
        erpId === undefined ? [] : [[erpId, id] as const],
      );
      const removed = changed.flatMap(([item]) => this.rowOf(item).erp_id ?? []);
      await mappings.removePointers(model, removed);
      await mappings.writePointers(model, new Map(added));
    }
  }
}
