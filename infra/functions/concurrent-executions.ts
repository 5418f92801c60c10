import { CfnEventSourceMapping, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/**
 * The most executions at a time that the functions of a stack come to: as many as their queues may start, and one of
 * each function that a stream or a schedule starts.
 */
export function concurrentExecutions(stack: IConstruct): number {
  const parts = stack.node.findAll();
  const ofQueues = parts.flatMap((part) => {
    if (!(part instanceof CfnEventSourceMapping)) return [];
    const scaling = part.scalingConfig as CfnEventSourceMapping.ScalingConfigProperty | undefined;
    return scaling?.maximumConcurrency === undefined ? [] : [scaling.maximumConcurrency];
  });
  const functions = parts.filter((part) => part instanceof CfnFunction).length;
  return ofQueues.reduce((sum, one) => sum + one, functions - ofQueues.length);
}
