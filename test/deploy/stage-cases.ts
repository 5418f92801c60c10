import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import { department } from '#test/integration/records.ts';
import type { Site } from '#test/integration/site.ts';
import { DeployedSite } from './deployed-site.ts';
import { Deployment } from './deployment.ts';
import { credentials, type Emulator, region } from './emulator.ts';
import { deployedFunctions } from './functions.ts';
import { isAllowed } from './is-allowed.ts';
import { Operator } from './operator.ts';

/** What the cases start from. */
export interface FirstStage {
  emulator: Emulator;
  deployment: Deployment;
  stack: DeployedSite;
  operator: Operator;
  moodle: Site;
  /** The second stage's. */
  other: Site;
}

/** A second stage beside the first: neither touches the other, and each is upgraded and made anew by itself. */
export function stageCases(first: () => FirstStage): void {
  describe('a second stage in the same account', () => {
    let second: Deployment;
    let stack: DeployedSite;
    let operator: Operator;
    let leftBehind: string[];

    beforeAll(async () => {
      const { emulator } = first();
      second = new Deployment(emulator, {
        ...{ stage: 'second', alarmEmail: 'false', erp: 'false', protected: 'true' },
      });
      const heal = await emulator.failDeployments();
      await expect(second.deploy()).rejects.toThrow(/ROLLBACK_COMPLETE/);
      leftBehind = await tablesWhoseNameHas(emulator, second.stack);
      await heal();
      await second.deploy();
      stack = new DeployedSite(emulator, second);
      operator = await Operator.of(emulator, second);
    });

    const secret = async (SecretId: string) =>
      (await stack.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;

    it('can be deployed after a first deployment that failed, of which nothing is left', () => {
      expect(leftBehind).toEqual([]);
    });

    it('is protected from deletion once it is there', async () => {
      const { emulator } = first();
      const cloudformation = new CloudFormationClient({ endpoint: emulator.endpoint, region, credentials });
      const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: second.stack }));
      expect(Stacks?.[0]).toMatchObject({ EnableTerminationProtection: true });
      const TableName = stack.output('MappingsTableName');
      const { Table } = await stack.documents.send(new DescribeTableCommand({ TableName }));
      expect(Table?.DeletionProtectionEnabled).toBe(true);
    });

    it('has an instance of the same name with a token and records of its own', async () => {
      const { other, moodle } = first();
      const { token, url } = other.moodle;
      const added = await operator.run(
        ['--stack', second.stack, 'instance', 'add', 'main', '--url', url, '--token-file', '-'],
        token,
      );
      expect(added, added.stderr).toMatchObject({ code: 0 });
      expect(await secret('oec-moodle/second/main')).toBe(token);
      expect(await secret('oec-moodle/trial/main')).toBe(moodle.moodle.token);
      await stack.write(department(77));
      await stack.untilMapping('main', 'oec_dept_77', { status: 'synced' });
      expect(await other.category('oec_dept_77')).toBeDefined();
      expect(await moodle.category('oec_dept_77')).toBeUndefined();
    });

    it('has an operator who can do nothing to the first', async () => {
      const { emulator, deployment, stack: of } = first();
      const named = await operator.run(['--stack', deployment.stack, 'instance', 'list']);
      expect(named).toMatchObject({ code: 1, stderr: expect.stringMatching(/not authorized|AccessDenied/i) });
      const unnamed = await operator.run(['instance', 'list']);
      expect(unnamed.stderr).toContain('OEC_MOODLE_STACK');

      const settings = { endpoint: emulator.endpoint, region, credentials: operator.credentials };
      const secrets = new SecretsManagerClient(settings);
      const tables = new DynamoDBClient(settings);
      const SecretId = 'oec-moodle/trial/main';
      const item = { model: { S: 'op.department' }, id: { S: '1' } };
      const denied = [
        () => secrets.send(new GetSecretValueCommand({ SecretId })),
        () => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'mine' })),
        () => tables.send(new PutItemCommand({ TableName: of.output('RecordsTableName'), Item: item })),
        () =>
          new SQSClient(settings).send(
            new SendMessageCommand({ QueueUrl: of.output('PushQueueUrl'), MessageBody: '{}' }),
          ),
      ];
      for (const call of denied) await expect(call(), String(call)).rejects.toThrow(/not authorized|denied/i);
      // The same, in the own stage: nothing but the policy made the difference.
      expect(
        await secrets.send(new GetSecretValueCommand({ SecretId: 'oec-moodle/second/main' })),
      ).toBeDefined();
    });

    it('has functions that may read the tokens of their own stage only', async () => {
      const { emulator } = first();
      const arnOf = async (SecretId: string) =>
        (await stack.secrets.send(new GetSecretValueCommand({ SecretId }))).ARN ?? '';
      const worker = (await deployedFunctions(emulator)).find(({ FunctionName }) =>
        FunctionName.startsWith(`${second.stack}-PushWorker`),
      );
      const mayRead = async (secretId: string) =>
        isAllowed(emulator, worker?.Role ?? '', 'secretsmanager:GetSecretValue', await arnOf(secretId));
      expect(await mayRead('oec-moodle/second/main')).toBe(true);
      expect(await mayRead('oec-moodle/trial/main')).toBe(false);
    });

    it('keeps its tables when it is removed, and a new stack takes them in', async () => {
      const { emulator } = first();
      const mapping = await stack.mapping('main', 'oec_dept_77');
      const tables = await tablesOf(emulator, second.stack);
      await second.deploy({ protected: 'false' });
      await second.destroy();
      expect(await stack.mapping('main', 'oec_dept_77')).toEqual(mapping);

      const file = join(emulator.folder, 'tables.json');
      await writeFile(file, JSON.stringify(tables));
      await second.cdk('import', '--resource-mapping', file);
      await second.deploy({ protected: 'false', onRemoval: 'destroy' });
      const anew = new DeployedSite(emulator, second);
      expect(anew.output('MappingsTableName')).toBe(stack.output('MappingsTableName'));
      expect(await anew.mapping('main', 'oec_dept_77')).toEqual(mapping);
      // And it works: what is renamed arrives.
      await anew.write(department(77, { name: 'Renamed' }));
      await expect
        .poll(() => first().other.category('oec_dept_77'), { timeout: 45_000, interval: 500 })
        .toMatchObject({ name: 'Renamed' });
      await second.destroy();
    });
  });

  describe('an upgrade of the first stage', () => {
    it('is refused where it would take the ERP and the mails away', async () => {
      const { deployment } = first();
      await expect(deployment.deploy({ erp: 'false', alarmEmail: 'false' })).rejects.toThrow(
        /would lose something:[\s\S]*The table ErpMappingsTable leaves[\s\S]*Alarms are mailed to nobody/,
      );
    });

    it('brings the tokens along that lie where an earlier release looked for them', async () => {
      const { deployment, stack, moodle } = first();
      const base_url = moodle.moodle.url.replace('127.0.0.1', 'localhost');
      await stack.createSecret('oec-moodle/old', moodle.moodle.token);
      await stack.put('InstancesTableName', { id: 'old', base_url, status: 'paused' });
      expect(await deployment.deploy({ logLevel: 'DEBUG' })).toContain('The token of old was copied');
      const SecretId = 'oec-moodle/trial/old';
      const { SecretString } = await stack.secrets.send(new GetSecretValueCommand({ SecretId }));
      expect(SecretString).toBe(moodle.moodle.token);
    });
  });
}

async function tablesWhoseNameHas({ endpoint }: Emulator, part: string): Promise<string[]> {
  const { TableNames = [] } = await new DynamoDBClient({ endpoint, region, credentials }).send(
    new ListTablesCommand({}),
  );
  return TableNames.filter((name) => name.includes(part));
}

/** The tables of a stack, as `cdk import` wants to be told of them. */
async function tablesOf(
  { endpoint }: Emulator,
  StackName: string,
): Promise<Record<string, { TableName: string }>> {
  const client = new CloudFormationClient({ endpoint, region, credentials });
  const tables: Record<string, { TableName: string }> = {};
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const { ResourceType, LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries) {
      if (ResourceType === 'AWS::DynamoDB::Table')
        tables[LogicalResourceId] = { TableName: PhysicalResourceId };
    }
  }
  return tables;
}
