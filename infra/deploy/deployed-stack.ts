import {
  type CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { parse } from 'yaml';
import type { Template } from '#infra/synthesize.ts';

/** A stack as it runs. */
export interface DeployedStack {
  readonly outputs: Readonly<Record<string, string>>;
  readonly template: Template;
}

/** What is left of a stack whose first deployment failed, or was never begun: `cdk deploy` deletes it and starts over. */
const neverDeployed = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'REVIEW_IN_PROGRESS'];

/**
 * The stack with this name; undefined where none was ever deployed. One whose first deployment failed is made fit to be
 * deleted by the next.
 */
export async function readDeployedStack(
  client: CloudFormationClient,
  name: string,
): Promise<DeployedStack | undefined> {
  const stack = await describe(client, name);
  if (!stack || neverDeployed.includes(stack.StackStatus ?? '')) {
    if (stack?.EnableTerminationProtection) {
      const change = { StackName: name, EnableTerminationProtection: false };
      await client.send(new UpdateTerminationProtectionCommand(change));
    }
    return undefined;
  }
  // The CDK sends small templates as YAML, such as that of `cdk import`; JSON is YAML too.
  const { TemplateBody = '{}' } = await client.send(
    new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }),
  );
  const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
    OutputKey,
    OutputValue,
  ]);
  return { outputs: Object.fromEntries(outputs), template: parse(TemplateBody) as Template };
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
  } catch (error) {
    // CloudFormation has no error of its own for a stack that is not there.
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return undefined;
    throw error;
  }
}
