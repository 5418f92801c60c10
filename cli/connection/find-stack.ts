import {
  type CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { OperatorError } from '#cli/operator-error.ts';

/** The outputs of the stack that the command needs (infra/stack.ts). */
const stackOutputsSchema = z.object({
  RecordsTableName: z.string(),
  LinksTableName: z.string(),
  MappingsTableName: z.string(),
  InstancesTableName: z.string(),
  PushQueueUrl: z.string(),
  SweepQueueUrl: z.string(),
  PullQueueUrl: z.string(),
  DriftQueueUrl: z.string(),
  PermanentlyFailedQueueUrl: z.string(),
  PullFailuresQueueUrl: z.string(),
  StreamFailuresQueueUrl: z.string(),
  ScheduleFailuresQueueUrl: z.string(),
  SecretPrefix: z.string(),
  MetricsNamespace: z.string(),
  ConcurrentExecutions: z.string(),
});
export type StackOutputs = z.infer<typeof stackOutputsSchema>;

/** The outputs of its ERP's side (infra/stack.ts); a stack that is configured without an ERP has none. */
const erpOutputsSchema = z.object({
  ErpStateTableName: z.string(),
  ErpMappingsTableName: z.string(),
  ErpConnectionSecret: z.string(),
  ErpQueueUrl: z.string(),
  ErpFailuresQueueUrl: z.string(),
  ErpStreamFailuresQueueUrl: z.string(),
  /** Where the configuration names a field for completion. */
  ErpCompletionField: z.string().optional(),
});
export type ErpOutputs = z.infer<typeof erpOutputsSchema>;

/** A stack, its outputs, and when it was deployed first (milliseconds since 1970). */
interface FoundStack {
  stack: string;
  outputs: StackOutputs;
  /** Undefined where the stack is configured without an ERP. */
  erpOutputs: ErpOutputs | undefined;
  deployedAt: number;
}

/**
 * The stack with this name, or the only one of this product in the account's region.
 *
 * @throws OperatorError when there is none, when there are several, or when it is older than this command
 */
export async function findStack(client: CloudFormationClient, name: string | undefined): Promise<FoundStack> {
  const found = name === undefined ? await onlyStack(client) : await stackOfName(client, name);
  const stack = found.StackName ?? '';
  const outputs = Object.fromEntries(
    (found.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  const parsed = stackOutputsSchema.safeParse(outputs);
  const hasErp = Object.keys(outputs).some((key) => key.startsWith('Erp'));
  const parsedErp = hasErp ? erpOutputsSchema.safeParse(outputs) : undefined;
  if (parsed.success && parsedErp?.success !== false) {
    const deployedAt = found.CreationTime?.getTime() ?? 0;
    return { stack, outputs: parsed.data, erpOutputs: parsedErp?.data, deployedAt };
  }
  const issues = [...(parsed.error?.issues ?? []), ...(parsedErp?.error?.issues ?? [])];
  const missing = issues.map(({ path }) => path.join('.')).join(', ');
  throw new OperatorError(
    `The stack ${stack} lacks the outputs ${missing}.`,
    'It is another stack, or was deployed by an older release: deploy it again with `npm run deploy`.',
  );
}

async function stackOfName(client: CloudFormationClient, name: string): Promise<Stack> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (Stacks[0]) return Stacks[0];
  } catch (error) {
    // CloudFormation has no error of its own for a stack that is not there.
    const isUnknown = error instanceof CloudFormationServiceException && error.name === 'ValidationError';
    if (!isUnknown) throw error;
  }
  const others = ((await ownStacks(client)) ?? []).map(({ StackName }) => StackName);
  throw new OperatorError(
    `There is no stack ${name} in this account and region.`,
    others.length > 0
      ? `There is ${others.join(', ')}: name it with --stack.`
      : 'Check --region and --profile, or deploy it with `npm run deploy`.',
  );
}

async function onlyStack(client: CloudFormationClient): Promise<Stack> {
  const stacks = await ownStacks(client);
  if (!stacks) {
    throw new OperatorError(
      'These credentials may not list the stacks of the account, so that yours cannot be found.',
      'Name it with --stack, or in the environment variable OEC_MOODLE_STACK.',
    );
  }
  const [stack] = stacks;
  if (!stack) {
    throw new OperatorError(
      'There is no stack of oec-moodle-sync in this account and region.',
      'Check --region and --profile, or deploy it with `npm run deploy` (docs/deploy.md).',
    );
  }
  if (stacks.length > 1) {
    throw new OperatorError(
      `There are several stacks: ${stacks.map(({ StackName }) => StackName).join(', ')}.`,
      'Name one with --stack.',
    );
  }
  return stack;
}

/** The stacks of this product, which infra/stack.ts tags; undefined for an operator of one who may not list others. */
async function ownStacks(client: CloudFormationClient): Promise<Stack[] | undefined> {
  const stacks: Stack[] = [];
  try {
    for await (const page of paginateDescribeStacks({ client }, {})) stacks.push(...(page.Stacks ?? []));
  } catch (error) {
    if (error instanceof CloudFormationServiceException && error.name.startsWith('AccessDenied'))
      return undefined;
    throw error;
  }
  return stacks.filter(({ Tags = [] }) =>
    Tags.some(({ Key, Value }) => Key === 'project' && Value === 'oec-moodle-sync'),
  );
}
