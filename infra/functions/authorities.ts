import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type Config, ConfigError } from '#infra/config.ts';
import { projectRoot } from '#infra/project-root.ts';

const id = 'Authorities';
const file = 'authorities.pem';

/** What has a function trust the authorities of the configuration, beside those that Node knows. */
export interface Authorities {
  readonly layers: LayerVersion[];
  readonly environment: Record<string, string>;
}

/**
 * The certificates of the authorities that a school signs its servers' certificates with, in a layer that all functions
 * of a stack share: Node reads them from a file when it starts.
 *
 * @throws ConfigError where the file cannot be read, or is no certificate
 */
export function authorities(scope: Construct, { caFile }: Config): Authorities {
  if (caFile === undefined) return { layers: [], environment: {} };
  const stack = Stack.of(scope);
  const layer = (stack.node.tryFindChild(id) as LayerVersion | undefined) ?? createLayer(stack, caFile);
  return { layers: [layer], environment: { NODE_EXTRA_CA_CERTS: `/opt/${file}` } };
}

function createLayer(stack: Stack, caFile: string): LayerVersion {
  const path = resolve(projectRoot, caFile);
  try {
    new X509Certificate(readFileSync(path));
  } catch (cause) {
    throw new ConfigError(`caFile: ${caFile} is not a file with certificates (PEM)`, { cause });
  }
  // An asset is a folder; the file may lie in one with a lot besides.
  const folder = mkdtempSync(join(tmpdir(), 'oec-moodle-authorities-'));
  try {
    copyFileSync(path, join(folder, file));
    return new LayerVersion(stack, id, {
      description: 'Authorities whose certificates oec-moodle-sync trusts',
      code: Code.fromAsset(folder),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
