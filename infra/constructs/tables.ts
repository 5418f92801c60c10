import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import { removalPolicy } from '#infra/constructs/removal-policy.ts';

export interface Tables {
  /** The ERP's records, the only thing that is written from outside. */
  readonly records: Table;
  /** Which records refer to which, so that what depends on a record is found by a query. */
  readonly links: Table;
  /** What became of each record in each Moodle. */
  readonly mappings: Table;
  /** The Moodles. */
  readonly instances: Table;
}

/**
 * The tables. They are direct children of the stack: moving one in the construct tree would change its
 * logical id, and CloudFormation would then replace the table by an empty one.
 */
export function createTables(scope: Construct, config: Config): Tables {
  const common = commonProperties(config);

  const records = new Table(scope, 'RecordsTable', {
    ...common,
    partitionKey: text('model'),
    sortKey: text('id'),
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
  });
  // Only records that a pull wrote carry these attributes; the ERP asks for them since a time.
  records.addGlobalSecondaryIndex({
    indexName: 'pulled',
    partitionKey: text('instance'),
    sortKey: text('pulled_at'),
    projectionType: ProjectionType.ALL,
  });

  const links = new Table(scope, 'LinksTable', {
    ...common,
    partitionKey: text('target'),
    sortKey: text('source'),
  });

  const mappings = new Table(scope, 'MappingsTable', {
    ...common,
    partitionKey: text('instance'),
    sortKey: text('idnumber'),
  });
  // Sparse: only mappings that need a look carry `attention`, so that listing them never reads the others.
  mappings.addGlobalSecondaryIndex({
    indexName: 'attention',
    partitionKey: text('instance'),
    sortKey: text('attention'),
    projectionType: ProjectionType.ALL,
  });

  const instances = new Table(scope, 'InstancesTable', { ...common, partitionKey: text('id') });

  return { records, links, mappings, instances };
}

export interface ErpTables {
  /** What the export and the import know of the ERP as a whole: watermarks, brakes, findings, the breaker. */
  readonly state: Table;
  /** What became of each record from Moodle in the ERP. */
  readonly mappings: Table;
}

/** The tables of the ERP's side. */
export function createErpTables(scope: Construct, config: Config): ErpTables {
  const common = commonProperties(config);
  const state = new Table(scope, 'ErpStateTable', { ...common, partitionKey: text('key') });
  const mappings = new Table(scope, 'ErpMappingsTable', {
    ...common,
    partitionKey: text('model'),
    sortKey: text('id'),
  });
  // Sparse, as that of the mappings table.
  mappings.addGlobalSecondaryIndex({
    indexName: 'attention',
    partitionKey: text('model'),
    sortKey: text('attention'),
    projectionType: ProjectionType.ALL,
  });
  return { state, mappings };
}

function commonProperties(config: Config) {
  return {
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: TableEncryption.AWS_MANAGED,
    removalPolicy: removalPolicy(config),
    deletionProtection: config.protected,
  } satisfies Partial<TableProps>;
}

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });
