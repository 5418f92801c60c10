import { App } from 'aws-cdk-lib';
import { readConfig } from '#infra/config.ts';
import { projectRoot } from '#infra/project-root.ts';
import { SyncStack } from '#infra/stack.ts';

const app = new App();
new SyncStack(app, readConfig(app.node.getAllContext(), projectRoot));
