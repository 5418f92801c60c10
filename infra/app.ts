import { App } from 'aws-cdk-lib';
import { ConfigError, readConfig } from '#infra/config.ts';
import { projectRoot } from '#infra/project-root.ts';
import { SyncStack } from '#infra/stack.ts';

const app = new App();
try {
  new SyncStack(app, readConfig(app.node.getAllContext(), projectRoot));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
