import { RemovalPolicy } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import type { TableName } from '#shared/store/part.ts';

interface Shape {
  /** Partition key, and sort key where there is one. */
  readonly keys: readonly [string, string?];
  readonly index?: { name: string; keys: readonly [string, string] };
  readonly hasStream?: true;
  /** The attribute that says when an item is deleted, in seconds since 1970. */
  readonly expiry?: string;
}

const tables: Record<TableName, Shape> = {
  // The ERP's records, the only thing that is written from outside. Those that a pull wrote carry the index's attributes;
  // the ERP asks for them since a time.
  RecordsTable: {
    keys: ['model', 'id'],
    index: { name: 'pulled', keys: ['instance', 'pulled_at'] },
    hasStream: true,
  },
  // Which records refer to which, so that what depends on a record is found by a query.
  LinksTable: { keys: ['target', 'source'] },
  // What became of each record in each Moodle. The index is sparse: only mappings that need a look carry `attention`, so
  // that listing them never reads the others.
  MappingsTable: {
    keys: ['instance', 'idnumber'],
    index: { name: 'attention', keys: ['instance', 'attention'] },
    // What operators have done beside them (shared/store/tables/operator-log.ts) names people of the staff.
    expiry: 'expires_at',
  },
  // The Moodles.
  InstancesTable: { keys: ['id'] },
  // What the export and the import know of the ERP as a whole: watermarks, brakes, findings, the breaker.
  ErpStateTable: { keys: ['key'] },
  // What became of each record from Moodle in the ERP.
  ErpMappingsTable: { keys: ['model', 'id'], index: { name: 'attention', keys: ['model', 'attention'] } },
};

/** Those that every stack has; the others only where it has the ERP's side. */
export type Tables = Record<TableName, Table>;

/** The indexes of a table, by their names. */
export function indexesOf(name: TableName): string[] {
  const { index } = tables[name];
  return index ? [index.name] : [];
}

/**
 * The tables. They are direct children of the stack: moving one in the construct tree would change its
 * logical id, and CloudFormation would then replace the table by an empty one.
 */
export function createTables(scope: Construct, config: Config): Tables {
  const names = (Object.keys(tables) as TableName[]).filter((name) => config.erp || !name.startsWith('Erp'));
  return Object.fromEntries(names.map((name) => [name, createTable(scope, name, config)])) as Tables;
}

function createTable(scope: Construct, name: TableName, config: Config): Table {
  const { keys, index, hasStream, expiry } = tables[name];
  const table = new Table(scope, name, {
    ...keyed(keys),
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: TableEncryption.AWS_MANAGED,
    removalPolicy: removalPolicy(config),
    deletionProtection: config.protected,
    ...(expiry !== undefined && { timeToLiveAttribute: expiry }),
    ...(hasStream && { stream: StreamViewType.NEW_AND_OLD_IMAGES }),
  });
  if (index) {
    const projectionType = ProjectionType.ALL;
    table.addGlobalSecondaryIndex({ indexName: index.name, ...keyed(index.keys), projectionType });
  }
  return table;
}

function keyed([partition, sort]: Shape['keys']) {
  return { partitionKey: text(partition), ...(sort !== undefined && { sortKey: text(sort) }) };
}

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });

/** What becomes of tables and logs when they leave the stack; those of a first deployment that fails are empty, and go. */
export function removalPolicy(config: Config): RemovalPolicy {
  return config.onRemoval === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
