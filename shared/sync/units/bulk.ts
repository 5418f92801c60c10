export type BulkOutcome<Result, Refusal> = { done: Result } | { failure: Refusal };

/** What a second look found out about items whose call was refused. Items it does not name are tried again. */
export interface SecondLook<Item, Result, Refusal> {
  outcomes: Map<Item, BulkOutcome<Result, Refusal>>;
  /** True when items were changed (another username, say) so that the same call is worth repeating. */
  amended?: boolean;
}

/** A call that takes many items, all or nothing, and does not say which item it refuses. */
export interface BulkCall<Item, Result, Refusal> {
  /** One call; answers the items' outcomes in their order, or throws when the peer refuses them all. */
  call(items: Item[]): Promise<BulkOutcome<Result, Refusal>[]>;
  /** Looks the items up after a refusal: somebody else may have stored them, or our own lost answer has. */
  lookAgain?(items: Item[], error: unknown): Promise<SecondLook<Item, Result, Refusal>>;
  /** What a refusal of this one item means; by default what the peer says of the error. */
  refused?(item: Item, error: unknown): Promise<BulkOutcome<Result, Refusal>>;
  /** Whether each item of a refused call has to go alone; by default it is halved. */
  goAlone?(error: unknown): boolean;
}

/** What the errors of a peer's calls mean, in a run of them. */
export interface BulkPeer<Refusal> {
  /** Its failure is set once the peer turns out to be away or to refuse us as a whole: no further call is made. */
  readonly run: { failure?: Refusal | undefined };
  /** What is kept of an error. @throws what is a defect of ours */
  refusalOf(error: unknown): Refusal;
  /** Whether an error says something about the peer as a whole and nothing about the items. */
  isOfPeer(error: unknown): boolean | Promise<boolean>;
  /** Whether one of the items is at fault for sure, so that it is among the others where a half goes through. */
  isProof(error: unknown): boolean;
  /** Pauses where the same call can succeed a moment later, and answers whether it can. */
  mayPass?(error: unknown): Promise<boolean>;
}

/**
 * Makes bulk calls so that every good item arrives and every bad one is named: a call as a whole, once more where that
 * may help, then a second look at what exists, then by halves. Calls for 50 items of which k are bad: about
 * 2 k log2(50 / k). What says something about the peer ends the run: the items left get that failure.
 *
 * @param parts the items, in parts as large as a call may be
 * @returns an outcome for each item; nothing that was done is ever lost to an error
 */
export async function inBulk<Item, Result, Refusal>(
  parts: Iterable<Item[]>,
  bulk: BulkCall<Item, Result, Refusal>,
  peer: BulkPeer<Refusal>,
): Promise<Map<Item, BulkOutcome<Result, Refusal>>> {
  const outcomes = new Map<Item, BulkOutcome<Result, Refusal>>();
  for (const part of parts) await runPart(part);
  return outcomes;

  async function runPart(part: Item[]): Promise<void> {
    let error = await attempt(part);
    if (error !== undefined && (await peer.mayPass?.(error))) error = await attempt(part);
    if (error === undefined) return;
    let rest = part;
    if (bulk.lookAgain) {
      const look = await guarded(part, () => bulk.lookAgain!(part, error));
      if (!look) return;
      for (const [item, outcome] of look.outcomes) outcomes.set(item, outcome);
      rest = part.filter((item) => !look.outcomes.has(item));
      if (rest.length === 0) return;
      if (rest.length < part.length || look.amended) error = await attempt(rest);
      if (error === undefined) return;
    }
    await narrow(rest, error);
  }

  /** Finds the culprits among items that were refused together. */
  async function narrow(refused: Item[], error: unknown): Promise<void> {
    const [only] = refused;
    if (refused.length === 1 && only !== undefined) return settle(only, error);
    const size = bulk.goAlone?.(error) ? 1 : Math.ceil(refused.length / 2);
    let isProof = peer.isProof(error);
    for (let start = 0; start < refused.length; start += size) {
      const some = refused.slice(start, start + size);
      // If all others went through, the culprit is in the last ones: no need to ask.
      const isLast = start + size >= refused.length;
      const own = isLast && isProof ? error : await attempt(some);
      if (own === undefined) continue;
      isProof = false;
      await narrow(some, own);
    }
  }

  async function settle(item: Item, error: unknown): Promise<void> {
    let last = error;
    if (await peer.mayPass?.(error)) {
      last = await attempt([item]);
      if (last === undefined) return;
    }
    const outcome = bulk.refused
      ? await guarded([item], () => bulk.refused!(item, last))
      : { failure: peer.refusalOf(last) };
    if (outcome) outcomes.set(item, outcome);
  }

  /** One call; undefined when it went through or nothing more is to be tried, else the refusal. */
  async function attempt(batch: Item[]): Promise<unknown> {
    if (failAll(batch)) return undefined;
    try {
      const results = await bulk.call(batch);
      for (const [index, item] of batch.entries()) outcomes.set(item, results[index]!);
      return undefined;
    } catch (error) {
      if (!(await peer.isOfPeer(error))) return error;
      peer.run.failure = peer.refusalOf(error);
      failAll(batch);
      return undefined;
    }
  }

  async function guarded<T>(batch: Item[], look: () => Promise<T>): Promise<T | undefined> {
    if (failAll(batch)) return undefined;
    try {
      return await look();
    } catch (error) {
      // A look-up that fails leaves its items undecided: they share its failure and are tried again later.
      const failure = peer.refusalOf(error);
      if (await peer.isOfPeer(error)) peer.run.failure = failure;
      for (const item of batch) outcomes.set(item, { failure });
      return undefined;
    }
  }

  function failAll(batch: Item[]): boolean {
    const { failure } = peer.run;
    if (failure === undefined) return false;
    for (const item of batch) outcomes.set(item, { failure });
    return true;
  }
}
