import { tableStore } from '#shared/store/part.ts';
import type { Table } from '#shared/store/table.ts';

/** What a person has decided of a record that Moodle may have already, and how it stood then. */
export interface KeptDecision {
  idnumber: string;
  kind: string;
  verdict: string;
  /** Ids of the candidates: `812 | 815`. */
  moodleIds: string;
  /** `match 812`, `new` or `skip`. */
  decision: string;
  /** The ARN of the operator's AWS identity. */
  who: string;
  /** ISO 8601 in UTC; tells this decision from any other of the record. */
  at: string;
}

/** What is decided of the records of an instance and not carried out yet, for everybody who is at it. */
export interface KeptDecisions {
  list(instance: string): Promise<KeptDecision[]>;
  /**
   * @param before when the one was made that it takes the place of; none where there was none
   * @returns false where somebody has decided, or carried it out, in the meantime
   */
  keep(instance: string, decision: KeptDecision, before?: string): Promise<boolean>;
  /** @returns false where somebody has decided otherwise, or carried it out, in the meantime */
  forget(instance: string, decision: Pick<KeptDecision, 'idnumber' | 'at'>): Promise<boolean>;
}

/** How long a decision waits to be carried out, in seconds: 400 days, as what operators have done is known. */
const keptSeconds = 400 * 24 * 60 * 60;

/** Kept in the MoodleMappings table, in a partition of its own for each instance, until it expires. */
export const keptDecisions = tableStore(
  'MappingsTable',
  { list: 'Query', keep: 'PutItem', forget: 'DeleteItem' },
  openDecisions,
);

const partitionOf = (instance: string) => `adoption/${instance}`;

function openDecisions(table: Table): KeptDecisions {
  const ifMadeAt = (at: string) => ({
    expression: '#at = :at',
    names: { '#at': 'at' },
    values: { ':at': at },
  });
  return {
    async list(instance) {
      const items = await table.query({ instance: partitionOf(instance) });
      return items.map(({ instance: _partition, expires_at: _end, ...kept }) => kept as KeptDecision);
    },

    keep(instance, decision, before) {
      const expires_at = Math.floor(Date.parse(decision.at) / 1000) + keptSeconds;
      const item = { ...decision, instance: partitionOf(instance), expires_at };
      return table.put(item, before ? ifMadeAt(before) : { expression: 'attribute_not_exists(idnumber)' });
    },

    forget: (instance, { idnumber, at }) =>
      table.delete({ instance: partitionOf(instance), idnumber }, ifMadeAt(at)),
  };
}
