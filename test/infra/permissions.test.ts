import { App } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { type ConfigInput, parseConfig } from '#infra/config.ts';
import { SyncStack } from '#infra/stack.ts';
import { resourcesOf, statements, synthesizeStack } from '#test/infra/template.ts';
import cdk from '../../cdk.json' with { type: 'json' };

const everything: ConfigInput = {
  stage: 'prod',
  alarmEmail: 'registrar@example.org',
  vpc: { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d'] },
  erp: { completionField: 'x_moodle_completion' },
};
const variants: [string, ConfigInput][] = [
  ['the defaults', {}],
  ['everything configured', everything],
];

/** Resources that can only be named by a pattern, with the actions that are allowed on it and why. */
const patterns: { resource: RegExp; actions: RegExp; reason: string }[] = [
  {
    resource: /^<RecordsTable\w+\.Arn>\/stream\/\*$/,
    actions: /^dynamodb:ListStreams$/,
    reason: 'the streams of one table are listed together',
  },
  {
    resource: /:schedule\/[\w-]+-RetryScheduleGroup-\w+\/\*$/,
    actions: /^scheduler:CreateSchedule$/,
    reason: 'a schedule is named when it is created',
  },
  {
    resource: /:secret:oec-moodle\/(dev|prod)\/\*$/,
    actions: /^secretsmanager:GetSecretValue$/,
    reason: 'instances come and go without a deployment',
  },
  {
    resource: /^\*$/,
    actions:
      /^ec2:(Create|Describe|Delete)NetworkInterfaces?$|^ec2:DescribeSubnets$|^ec2:(Una|A)ssignPrivateIpAddresses$/,
    reason: 'Lambda makes the network interfaces of a function in a VPC',
  },
];

describe.each(variants)('permissions with %s', (_name, config) => {
  const { template } = synthesizeStack(config);
  // What the ERP's side may do has a test of its own (test/infra/erp).
  const all = statements(template);
  const ofMoodle = all.filter(({ role }) => !role.startsWith('<Erp'));
  const onSecrets = ofMoodle.filter(({ actions }) =>
    actions.some((action) => action.startsWith('secretsmanager:')),
  );

  it('name every action', () => {
    expect(all.filter(({ actions }) => actions.some((action) => action.includes('*')))).toEqual([]);
  });

  it('name every resource, save for the listed patterns', () => {
    const wide = all.filter(({ resources }) => resources.some((resource) => resource.includes('*')));
    const unexplained = wide.filter(
      ({ actions, resources }) =>
        !patterns.some(
          (pattern) =>
            resources.every((resource) => pattern.resource.test(resource)) &&
            actions.every((action) => pattern.actions.test(action)),
        ),
    );
    expect(unexplained).toEqual([]);
  });

  it('come from no managed policy', () => {
    const managed = resourcesOf(template, 'AWS::IAM::Role').filter(([, role]) => role.ManagedPolicyArns);
    expect(managed).toEqual([]);
  });

  it('let a retry that falls due send to PushQueue and, when that fails, to its dead-letter queue', () => {
    const retry = all.filter(({ role }) => role.startsWith('<RetryScheduleRole'));
    expect(retry.flatMap(({ actions }) => actions)).toEqual(['sqs:SendMessage']);
    expect(retry.flatMap(({ resources }) => resources).sort()).toEqual([
      expect.stringMatching(/^<PermanentlyFailedQueue\w+\.Arn>$/),
      expect.stringMatching(/^<PushQueue\w+\.Arn>$/),
    ]);
  });

  it('let only those that call Moodle read secrets, and only the tokens of their own stage', () => {
    expect(onSecrets.map(({ role }) => role.replace(/Role\w+/, ''))).toEqual([
      '<PushWorker>',
      '<PullWorker>',
      '<Drift>',
      '<HealthCheck>',
    ]);
    for (const { resources } of onSecrets) {
      expect(resources).toEqual([expect.stringContaining(`:secret:oec-moodle/${config.stage ?? 'dev'}/*`)]);
    }
  });

  it('let push-sweep write nothing but links, the counts on the instances, and messages', () => {
    const own = all.filter(({ role }) => role.startsWith('<PushSweepRole'));
    const writes = own.flatMap(({ actions, resources }) =>
      actions
        .filter(
          (action) =>
            /:(Put|Update|Send|Invoke|Create|BatchWrite|DeleteItem)/.test(action) &&
            !action.startsWith('logs:'),
        )
        .flatMap((action) => resources.map((name) => `${action} ${name.replace(/[0-9A-F]{8}.*/, '')}`)),
    );
    expect(writes.sort()).toEqual([
      'dynamodb:BatchWriteItem <LinksTable',
      'dynamodb:UpdateItem <InstancesTable',
      'sqs:SendMessage <PushQueue',
      'sqs:SendMessage <SweepQueue',
    ]);
  });

  it('let health-check do nothing to tables but read and mark the instances, and read what the pulls have found', () => {
    const health = all.filter(({ role }) => role.startsWith('<HealthCheckRole'));
    const onTables = health.filter(({ actions }) => actions.some((action) => action.startsWith('dynamodb:')));
    expect(onTables.flatMap(({ actions }) => actions)).toEqual([
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
      'dynamodb:Query',
    ]);
    expect(onTables.flatMap(({ resources }) => resources)).toEqual([
      expect.stringMatching(/^<InstancesTable\w+\.Arn>$/),
      expect.stringMatching(/^<MappingsTable\w+\.Arn>$/),
    ]);
  });

  it('let only pull-worker write records, and only retention delete one, which writes none', () => {
    const writes = ofMoodle.filter(
      ({ actions, resources }) =>
        resources.some((resource) => /^<RecordsTable\w+\.Arn>$/.test(resource)) &&
        actions.some((action) => /Put|Update|Delete|Write/.test(action)),
    );
    const writing = /:(Put|Update|Delete|BatchWrite)/;
    const byRole = writes.map(({ role, actions }) => [
      role.replace(/Role\w+/, ''),
      actions.includes('dynamodb:DeleteItem'),
      actions.filter((action) => writing.test(action)).length > 1,
    ]);
    expect(byRole).toEqual([
      ['<PullWorker>', false, true],
      ['<Retention>', true, false],
    ]);
  });

  it('let drift write nothing but mappings, the note on an instance, and messages', () => {
    const own = all.filter(({ role }) => role.startsWith('<DriftRole'));
    const writes = own.flatMap(({ actions, resources }) =>
      actions
        .filter((action) => /:(Put|Update|Send|Invoke|Create|BatchWrite|DeleteItem)/.test(action))
        .filter((action) => !action.startsWith('logs:') && !action.startsWith('ec2:'))
        .flatMap((action) => resources.map((name) => `${action} ${name.replace(/[0-9A-F]{8}.*/, '')}`)),
    );
    expect(writes.sort()).toEqual([
      'dynamodb:PutItem <MappingsTable',
      'dynamodb:UpdateItem <InstancesTable',
      'sqs:SendMessage <DriftQueue',
      'sqs:SendMessage <PushQueue',
    ]);
  });

  it('let pull-planner write nothing but tasks', () => {
    const planner = all.filter(({ role }) => role.startsWith('<PullPlannerRole'));
    const actions = planner
      .flatMap((statement) => statement.actions)
      .filter((action) => !/^logs:/.test(action));
    // Messages to two queues: attendance is swept by the same schedule that pulls it.
    expect([...new Set(actions)].sort()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'sqs:SendMessage',
    ]);
  });

  it("leave network interfaces to Lambda: the functions' own code may not touch them", () => {
    const onNetworks = all.filter(({ actions }) => actions.some((action) => action.startsWith('ec2:')));
    const of = (wanted: string) => onNetworks.filter(({ effect }) => effect === wanted);
    expect(of('Deny').map(({ role, actions }) => [role, actions])).toEqual(
      of('Allow').map(({ role, actions }) => [role, actions]),
    );
    const byTheCode = { Null: { 'lambda:SourceFunctionArn': 'false' } };
    for (const { condition } of of('Deny')) expect(condition).toEqual(byTheCode);
  });

  it('leave no finding of cdk-nag that is not explained where it arises', () => {
    expect(findings(stackOf(config))).toEqual([]);
  });
});

describe('cdk-nag', () => {
  it('does look: a queue without TLS, and a wildcard that nobody explained, are findings', () => {
    const stack = stackOf({});
    new Queue(stack, 'Careless');
    const role = stack.node.findChild('RecordStreamRole') as Role;
    role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::moodle'] }));
    expect(findings(stack)).toEqual(
      expect.arrayContaining(['AwsSolutions-SQS4', 'AwsSolutions-IAM5[Action::s3:*]']),
    );
  });
});

/** The stack without its bundles, which cdk-nag does not look at. */
function stackOf(config: ConfigInput): SyncStack {
  const app = new App({ context: { ...cdk.context, 'aws:cdk:bundling-stacks': [] } });
  return new SyncStack(app, parseConfig(config));
}

function findings(stack: SyncStack): string[] {
  const { violations } = new AwsSolutionsChecks(stack).validateScope(stack);
  return violations.map((violation) => violation.ruleName);
}
