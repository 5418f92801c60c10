import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import { arnOf, region } from '../account.ts';

/** An item in DynamoDB's JSON. */
export type Item = Record<string, AttributeValue>;

/** What a stream may show of an item. */
export const viewTypes = ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'] as const;

/** What a table's stream shows. */
export interface StreamDefinition {
  readonly arn: string;
  readonly viewType: (typeof viewTypes)[number];
}

export const streamArnOf = (table: string): string => arnOf('dynamodb', `table/${table}/stream/1`);

let sequence = 100_000_000_000_000_000_000n;

/** Sets have no order, so two that differ only in it are the same. */
const withSortedSets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withSortedSets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      ['SS', 'NS', 'BS'].includes(key) && Array.isArray(item) ? [...item].sort() : withSortedSets(item),
    ]),
  );
};

/**
 * The stream record of one write.
 * @param now virtual time in milliseconds
 * @returns undefined when nothing changed: DynamoDB writes no record for an identical rewrite or a deletion of nothing
 *   (Amazon DynamoDB Developer Guide, "Change data capture for DynamoDB Streams")
 */
export function streamRecord(
  stream: StreamDefinition,
  keys: Item,
  before: Item | undefined,
  after: Item | undefined,
  now: number,
): DynamoDBRecord | undefined {
  if (!before && !after) return undefined;
  if (before && after && isDeepStrictEqual(withSortedSets(before), withSortedSets(after))) return undefined;
  sequence += 1n;
  const showsNew = stream.viewType === 'NEW_AND_OLD_IMAGES' || stream.viewType === 'NEW_IMAGE';
  const showsOld = stream.viewType === 'NEW_AND_OLD_IMAGES' || stream.viewType === 'OLD_IMAGE';
  return {
    eventID: randomUUID().replaceAll('-', ''),
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    eventSourceARN: stream.arn,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(now / 1000),
      Keys: keys,
      ...(showsNew && after ? { NewImage: after } : {}),
      ...(showsOld && before ? { OldImage: before } : {}),
      SequenceNumber: String(sequence),
      SizeBytes: JSON.stringify(after ?? before).length,
      StreamViewType: stream.viewType,
    },
  };
}
