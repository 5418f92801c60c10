import {
  OdooAccessError,
  OdooError,
  OdooMissingRecordError,
  OdooServerError,
  OdooSingletonError,
  OdooValidationError,
  orOdooError,
} from '#shared/odoo/client/errors.ts';

/** What became of one item: what its call answered, or why there is nothing. */
export type Outcome<Value> = { value: Value; error?: undefined } | { error: OdooError; value?: undefined };

export type Narrowing<Item, Value> = {
  /** Does several at once, all or nothing, and answers one value for each. */
  attempt: (items: readonly Item[]) => Promise<readonly Value[]>;
  /** Whether the user has the right to the model at all; asked when access is refused. */
  hasRight: () => Promise<boolean>;
  /** Told when the model turns out to take one record at a time only. */
  onSingleton: () => void;
  /** Whether that is known. */
  isOneByOne: () => boolean;
};

/**
 * Does as many at once as goes, and finds out which of them Odoo refuses: it takes all of a call or nothing, and does
 * not say which one was at fault. A part that is refused is halved; where the model takes one record at a time, each
 * goes alone. What is not the records' fault (Odoo away, the user refused) stops it: nothing more is called, and the
 * items that were not done have that error.
 *
 * @param wanted the items, in parts as large as a call may be
 * @returns what became of each item, in their order; nothing that was done is ever lost to an error
 */
export async function narrowed<Item, Value>(
  wanted: readonly (readonly Item[])[],
  narrowing: Narrowing<Item, Value>,
): Promise<Outcome<Value>[]> {
  const outcomes: Outcome<Value>[] = [];
  const parts = [...wanted];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    if (part.length > 1 && narrowing.isOneByOne()) {
      parts.unshift(...part.map((item) => [item]));
      continue;
    }
    const result = await orOdooError(narrowing.attempt(part));
    if (!(result instanceof OdooError)) {
      outcomes.push(...result.map((value) => ({ value })));
    } else if (!(await isOfTheRecords(result, narrowing))) {
      return [...outcomes, ...[part, ...parts].flat().map(() => ({ error: result }))];
    } else if (part.length === 1) {
      outcomes.push({ error: result });
    } else if (result instanceof OdooSingletonError) {
      narrowing.onSingleton();
      parts.unshift(part);
    } else {
      const half = Math.ceil(part.length / 2);
      parts.unshift(part.slice(0, half), part.slice(half));
    }
  }
  return outcomes;
}

async function isOfTheRecords<Item, Value>(
  error: OdooError,
  { hasRight }: Narrowing<Item, Value>,
): Promise<boolean> {
  if (error instanceof OdooAccessError) return (await orOdooError(hasRight())) === true;
  return (
    error instanceof OdooValidationError ||
    error instanceof OdooMissingRecordError ||
    error instanceof OdooServerError
  );
}
