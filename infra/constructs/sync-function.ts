import { join } from 'node:path';
import { type Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { bundleOf } from '#infra/bundles.ts';
import type { Config } from '#infra/config.ts';
import { acknowledgeWildcard } from '#infra/constructs/acknowledge-wildcard.ts';
import { authorities } from '#infra/constructs/authorities.ts';
import { allowNetworkInterfaces, type Network } from '#infra/constructs/network.ts';
import { removalPolicy } from '#infra/constructs/removal-policy.ts';
import { projectRoot } from '#infra/project-root.ts';
import { metricsNamespace } from '#shared/metrics-namespace.ts';

/** The DynamoDB actions of the data plane, by their names in IAM. No function needs another. */
export type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'UpdateItem';

/** Every way to read a table by key. */
export const readActions = ['GetItem', 'BatchGetItem', 'Query'] as const satisfies TableAction[];
/** Every way to write a table. */
export const writeActions = [
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
] as const satisfies TableAction[];

export interface SyncFunctionProps {
  readonly config: Config;
  /** Folder under functions/ whose handler.ts exports `handler`; also the service name in logs and metrics. */
  readonly name: string;
  readonly timeout: Duration;
  /** In MB; 1,769 is one processor. Default: 512, since most functions wait rather than compute. */
  readonly memorySize?: number;
  /** Executions set aside and at most allowed. Default: none set aside, no limit. */
  readonly reservedConcurrentExecutions?: number;
  /**
   * True where events may come through it again and again: it sends to its own queue, and may do so more often than the
   * 16 times after which Lambda takes that for a mistake.
   */
  readonly mayLoop?: boolean;
  /** The private network of a function that calls Moodle. Default: the internet. */
  readonly network?: Network;
}

/**
 * A function of this product: runtime, architecture, bundling, logs and environment are the same for all.
 * Its role is its own and starts with nothing but writing its log; what else it may do is said by `bind…`,
 * which grants exact actions and sets the variable in one step, so that neither can be forgotten.
 */
export class SyncFunction extends LambdaFunction {
  /** Always there, unlike that of a function in general. */
  declare readonly role: Role;
  /** Where Powertools publishes what the function counts: every metric has the function's name for a dimension. */
  readonly #metrics: { namespace: string; dimensionsMap: { service: string } };

  constructor(scope: Construct, id: string, props: SyncFunctionProps) {
    const { config, name, network } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: config.logRetentionDays,
      removalPolicy: removalPolicy(config),
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${name} may do`,
    });
    logGroup.grantWrite(role);
    if (network) allowNetworkInterfaces(role);
    const trusted = authorities(scope, config);

    super(scope, id, {
      description: `oec-moodle-sync: ${name}`,
      handler: 'index.handler',
      // Commands such as `cdk destroy` need no bundle, and say so.
      code: Code.fromAsset(
        Stack.of(scope).bundlingRequired ? bundleOf(name) : join(projectRoot, 'functions', name),
      ),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout,
      reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      ...(props.mayLoop && { recursiveLoop: RecursiveLoop.ALLOW }),
      role,
      logGroup,
      ...network,
      layers: trusted.layers,
      environment: {
        ...trusted.environment,
        STAGE: config.stage,
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(config.stage),
        POWERTOOLS_LOG_LEVEL: config.logLevel,
      },
    });
    this.#metrics = { namespace: metricsNamespace(config.stage), dimensionsMap: { service: name } };
  }

  /** A metric that the function publishes itself (docs/operations.md lists them), without the dimension of instances. */
  ownMetric(
    metricName: string,
    { period, statistic, label }: { period: Duration; statistic: string; label?: string },
  ): Metric {
    return new Metric({ ...this.#metrics, metricName, period, statistic, ...(label && { label }) });
  }

  /** Lets the function do these actions on a table, whose name it finds in the variable. */
  bindTable({ table, actions, variable }: TableBinding): void {
    this.addEnvironment(variable, table.tableName);
    this.allow(
      actions.map((action) => `dynamodb:${action}`),
      table.tableArn,
    );
  }

  /** Lets the function send to a queue, whose URL it finds in the variable. */
  bindQueue({ queue, variable }: QueueBinding): void {
    this.addEnvironment(variable, queue.queueUrl);
    this.allow(['sqs:SendMessage'], queue.queueArn);
  }

  /** Lets the function do these actions on one resource. */
  allow(actions: string[], resource: string): void {
    this.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }));
  }

  /** Lets the function do these actions on all resources of a pattern, and says why it has to be a pattern. */
  allowWithin(actions: string[], pattern: string, reason: string): void {
    this.allow(actions, pattern);
    acknowledgeWildcard(this.role, pattern, reason);
  }
}

export interface TableBinding {
  readonly table: Table;
  readonly actions: readonly TableAction[];
  readonly variable: string;
}

export interface QueueBinding {
  readonly queue: Queue;
  readonly variable: string;
}
