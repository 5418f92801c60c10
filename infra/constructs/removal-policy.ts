import { RemovalPolicy } from 'aws-cdk-lib';
import type { Config } from '#infra/config.ts';

/** What becomes of tables and logs when they leave the stack; those of a first deployment that fails are empty, and go. */
export function removalPolicy(config: Config): RemovalPolicy {
  return config.onRemoval === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
