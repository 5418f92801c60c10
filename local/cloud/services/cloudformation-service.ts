import * as z from 'zod';
import { arnOf } from '../account.ts';
import { ServiceError } from '../cloud-error.ts';
import { operation, Service } from '../protocol/service.ts';

/** The name of the one stack, as `AWS::StackName` gives it. */
export const stackName = 'embedded';
export const stackId = arnOf('cloudformation', `stack/${stackName}/0`);

/** What the stack says of itself once it is there. */
interface DescribedStack {
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly { logicalId: string; physicalId: string; type: string }[];
  /** milliseconds since 1970 */
  readonly createdAt: number;
}

const named = z.object({ StackName: z.string().default(stackName) });
const StackStatus = 'CREATE_COMPLETE';

/**
 * A stand-in for CloudFormation that describes the running stack, so that its outputs and resources are found as after
 * a deployment.
 */
export class CloudFormationService extends Service {
  readonly #stack: DescribedStack;

  protected readonly operations = {
    DescribeStacks: operation(named, ({ StackName }) => {
      const Outputs = Object.entries(this.#find(StackName).outputs).map(([OutputKey, OutputValue]) => ({
        OutputKey,
        OutputValue,
      }));
      const Tags = [{ Key: 'project', Value: 'oec-moodle-sync' }];
      const CreationTime = this.#createdAt();
      return {
        Stacks: [{ StackName: stackName, StackId: stackId, StackStatus, CreationTime, Tags, Outputs }],
      };
    }),
    ListStackResources: operation(named, ({ StackName }) => ({
      StackResourceSummaries: this.#find(StackName).resources.map(({ logicalId, physicalId, type }) => ({
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        ResourceStatus: StackStatus,
        LastUpdatedTimestamp: this.#createdAt(),
      })),
    })),
  };

  constructor(stack: DescribedStack) {
    super('CloudFormation', { unknown: 'InvalidAction', invalid: 'ValidationError' });
    this.#stack = stack;
  }

  #find(asked: string): DescribedStack {
    if (asked === stackName || asked === stackId) return this.#stack;
    throw new ServiceError('ValidationError', `Stack with id ${asked} does not exist`);
  }

  #createdAt(): string {
    return new Date(this.#stack.createdAt).toISOString();
  }
}
