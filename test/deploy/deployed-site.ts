import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type GetScheduleCommandOutput,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import type { Item } from '#shared/store/documents.ts';
import type { Deployment } from './deployment.ts';
import { credentials, type Emulator, region } from './emulator.ts';

interface ScheduleName {
  readonly Name: string;
  readonly GroupName: string;
}

/** The deployed stack as an ERP and an operator reach it: with the plain SDK, by the stack's outputs. */
export class DeployedSite {
  readonly sqs: SQSClient;
  readonly scheduler: SchedulerClient;
  readonly documents: DynamoDBDocumentClient;
  readonly secrets: SecretsManagerClient;
  readonly #outputs: Record<string, string>;

  constructor({ endpoint }: Emulator, { outputs }: Deployment) {
    const settings = { endpoint, region, credentials };
    this.sqs = new SQSClient(settings);
    this.scheduler = new SchedulerClient(settings);
    this.documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
    this.secrets = new SecretsManagerClient(settings);
    this.#outputs = outputs;
  }

  output(key: string): string {
    const value = this.#outputs[key];
    if (!value) throw new Error(`The stack has no output ${key}.`);
    return value;
  }

  /** Registers a Moodle: its token as a secret, its settings as a row. */
  async register(instance: Item & { secret_name: string }, token: string): Promise<void> {
    await this.createSecret(instance.secret_name, token);
    await this.put('InstancesTableName', instance);
  }

  async createSecret(name: string, token: string): Promise<void> {
    await this.secrets.send(new CreateSecretCommand({ Name: name, SecretString: token }));
  }

  /** Writes records as the ERP does. */
  async write(...records: Item[]): Promise<void> {
    for (const record of records) await this.put('RecordsTableName', record);
  }

  async delete({ model, id }: Item): Promise<void> {
    const TableName = this.output('RecordsTableName');
    await this.documents.send(new DeleteCommand({ TableName, Key: { model, id } }));
  }

  mapping(instance: string, idnumber: string): Promise<Item | undefined> {
    return this.get('MappingsTableName', { instance, idnumber });
  }

  instance(id: string): Promise<Item | undefined> {
    return this.get('InstancesTableName', { id });
  }

  async loseMapping(instance: string, idnumber: string): Promise<void> {
    const TableName = this.output('MappingsTableName');
    await this.documents.send(new DeleteCommand({ TableName, Key: { instance, idnumber } }));
  }

  /** Changes attributes of a mapping, or makes time pass by moving its times into the past. */
  changeMapping(instance: string, idnumber: string, changes: Item): Promise<void> {
    return this.change('MappingsTableName', { instance, idnumber }, changes);
  }

  changeInstance(id: string, changes: Item): Promise<void> {
    return this.change('InstancesTableName', { id }, changes);
  }

  /** Sends a work unit, as Scheduler or a delayed message would. */
  async sendUnit(unit: {
    instance: string;
    service: string;
    ids: string[];
    retry_of: string[];
  }): Promise<void> {
    const QueueUrl = this.output('PushQueueUrl');
    const MessageGroupId = unit.instance;
    await this.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageGroupId, MessageBody: JSON.stringify(unit) }),
    );
  }

  /** Names and groups of the schedules that regularly start something. */
  async schedules(): Promise<ScheduleName[]> {
    return (await this.#allSchedules()).filter(({ Name }) => !Name.startsWith('retry-'));
  }

  /** Names and groups of the retries that wait in Scheduler. */
  async retries(): Promise<ScheduleName[]> {
    return (await this.#allSchedules()).filter(({ Name }) => Name.startsWith('retry-'));
  }

  /** Has a schedule fall due in two seconds. */
  async runSoon(schedule: GetScheduleCommandOutput): Promise<void> {
    const { Name, GroupName, FlexibleTimeWindow, Target, ActionAfterCompletion } = schedule;
    const soon = new Date(Date.now() + 2_000).toISOString().slice(0, 19);
    await this.scheduler.send(
      new UpdateScheduleCommand({
        Name,
        GroupName,
        FlexibleTimeWindow,
        Target,
        ActionAfterCompletion,
        ScheduleExpression: `at(${soon})`,
      }),
    );
  }

  /** Waits until a mapping has these attributes. */
  async untilMapping(instance: string, idnumber: string, attributes: Item): Promise<Item> {
    await expect
      .poll(() => this.mapping(instance, idnumber), { timeout: 45_000, interval: 250 })
      .toMatchObject(attributes);
    return (await this.mapping(instance, idnumber)) ?? {};
  }

  async #allSchedules(): Promise<ScheduleName[]> {
    const { Schedules = [] } = await this.scheduler.send(new ListSchedulesCommand({}));
    return Schedules.map(({ Name = '', GroupName = '' }) => ({ Name, GroupName }));
  }

  /** Writes an item. @param table the output that names the table */
  async put(table: string, item: Item): Promise<void> {
    await this.documents.send(new PutCommand({ TableName: this.output(table), Item: item }));
  }

  async get(table: string, key: Item): Promise<Item | undefined> {
    const TableName = this.output(table);
    const { Item } = await this.documents.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
    return Item;
  }

  /** Sets attributes of an item. */
  async change(table: string, key: Item, changes: Item): Promise<void> {
    const names = Object.keys(changes);
    await this.documents.send(
      new UpdateCommand({
        TableName: this.output(table),
        Key: key,
        UpdateExpression: `SET ${names.map((_name, index) => `#n${index} = :v${index}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          names.map((name, index) => [`:v${index}`, changes[name]]),
        ),
      }),
    );
  }
}
