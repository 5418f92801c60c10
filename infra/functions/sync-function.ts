import { join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import {
  type Declaration,
  type FunctionName,
  resourcesOf,
  saidFor,
  variableOf,
} from '#functions/declaration.ts';
import { acknowledgeWildcard } from '#infra/access/acknowledge-wildcard.ts';
import type { Config } from '#infra/config.ts';
import { projectRoot } from '#infra/project-root.ts';
import type { Queues } from '#infra/storage/queues.ts';
import type { Resources } from '#infra/storage/resources.ts';
import { removalPolicy, type Tables } from '#infra/storage/tables.ts';
import { metricsNamespace } from '#shared/metrics-namespace.ts';
import type { Grant, ResourceName } from '#shared/store/part.ts';
import { authorities } from './authorities.ts';
import { bundleOf } from './bundles.ts';
import { allowNetworkInterfaces, type Network } from './network.ts';

/** What the functions of a stack share. */
export interface FunctionProps {
  readonly scope: Construct;
  readonly config: Config;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly resources: Resources;
  /** The group of the schedules that start the regular work. */
  readonly group: ScheduleGroup;
  /** The private network of those that call Moodle or the ERP. Default: the internet. */
  readonly network: Network | undefined;
}

/** The functions of a stack; some are there only where the configuration says so. */
export type SyncFunctions = Record<FunctionName, SyncFunction>;

/** Whoever reads a secret speaks to whom it is for. */
const peers: readonly ResourceName[] = ['SecretPrefix', 'ErpConnectionSecret'];

/**
 * A function as it is declared: runtime, architecture, bundling and logs are the same for all. Its role is its own and
 * starts with nothing but writing its log; what else it may do, its parts say.
 */
export class SyncFunction extends LambdaFunction {
  /** Always there, unlike that of a function in general. */
  declare readonly role: Role;
  /** As in its logs and metrics. */
  readonly service: FunctionName;
  /** Where Powertools publishes what the function counts: every metric has the function's name for a dimension. */
  readonly #metrics: { namespace: string; dimensionsMap: { service: string } };

  constructor(declaration: Declaration, props: FunctionProps) {
    const { name, timeout, memory = 512, source, uses, settings = {}, options = {} } = declaration;
    const { scope, config, resources } = props;
    const id = constructId(name);
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: config.logRetentionDays,
      removalPolicy: removalPolicy(config),
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${name} may do`,
    });
    logGroup.grantWrite(role);
    const used = resourcesOf(declaration);
    const network = used.some((one) => peers.includes(one)) ? props.network : undefined;
    if (network) allowNetworkInterfaces(role);
    const trusted = authorities(scope, config);
    const namespace = metricsNamespace(config.stage);
    const reserved = 'queue' in source && source.reserved?.(config);

    super(scope, id, {
      description: `oec-moodle-sync: ${name}`,
      handler: 'index.handler',
      // Commands such as `cdk destroy` need no bundle, and say so.
      code: Code.fromAsset(
        Stack.of(scope).bundlingRequired ? bundleOf(name) : join(projectRoot, 'functions', name),
      ),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memory,
      timeout: Duration.seconds(timeout),
      ...(reserved && { reservedConcurrentExecutions: reserved }),
      // What is left of its work, or what that releases, goes on in messages to its own queue: more often than the 16
      // times after which Lambda takes that for a mistake.
      ...('queue' in source && used.includes(source.queue) && { recursiveLoop: RecursiveLoop.ALLOW }),
      role,
      logGroup,
      ...network,
      layers: trusted.layers,
      environment: {
        ...trusted.environment,
        STAGE: config.stage,
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: namespace,
        POWERTOOLS_LOG_LEVEL: config.logLevel,
        ...Object.fromEntries(used.map((one) => [variableOf(one), resources[one]!.value])),
        ...mapped(settings, (said) => String(saidFor(config, said))),
        ...mapped(options, (said) => said(config)),
      },
    });
    this.service = name;
    this.#metrics = { namespace, dimensionsMap: { service: name } };
    for (const { grants } of Object.values(uses)) for (const grant of grants) this.#grant(grant, resources);
  }

  /** A metric that the function publishes itself (docs/operations.md lists them), without the dimension of instances. */
  ownMetric(
    metricName: string,
    { period, statistic, label }: { period: Duration; statistic: string; label?: string },
  ): Metric {
    return new Metric({ ...this.#metrics, metricName, period, statistic, ...(label && { label }) });
  }

  /** Lets the function do these actions on a resource. @param why it has to be a pattern, where it is one */
  allow(actions: readonly string[], resource: string, why?: string): void {
    this.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
    if (why !== undefined) acknowledgeWildcard(this.role, resource, why);
  }

  #grant({ on, actions }: Grant, resources: Resources): void {
    const [name, ...within] = on.split('/') as [ResourceName, ...string[]];
    const { arn, why, role } = resources[name]!;
    if (within[0] === 'role') this.allow(actions, role!);
    else this.allow(actions, [arn, ...within].join('/'), why);
  }
}

/** What each of some variables is; those without any are left out. */
function mapped<Said>(
  variables: Readonly<Record<string, Said>>,
  textOf: (said: Said) => string | undefined,
): Record<string, string> {
  const entries = Object.entries(variables).map(([name, said]) => [name, textOf(said)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, string>;
}

/** `push-worker` → `PushWorker` */
function constructId(name: FunctionName): string {
  return name.replaceAll(/(?:^|-)([a-z])/g, (_, first: string) => first.toUpperCase());
}
