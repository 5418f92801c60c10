import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import type { Deployment } from '#cli/connection/deployment.ts';
import { hourlyMetrics } from '#shared/store/tables/hourly-metrics.ts';
import { failed, type Said } from './check.ts';
import { judgeRuns, type Schedule } from './judge-runs.ts';

/** A function, and how its logical id in the stack begins. */
type CheckedFunction = Schedule & {
  logicalId: string;
  /** Only in a stack with an ERP. */
  isOfErp?: true;
};

const functions: readonly CheckedFunction[] = [
  { name: 'record-stream', logicalId: 'RecordStream' },
  { name: 'push-worker', logicalId: 'PushWorker' },
  { name: 'push-sweep', logicalId: 'PushSweep', runsWithin: 24 },
  { name: 'pull-planner', logicalId: 'PullPlanner', runsWithin: 24 },
  { name: 'pull-worker', logicalId: 'PullWorker' },
  // Its schedule starts it each hour, whosever turn it is.
  { name: 'drift', logicalId: 'Drift', runsWithin: 24 },
  // Each 15 minutes, whatever is configured.
  { name: 'health-check', logicalId: 'HealthCheck', runsWithin: 2 },
  { name: 'erp-export', logicalId: 'ErpExport', runsWithin: 24, isOfErp: true },
  { name: 'erp-stream', logicalId: 'ErpStream', isOfErp: true },
  { name: 'erp-import', logicalId: 'ErpImport', runsWithin: 24, isOfErp: true },
];

/** When each function ran last without an error, and whether it failed in the last day. */
export async function checkFunctions(deployment: Deployment): Promise<Said[]> {
  const names = await functionNames(deployment);
  const now = deployment.now();
  const checkedFunctions = functions.filter(({ logicalId, isOfErp }) => !isOfErp || names.has(logicalId));
  const wanted = checkedFunctions.flatMap(({ logicalId }) =>
    (['Invocations', 'Errors'] as const).map((name) => ({
      namespace: 'AWS/Lambda',
      name,
      dimensions: { FunctionName: names.get(logicalId) ?? '' },
      statistic: 'Sum' as const,
    })),
  );
  const values = await hourlyMetrics(deployment.clients.cloudwatch, wanted, now);
  return checkedFunctions.map((checked, index) =>
    names.has(checked.logicalId)
      ? judgeRuns(checked, values[2 * index]!, values[2 * index + 1]!, {
          now,
          deployedAt: deployment.deployedAt,
        })
      : failed(`The stack has no function ${checked.name}.`, 'Deploy it again with `npm run deploy`.'),
  );
}

/** What Lambda calls the functions, by the beginning of their logical ids: the CDK appends a hash. */
async function functionNames({ clients, stack }: Deployment): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const pages = paginateListStackResources({ client: clients.cloudformation }, { StackName: stack });
  for await (const { StackResourceSummaries = [] } of pages) {
    for (const { ResourceType, LogicalResourceId = '', PhysicalResourceId } of StackResourceSummaries) {
      if (ResourceType !== 'AWS::Lambda::Function' || !PhysicalResourceId) continue;
      const known = functions.find(({ logicalId }) => LogicalResourceId.startsWith(logicalId));
      if (known) names.set(known.logicalId, PhysicalResourceId);
    }
  }
  return names;
}
