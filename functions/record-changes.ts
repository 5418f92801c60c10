import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent, AttributeValue as StreamValue } from 'aws-lambda';
import type { RecordChange } from '#shared/models/changes/record-change.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { readOptions } from '#shared/store/numbers.ts';

/** The changes of some models in a batch of the stream of OecRecords, in its order. */
export function toRecordChanges<Model extends string>(
  event: DynamoDBStreamEvent,
  isWanted: (model: string) => model is Model,
): RecordChange<Model>[] {
  return event.Records.flatMap(({ dynamodb }) => {
    const before = toItem(dynamodb?.OldImage);
    const after = toItem(dynamodb?.NewImage);
    const { model, id } = after ?? before ?? {};
    if (typeof model !== 'string' || !isWanted(model) || typeof id !== 'string') return [];
    return [{ model, id, before, after }];
  });
}

function toItem(image: Record<string, StreamValue> | undefined): RecordItem | undefined {
  // Both types describe DynamoDB's own JSON; the event's is the older one.
  return image && (unmarshall(image as Record<string, AttributeValue>, readOptions) as RecordItem);
}
