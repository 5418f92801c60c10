import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { type ConfigInput, parseConfig } from '#infra/config.ts';
import { SyncStack } from '#infra/stack.ts';
import cdk from '../cdk.json' with { type: 'json' };

/** A CloudFormation template, as far as its readers need to know it. */
export interface Template {
  readonly Resources: Record<string, TemplateResource>;
  readonly Outputs: Record<string, { readonly Value: unknown }>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly Metadata?: Record<string, unknown>;
}

export interface Synthesis {
  readonly template: Template;
  /** The cloud assembly; a function's bundle, if it was made, is the folder `Metadata['aws:asset:path']` in it. */
  readonly assetDirectory: string;
}

/**
 * Synthesizes the stack in this process, as `cdk synth` would, without credentials and without network.
 *
 * @param options.outdir where the cloud assembly is written
 * @param options.config defaults are filled in; neither context nor the configuration file is read
 * @param options.isTemplateOnly whether the functions are left unbundled, which takes most of the time
 * @throws ConfigError for an option that is unknown or wrong
 */
export function synthesize(options: {
  outdir: string;
  config?: ConfigInput;
  isTemplateOnly?: boolean;
}): Synthesis {
  // Starting CDK's validation of templates takes a second, more than all the rest; `npm run synth` does it.
  process.env.CDK_VALIDATION = 'false';
  const app = new App({
    outdir: options.outdir,
    analyticsReporting: false,
    context: {
      ...cdk.context,
      'aws:cdk:enable-asset-metadata': true,
      // Names the stacks whose assets are to be bundled: none.
      ...(options.isTemplateOnly && { 'aws:cdk:bundling-stacks': [] }),
    },
  });
  const stack = new SyncStack(app, parseConfig(options.config ?? {}));
  const assembly = app.synth();
  const path = assembly.getStackArtifact(stack.artifactId).templateFullPath;
  return { template: JSON.parse(readFileSync(path, 'utf8')) as Template, assetDirectory: assembly.directory };
}
