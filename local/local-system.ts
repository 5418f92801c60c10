import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { projectRoot } from '#infra/project-root.ts';
import type { Synthesis } from '#infra/synthesize.ts';
import { EmbeddedCloud } from '#local/cloud/embedded-cloud.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import type { erpConnectionSchema } from '#shared/odoo/client/connection.ts';
import type { Item } from '#shared/store/documents.ts';
import { secretNameOf } from '#shared/store/secrets/tokens.ts';
import { Table } from '#shared/store/table.ts';
import { type InstancesStore, instancesStore } from '#shared/store/tables/instances-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';

/** A Moodle to register: any settings of an instance, with its token. */
export type NewInstance = Record<string, unknown> & { id: string; base_url: string; token: string };

/** Longer than a unit waits for another worker, shorter than the first retry tier. */
const shortWaitMilliseconds = 60_000;

export interface LocalSystemOptions {
  log?: (line: string) => void;
  environment?: Record<string, string>;
  /**
   * Whether each function runs in processes of its own, from its bundle as it is deployed, or from its source in this
   * one, which is faster and cannot be killed. Default: processes.
   */
  functions?: 'processes' | 'modules';
  /** Stands in for synthesizing in this process. Only processes need the functions' bundles. */
  synthesize?: (options: { outdir: string; isTemplateOnly: boolean }) => Promise<Synthesis>;
}

/**
 * The stack as it would be deployed, synthesized and run on the embedded cloud. What an ERP and an operator would
 * do from outside, this does through the AWS SDK.
 */
export class LocalSystem {
  readonly cloud: EmbeddedCloud;
  readonly instances: InstancesStore;
  readonly #assets: string;

  private constructor(cloud: EmbeddedCloud, assets: string) {
    this.cloud = cloud;
    this.#assets = assets;
    this.instances = instancesStore(cloud.clients.dynamodb, cloud.resource('InstancesTableName'));
  }

  static async start({
    synthesize = synthesizeHere,
    functions = 'processes',
    ...options
  }: LocalSystemOptions = {}): Promise<LocalSystem> {
    const outdir = await mkdtemp(join(tmpdir(), 'oec-moodle-sync-'));
    try {
      const isTemplateOnly = functions === 'modules';
      const { template, assetDirectory } = await synthesize({ outdir, isTemplateOnly });
      const handlerSource = isTemplateOnly ? sourceOfHandler : undefined;
      const cloud = await EmbeddedCloud.start({ template, assetDirectory, handlerSource, ...options });
      return new LocalSystem(cloud, outdir);
    } catch (error) {
      await rm(outdir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Registers a Moodle: its settings in the table, its token in Secrets Manager. */
  async register({ token, ...settings }: NewInstance): Promise<void> {
    const instance = instanceSchema.parse(settings);
    const name = secretNameOf(instance, this.cloud.resource('SecretPrefix'));
    await this.cloud.clients.secrets.send(new CreateSecretCommand({ Name: name, SecretString: token }));
    await this.instances.put(instance);
  }

  /** Tells a stack with an ERP's side where the ERP is. */
  async connectErp(connection: z.input<typeof erpConnectionSchema>): Promise<void> {
    await this.writeErpConnection(JSON.stringify(connection));
  }

  /** Writes the secret with the ERP's connection as it is to be. */
  async writeErpConnection(SecretString: string): Promise<void> {
    const SecretId = this.cloud.resource('ErpConnectionSecret');
    await this.cloud.clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  }

  /** Writes records as the ERP does. */
  async put(items: Item[]): Promise<void> {
    await new Table(this.cloud.clients.dynamodb, this.cloud.resource('RecordsTableName')).write({
      put: items,
    });
  }

  async delete(keys: { model: string; id: string }[]): Promise<void> {
    const remove = keys.map(({ model, id }) => ({ model, id }));
    await new Table(this.cloud.clients.dynamodb, this.cloud.resource('RecordsTableName')).write({ remove });
  }

  /**
   * Resolves when all work is done that is not put off for long: what waits for another worker is let run, retries
   * and pauses are not.
   */
  async settle(): Promise<void> {
    await this.cloud.idle();
    for (;;) {
      const now = this.cloud.clock.now();
      const next = this.cloud.pendingDelays().find(({ label }) => label.startsWith('message '));
      if (!next || next.at - now > shortWaitMilliseconds) return;
      await this.cloud.advanceAndSettle(Math.max(0, next.at - now));
    }
  }

  /** All mappings of an instance. */
  mappings(instance: string) {
    const store = mappingsStore(this.cloud.clients.dynamodb, this.cloud.resource('MappingsTableName'));
    return store.listByPrefix(instance, 'oec_');
  }

  /** What came from a Moodle since a time, in the order in which it came. @param since ISO 8601 in UTC */
  async pulled(instance: string, since: string): Promise<Item[]> {
    const store = recordsStore(this.cloud.clients.dynamodb, this.cloud.resource('RecordsTableName'));
    const items: Item[] = [];
    for await (const item of store.pulledSince(instance, since)) items.push(item);
    return items;
  }

  async stop(): Promise<void> {
    await this.cloud.stop();
    await rm(this.#assets, { recursive: true, force: true });
  }
}

/** A function's name in logs and metrics is that of its folder. */
function sourceOfHandler({ POWERTOOLS_SERVICE_NAME: folder = '' }: Readonly<Record<string, string>>): string {
  return join(projectRoot, 'functions', folder, 'handler.ts');
}

/** The CDK takes a second to load: only where it is needed. */
async function synthesizeHere(options: { outdir: string; isTemplateOnly: boolean }): Promise<Synthesis> {
  const { synthesize } = await import('#infra/synthesize.ts');
  return synthesize(options);
}
