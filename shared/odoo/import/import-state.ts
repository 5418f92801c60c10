import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type BreakerState, type BreakerStore, breakerStateSchema } from '#shared/sync/limits/breaker.ts';
import {
  changeShared,
  type SharedState,
  type StateStore,
  stateAt,
} from '#shared/sync/limits/shared-state.ts';
import { importedModels } from './models.ts';

const findingSchema = z.object({
  /** module-missing; no-place: no field for the completion; no-right. */
  code: z.enum(['module-missing', 'no-place', 'no-right']),
  model: z.enum(importedModels),
  field: z.string().optional(),
  reason: z.string(),
  advice: z.string(),
});
/** Something about the ERP as a whole that keeps records from Moodle from it, for the operator. */
export type Finding = z.infer<typeof findingSchema>;

/** What is known of the import as a whole: the state `import` of the ErpState table. Times are ISO 8601 in UTC. */
export const importStateSchema = z.object({
  revision: z.number().default(0),
  breaker: breakerStateSchema.omit({ revision: true }).prefault({}),
  /** When a record was last brought to the ERP, to the minute. */
  last_success: z.string().optional(),
  /** When a sweep of all records was last begun; none where what was left of it has been given up. */
  swept_all: z.string().optional(),
  /** When a sweep last began to look at what was pulled since the one before. */
  swept_recent: z.string().optional(),
  /** By their key. */
  findings: z.record(z.string(), findingSchema).default({}),
});
export type ImportState = z.infer<typeof importStateSchema>;

/** Under which the import's breaker knows the ERP. */
export const theErp = { id: 'erp' };

/** Workers at a time: an Odoo has few worker processes, which its people need too. Two is the least that SQS allows. */
export const importWorkers = 2;

export type ImportStateStore = SharedState<ImportState>;

/** The import's among the states of the ERP. */
export const importStateIn = (states: StateStore) => stateAt(states, 'import', importStateSchema);

export function findingKey({ code, model }: Pick<Finding, 'code' | 'model'>): string {
  return `${code}/${model}`;
}

/** The breaker's part of the state. */
export function importBreakerStore(store: ImportStateStore): BreakerStore {
  return {
    async getBreaker() {
      const { breaker, revision } = await store.read();
      return { ...breaker, revision };
    },
    async saveBreaker(_erp, { revision, ...breaker }: BreakerState) {
      const state = await store.read();
      return state.revision === revision && store.save({ ...state, breaker });
    },
  };
}

/** Takes down findings, and takes away those that are not so any more. */
export async function noteFindings(
  store: ImportStateStore,
  found: readonly Finding[],
  resolved: ReadonlySet<string>,
): Promise<void> {
  await changeShared(store, (state) => {
    const kept = Object.entries(state.findings).filter(([key]) => !resolved.has(key));
    const added = found.map((finding) => [findingKey(finding), finding] as const);
    const findings = Object.fromEntries([...kept, ...added]);
    return isDeepStrictEqual(findings, state.findings) ? state : { ...state, findings };
  });
}

/** Notes that a record was brought to the ERP. @param at ISO 8601 in UTC */
export async function noteImported(store: ImportStateStore, at: string): Promise<void> {
  await changeShared(store, (state) =>
    state.last_success !== undefined && state.last_success >= at ? state : { ...state, last_success: at },
  );
}
