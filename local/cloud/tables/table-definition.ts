import { arnOf } from '../account.ts';
import { UnsupportedTemplateError } from '../cloud-error.ts';
import type { ResolvedResource } from '../template/template.ts';
import type { Item, StreamDefinition } from './stream-record.ts';

/** A table as the front needs to know it. */
export interface TableDefinition {
  readonly name: string;
  readonly keyNames: readonly string[];
  readonly stream: StreamDefinition | undefined;
  /** body of dynalite's CreateTable */
  readonly request: Record<string, unknown>;
}

const viewTypes = ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'];

/** dynalite wants a projection of every index, and no throughput settings on demand. */
const index = ({ IndexName, KeySchema, Projection, ProvisionedThroughput }: Record<string, unknown>) => ({
  IndexName,
  KeySchema,
  Projection,
  ...(ProvisionedThroughput ? { ProvisionedThroughput } : {}),
});

/** @returns what to create for an `AWS::DynamoDB::Table` or `GlobalTable` */
export function tableDefinition({ logicalId, physicalId, properties }: ResolvedResource): TableDefinition {
  const viewType = properties.StreamSpecification?.StreamViewType;
  if (viewType !== undefined && !viewTypes.includes(viewType))
    throw new UnsupportedTemplateError(`${logicalId}: StreamViewType ${viewType}`);
  const { KeySchema, AttributeDefinitions, ProvisionedThroughput } = properties;
  const indexes = (name: string) => (properties[name]?.length ? { [name]: properties[name].map(index) } : {});
  return {
    name: physicalId,
    keyNames: KeySchema.map((element: { AttributeName: string }) => element.AttributeName),
    stream: viewType ? { arn: arnOf('dynamodb', `table/${physicalId}/stream/1`), viewType } : undefined,
    request: {
      TableName: physicalId,
      KeySchema,
      AttributeDefinitions,
      ...(ProvisionedThroughput ? { ProvisionedThroughput } : { BillingMode: 'PAY_PER_REQUEST' }),
      ...indexes('GlobalSecondaryIndexes'),
      ...indexes('LocalSecondaryIndexes'),
    },
  };
}

/** @returns only the key attributes of an item */
export const keyOf = (table: TableDefinition, item: Item): Item =>
  Object.fromEntries(table.keyNames.map((name) => [name, item[name]])) as Item;
