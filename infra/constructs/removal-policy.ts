import { RemovalPolicy } from 'aws-cdk-lib';
import type { Config } from '#infra/config.ts';

/** What becomes of tables and logs when the stack is deleted. */
export function removalPolicy(config: Config): RemovalPolicy {
  return config.onRemoval === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
