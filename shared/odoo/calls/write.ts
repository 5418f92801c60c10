import * as z from 'zod';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import {
  isOfRecords,
  OdooAccessError,
  OdooAnswerError,
  OdooError,
  OdooMissingRecordError,
  OdooSingletonError,
  orOdooError,
} from '#shared/odoo/client/errors.ts';
import { canonicalJson, type Json } from '#shared/sync/hash.ts';
import { inBulk } from '#shared/sync/units/bulk.ts';
import { mayUse, type Operation } from './access.ts';
import { existingIds } from './read.ts';

/** Values by field: a many2one is a bare id, a many2many `[[6, 0, ids]]`, a time is UTC without a zone. */
export type Values = { [field: string]: Json };
export type Change = { id: number; values: Values };

/** What became of one item: what its call answered, or why there is nothing. */
export type Outcome<Value> = { value: Value; error?: undefined } | { error: OdooError; value?: undefined };

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
    return this.#inBulk(model, 'create', [values], async (part) => {
      const ids = await this.#client.executeKw(model, 'create', [part], { context }, idsSchema);
      if (ids.length !== part.length)
        throw new OdooAnswerError(`${model}.create`, [`${ids.length} ids for ${part.length} records`]);
      return ids;
    });
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
    const alike = [...Map.groupBy(present, ({ values }) => canonicalJson(values)).values()];
    const outcomes = await this.#inBulk(model, 'write', alike, async (part) => {
      const ids = part.map(({ id }) => id);
      await this.#client.executeKw(model, 'write', [ids, part[0]!.values], { context }, z.literal(true));
      return part.map(() => true as const);
    });
    const outcomeOf = new Map(alike.flat().map(({ id }, index) => [id, outcomes[index]!]));
    const missing = { error: new OdooMissingRecordError(`${model}.write`) };
    return changes.map(({ id }) => outcomeOf.get(id) ?? missing);
  }

  /** Deletes records; one that is gone already counts as deleted. */
  async unlink(model: string, ids: readonly number[]): Promise<Outcome<true>[]> {
    return this.#inBulk(model, 'unlink', [ids], async (part) => {
      // OpenEduCat's op.result.line answers something else than true.
      await this.#client.executeKw(model, 'unlink', [part], { context }, z.unknown());
      return part.map(() => true as const);
    });
  }

  /**
   * Does as many at once as goes; where the model takes one record at a time, each goes alone. What is not the records'
   * fault (Odoo away, the user refused) stops it.
   *
   * @param groups items that can go in one call, as far as there is room
   * @param call does several, all or nothing, and answers one value for each
   * @returns what became of each item, in their order
   */
  async #inBulk<Item, Value>(
    model: string,
    operation: Operation,
    groups: readonly (readonly Item[])[],
    call: (items: Item[]) => Promise<readonly Value[]>,
  ): Promise<Outcome<Value>[]> {
    const key = `${model}.${operation}`;
    const oneByOne = this.#oneByOne;
    // Two items may be the same value: each stands for itself.
    const own = groups.map((group) => group.map((item) => ({ item })));
    const outcomes = await inBulk<{ item: Item }, Value, OdooError>(
      parts(),
      {
        call: async (some) => (await call(some.map(({ item }) => item))).map((done) => ({ done })),
        goAlone(error) {
          if (error instanceof OdooSingletonError) oneByOne.add(key);
          return error instanceof OdooSingletonError;
        },
      },
      {
        run: {},
        refusalOf: odooError,
        isOfPeer: async (error) =>
          error instanceof OdooAccessError
            ? (await orOdooError(mayUse(this.#client, model, operation))) !== true
            : !isOfRecords(odooError(error)),
        isProof: () => false,
      },
    );
    return own.flat().map((item) => {
      const outcome = outcomes.get(item)!;
      return 'done' in outcome ? { value: outcome.done } : { error: outcome.failure };
    });

    /** Cut when they are called: by then it may be known that the model takes one at a time. */
    function* parts() {
      for (const group of own)
        for (let start = 0, size: number; start < group.length; start += size) {
          size = oneByOne.has(key) ? 1 : recordsPerCall;
          yield group.slice(start, start + size);
        }
    }
  }
}

/** @throws what is no error of Odoo's, but a defect of ours */
function odooError(error: unknown): OdooError {
  if (error instanceof OdooError) return error;
  throw error;
}
