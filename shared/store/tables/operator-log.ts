import type { Item } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Table } from '#shared/store/table.ts';

/** Something that an operator has had done. */
export interface OperatorAction {
  /** ISO 8601 in UTC. */
  at: string;
  /** The ARN of the operator's AWS identity. */
  who: string;
  /** `failures retry`. */
  what: string;
  /** The entities that it was done to, by their idnumbers; records of an import as `op.exam.attendees#7`. */
  records: readonly string[];
}

/** What operators have had done in an instance, the newest first. */
export interface OperatorLog {
  add(instance: string, action: OperatorAction): Promise<void>;
  /** @param record only what was done to this one @param limit how many at the most */
  list(instance: string, options?: { record?: string; limit?: number }): Promise<OperatorAction[]>;
}

/** How long it is known who has done what, in seconds: 400 days, so that last year's term is still there. */
const keptSeconds = 400 * 24 * 60 * 60;

/** Records in one item: with the longest names still far below the 400 KB that DynamoDB takes. */
const mostRecords = 2_000;

/** Kept in the MoodleMappings table, in a partition of its own for each instance, until it expires. */
export const operatorLog = tableStore('MappingsTable', { add: 'PutItem', list: 'Query' }, openLog);

const partitionOf = (instance: string) => `operators/${instance}`;

function openLog(table: Table): OperatorLog {
  return {
    async add(instance, { at, who, what, records }) {
      for (let first = 0; first === 0 || first < records.length; first += mostRecords) {
        const item = {
          instance: partitionOf(instance),
          idnumber: `${at}#${crypto.randomUUID()}`,
          ...{ at, who, what, records: records.slice(first, first + mostRecords) },
          expires_at: Math.floor(Date.parse(at) / 1000) + keptSeconds,
        };
        await table.put(item);
      }
    },

    async list(instance, { record, limit = 50 } = {}) {
      const found: OperatorAction[] = [];
      const pages = table.pages({
        KeyConditionExpression: '#instance = :instance',
        ExpressionAttributeNames: { '#instance': 'instance', ...(record && { '#records': 'records' }) },
        ExpressionAttributeValues: {
          ':instance': partitionOf(instance),
          ...(record && { ':record': record }),
        },
        ...(record && { FilterExpression: 'contains(#records, :record)' }),
        ScanIndexForward: false,
      });
      for await (const items of pages) {
        found.push(...items.map(toAction));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
  };
}

function toAction({ at, who, what, records }: Item): OperatorAction {
  return { at, who, what, records } as OperatorAction;
}
