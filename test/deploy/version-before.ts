import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Deployment } from './deployment.ts';
import type { Emulator } from './emulator.ts';

/**
 * The template of version 0.1.0 as `cdk synth` made it for the stage `trial`, with an ERP; its functions do nothing. The next
 * version that is released takes its place.
 */
const template = new URL('fixtures/stack-0.1.0.json.gz', import.meta.url);

/** Deploys the stack as the version before had it: what is deployed afterwards is an upgrade. */
export async function deployVersionBefore(emulator: Emulator, deployment: Deployment): Promise<void> {
  const assembly = join(emulator.folder, 'version-before');
  const templateFile = 'stack.template.json';
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders.
  const bucketName = 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}';
  const destinations = { bootstrapped: { bucketName, objectKey: templateFile } };
  const files = { [templateFile]: { source: { path: templateFile, packaging: 'file' }, destinations } };
  const artifacts = {
    assets: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
    [deployment.stack]: {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile, stackTemplateAssetObjectUrl: `s3://${bucketName}/${templateFile}` },
      dependencies: ['assets'],
    },
  };
  await mkdir(assembly);
  await writeFile(join(assembly, 'manifest.json'), JSON.stringify({ version: '36.0.0', artifacts }));
  await writeFile(join(assembly, 'assets.json'), JSON.stringify({ version: '36.0.0', files }));
  await writeFile(join(assembly, templateFile), await promisify(gunzip)(await readFile(template)));
  await deployment.deployAssembly(assembly);
}
