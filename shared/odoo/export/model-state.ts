import * as z from 'zod';
import type { PushedModel } from '#shared/models/models.ts';
import { brakeStateSchema } from '#shared/sync/limits/brake.ts';
import { changeShared, type StateStore, stateAt } from '#shared/sync/limits/shared-state.ts';

/** Records that something is wrong with: how many, and some of their ids. */
const namedSchema = z.object({ count: z.number(), ids: z.array(z.string()) });
export type Named = z.infer<typeof namedSchema>;

/** A reading that takes several pages, as far as it has come. */
const passSchema = z.object({
  /** Only records that were saved since are read; all of them where it is missing. A date of the ERP's. */
  from: z.string().optional(),
  /** The highest id that has been read. */
  position: z.number(),
  /** The newest date that the ERP had when the reading began: what is later may have been missed. */
  until: z.string().optional(),
});
export type Pass = z.infer<typeof passSchema>;

const gapSchema = z.object({ field: z.string().optional(), consequence: z.string(), isNeeded: z.boolean() });

/** Records of the table that the ERP no longer has, as the last comparison found them. */
const goneSchema = z.object({
  /** Those that are looked at next; not all where they are very many. */
  ids: z.array(z.string()),
  count: z.number(),
  /** How many records of the model the table held. */
  of: z.number(),
  /** How many of them were saved later than anything that the ERP still has. */
  newer: z.number(),
});
export type Gone = z.infer<typeof goneSchema>;

/**
 * What the export knows of one model. The ERP's dates are texts such as `2026-09-01 08:00:00`, by the ERP's own clock;
 * other times are ISO 8601 in UTC, by ours. Holds no personal data.
 */
export const modelStateSchema = z.object({
  revision: z.number().default(0),
  /** From where and in which language its records are read, and which fields; where that changes, all are read anew. */
  source: z.string().optional(),
  fields: z.array(z.string()).optional(),
  gaps: z.array(gapSchema).default([]),
  /** Up to which date of the ERP everything has been read. */
  watermark: z.string().optional(),
  /** When the watermark last moved. */
  moved_at: z.string().optional(),
  /** The latest date that any of the model's own records has had; for people the watermark knows their contacts' too. */
  newest: z.string().optional(),
  pass: passSchema.optional(),
  /** When all records had been read for the first time. */
  complete_at: z.string().optional(),
  /** When the table was last compared with all of the ERP's records, and how many those were. */
  compared_at: z.string().optional(),
  records: z.number().optional(),
  /** Why the last comparison took nothing away: the ERP answered less than it has, or hides records from the user. */
  incomplete: z.enum(['short', 'hidden', 'too-long']).optional(),
  /** How often all records could not be read in the time that a run has, since they last could. */
  unread: z.number().default(0),
  gone: goneSchema.optional(),
  /** Records that the ERP has in an older state than the table. */
  older: namedSchema.optional(),
  /** Other records than the table's under the same ids. */
  replaced: namedSchema.optional(),
  /** Records that the table cannot hold. */
  unstorable: namedSchema.optional(),
  /** Why the ERP does not let the model be read. */
  refused: z.object({ code: z.string(), message: z.string() }).optional(),
  brake: brakeStateSchema.omit({ revision: true, holds: true }).prefault({}),
  /** The operator's word: until then the ERP's records count whatever their dates, also under ids that were others'. */
  accepted_until: z.string().optional(),
});
export type ModelState = z.infer<typeof modelStateSchema>;

/** Ids that a state names at most; of what is more only the number is kept. */
const namedIds = 50;

const modelStateIn = (states: StateStore, model: PushedModel) =>
  stateAt(states, `export/${model}`, modelStateSchema);

export function readModelState(states: StateStore, model: PushedModel): Promise<ModelState> {
  return modelStateIn(states, model).read();
}

/**
 * Changes the state of a model: nothing is written where `next` answers the very same object.
 *
 * @throws SharedStateError
 */
export async function changeModelState(
  states: StateStore,
  model: PushedModel,
  next: (state: ModelState) => ModelState,
): Promise<ModelState> {
  return (await changeShared(modelStateIn(states, model), next)).after;
}

/** Records as a state names them, with those it names before; the very same object where it names all of them already. */
export function named(ids: readonly string[], before?: Named): Named | undefined {
  const added = [...new Set(ids)].filter((id) => !before?.ids.includes(id));
  if (added.length === 0) return before;
  // Of a list that is full nobody knows whether it counts them already: the next comparison does.
  if (before && before.ids.length >= namedIds) return before;
  return {
    count: (before?.count ?? 0) + added.length,
    ids: [...(before?.ids ?? []), ...added].slice(0, namedIds),
  };
}

/** Whether the operator has said that the ERP's records count as they are. @param now milliseconds since 1970 */
export function isAccepted({ accepted_until }: ModelState, now: number): boolean {
  return accepted_until !== undefined && now < Date.parse(accepted_until);
}

/** Whether a model can be read: the ERP has it, with all that is needed of it. */
export function isReadable({ gaps }: ModelState): boolean {
  return !gaps.some(({ field, isNeeded }) => isNeeded || field === undefined);
}
