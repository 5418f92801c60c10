import * as z from 'zod';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import {
  OdooAnswerError,
  OdooError,
  OdooMissingRecordError,
  orOdooError,
} from '#shared/odoo/client/errors.ts';
import { canonicalJson, type Json } from '#shared/sync/hash.ts';
import { inParts } from '#shared/sync/in-parts.ts';
import { mayUse, type Operation } from './access.ts';
import { type Narrowing, narrowed, type Outcome } from './narrow.ts';
import { existingIds } from './read.ts';

/** Values by field: a many2one is a bare id, a many2many `[[6, 0, ids]]`, a time is UTC without a zone. */
export type Values = { [field: string]: Json };
export type Change = { id: number; values: Values };

/** Records of one call: a call is one transaction, which should last seconds at most. */
const recordsPerCall = 100;

/**
 * Odoo would write a message into the record's history for every value we set, which takes longer than the rest; the
 * history of marks that came from Moodle is in Moodle.
 */
const context = { tracking_disable: true };

const idsSchema = z.array(z.int().positive());

/**
 * Writes records in as few calls as Odoo allows. Some of OpenEduCat's models take one record at a time (op.exam,
 * op.exam.session and op.exam.attendees with marks in Odoo 18; others in 16 and 17): which, is found out by trying,
 * and remembered.
 */
export class OdooWriter {
  readonly #client: OdooClient;
  readonly #oneByOne = new Set<string>();

  constructor(client: OdooClient) {
    this.#client = client;
  }

  /**
   * Creates records. Look them up by their unique code first: after a call without an answer they may be there.
   *
   * @returns the id of each, or why it was not created, in the order of the values
   */
  async create(model: string, values: readonly Values[]): Promise<Outcome<number>[]> {
    const attempt = async (part: readonly Values[]) => {
      const ids = await this.#client.executeKw(model, 'create', [part], { context }, idsSchema);
      if (ids.length !== part.length)
        throw new OdooAnswerError(`${model}.create`, [`${ids.length} ids for ${part.length} records`]);
      return ids;
    };
    return narrowed(together(values), this.#narrowing(model, 'create', attempt));
  }

  /**
   * Changes records; those that get the same values go in one call. Which of them exist is asked before: Odoo 18
   * changes nothing and answers that all is well for a record that is gone.
   *
   * @param changes of distinct records
   * @returns true for each that was written, or why it was not, in the order of the changes
   */
  async write(model: string, changes: readonly Change[]): Promise<Outcome<true>[]> {
    const all = changes.map(({ id }) => id);
    const existing = await orOdooError(existingIds(this.#client, model, all));
    if (existing instanceof OdooError) return changes.map(() => ({ error: existing }));
    const present = changes.filter(({ id }) => existing.has(id));
    const parts = [...Map.groupBy(present, ({ values }) => canonicalJson(values)).values()].flatMap(together);
    const attempt = async (part: readonly Change[]) => {
      const ids = part.map(({ id }) => id);
      await this.#client.executeKw(model, 'write', [ids, part[0]!.values], { context }, z.literal(true));
      return part.map(() => true as const);
    };
    const outcomes = await narrowed(parts, this.#narrowing(model, 'write', attempt));
    const outcomeOf = new Map(parts.flat().map(({ id }, index) => [id, outcomes[index]!]));
    const missing = { error: new OdooMissingRecordError(`${model}.write`) };
    return changes.map(({ id }) => outcomeOf.get(id) ?? missing);
  }

  /** Deletes records; one that is gone already counts as deleted. */
  async unlink(model: string, ids: readonly number[]): Promise<Outcome<true>[]> {
    const attempt = async (part: readonly number[]) => {
      // OpenEduCat's op.result.line answers something else than true.
      await this.#client.executeKw(model, 'unlink', [part], { context }, z.unknown());
      return part.map(() => true as const);
    };
    return narrowed(together(ids), this.#narrowing(model, 'unlink', attempt));
  }

  #narrowing<Item, Value>(
    model: string,
    operation: Operation,
    attempt: (part: readonly Item[]) => Promise<readonly Value[]>,
  ): Narrowing<Item, Value> {
    const key = `${model}.${operation}`;
    return {
      attempt,
      hasRight: () => mayUse(this.#client, model, operation),
      onSingleton: () => this.#oneByOne.add(key),
      isOneByOne: () => this.#oneByOne.has(key),
    };
  }
}

function together<Item>(items: readonly Item[]): Item[][] {
  return inParts(items, recordsPerCall);
}
