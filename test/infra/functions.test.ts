import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { pushedModels } from '#shared/models/models.ts';
import {
  asText,
  type Json,
  resourceOf,
  resourcesOf,
  synthesizeStack,
  temporaryFolder,
} from '#test/infra/template.ts';

const { template } = synthesizeStack();
const functions = resourcesOf(template, 'AWS::Lambda::Function');
const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
const [pushWorkerId, pushWorker] = resourceOf(template, 'AWS::Lambda::Function', 'PushWorker');

describe('every function', () => {
  it('is known here', () => {
    const names = functions.map(([, { Environment }]) => Environment.Variables.POWERTOOLS_SERVICE_NAME);
    expect(names).toEqual([
      'record-stream',
      'push-worker',
      'push-sweep',
      'pull-planner',
      'pull-worker',
      'drift',
      'health-check',
      'retention',
    ]);
  });

  it.each(functions)('%s runs on Node 24 and arm64', (_id, properties) => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
  });

  it.each(functions)('%s logs into a group that forgets', (_id, { LoggingConfig }) => {
    const [, group] = resourceOf(template, 'AWS::Logs::LogGroup', LoggingConfig.LogGroup.Ref);
    expect(group.RetentionInDays).toBe(90);
  });

  it.each(functions)('%s has a role of its own', (_id, { Role }) => {
    const others = functions.filter(([, other]) => asText(other.Role) === asText(Role));
    expect(others).toHaveLength(1);
  });

  it.each(functions)('%s has no secret in its environment', (_id, { Environment }) => {
    expect(Object.keys(Environment.Variables).join()).not.toMatch(/TOKEN|PASSWORD/);
  });
});

// Lambda stops a chain of events that comes through one function more than 16 times.
describe('a loop', () => {
  it('is allowed where work goes on in a message to the own queue, and nowhere else', () => {
    const all = resourcesOf(synthesizeStack({ erp: {} }).template, 'AWS::Lambda::Function');
    const allowed = all.filter(([, { RecursiveLoop }]) => RecursiveLoop === 'Allow');
    expect(allowed.map(([, { Environment }]) => Environment.Variables.POWERTOOLS_SERVICE_NAME)).toEqual([
      // A unit releases others, and those the next ones.
      'push-worker',
      // What is left when time has run out.
      'push-sweep',
      'pull-worker',
      'drift',
      'retention',
      'erp-import',
    ]);
    expect(all.every(([, { RecursiveLoop }]) => ['Allow', undefined].includes(RecursiveLoop))).toBe(true);
  });

  it('is possible only for those that are allowed one: nobody else may send to its own queue', () => {
    const { template: full } = synthesizeStack({ erp: {} });
    const sources = resourcesOf(full, 'AWS::Lambda::EventSourceMapping').map(([, mapping]) => ({
      consumer: mapping.FunctionName.Ref,
      queue: mapping.EventSourceArn['Fn::GetAtt'][0],
    }));
    const queues = new Set(resourcesOf(full, 'AWS::SQS::Queue').map(([id]) => id));
    for (const [id, { Environment, RecursiveLoop }] of resourcesOf(full, 'AWS::Lambda::Function')) {
      const own = sources.filter(({ consumer, queue }) => consumer === id && queues.has(queue));
      const sends = Object.values<Json>(Environment.Variables).map((value) => value.Ref);
      const mayLoop = own.some(({ queue }) => sends.includes(queue));
      expect([id, RecursiveLoop]).toEqual([id, mayLoop ? 'Allow' : undefined]);
    }
  });
});

describe('the environment', () => {
  const common = [
    'STAGE',
    'NODE_OPTIONS',
    'POWERTOOLS_SERVICE_NAME',
    'POWERTOOLS_METRICS_NAMESPACE',
    'POWERTOOLS_LOG_LEVEL',
    'RECORDS_TABLE',
    'LINKS_TABLE',
    'MAPPINGS_TABLE',
    'INSTANCES_TABLE',
    'PUSH_QUEUE',
  ];
  const variablesOf = (prefix: string) =>
    Object.keys(resourceOf(template, 'AWS::Lambda::Function', prefix)[1].Environment.Variables).sort();

  it('of record-stream', () => {
    expect(variablesOf('RecordStream')).toEqual(common.toSorted());
  });

  it('of push-worker', () => {
    const own = ['PUSH_WORKERS', 'PERMANENTLY_FAILED_QUEUE', 'SECRET_PREFIX'];
    const retries = ['PUSH_RETRIES'];
    expect(variablesOf('PushWorker')).toEqual([...common, ...own, ...retries].sort());
  });

  it('of push-sweep', () => {
    const own = ['SWEEP_QUEUE', 'SWEEP_PAGE_SIZE', 'SWEEP_RESERVE_SECONDS'];
    expect(variablesOf('PushSweep')).toEqual([...common, ...own].sort());
  });

  it('of pull-planner', () => {
    const others = ['RECORDS_TABLE', 'LINKS_TABLE', 'PUSH_QUEUE'];
    const expected = [...common.filter((name) => !others.includes(name)), 'PULL_QUEUE', 'SWEEP_QUEUE'];
    expect(variablesOf('PullPlanner')).toEqual(expected.sort());
  });

  it('of pull-worker', () => {
    const expected = [...common.filter((name) => name !== 'PUSH_QUEUE'), 'PULL_QUEUE', 'SECRET_PREFIX'];
    expect(variablesOf('PullWorker')).toEqual(expected.sort());
  });

  it('of drift', () => {
    expect(variablesOf('Drift')).toEqual([...common, 'DRIFT_QUEUE', 'SECRET_PREFIX'].sort());
  });

  it('of retention', () => {
    const own = ['RETENTION_QUEUE', 'RETENTION_DAYS'];
    expect(variablesOf('Retention')).toEqual(
      [...common.filter((name) => name !== 'PUSH_QUEUE'), ...own].sort(),
    );
  });

  it('of health-check', () => {
    const tables = ['RECORDS_TABLE', 'LINKS_TABLE', 'PUSH_QUEUE'];
    const expected = [...common.filter((name) => !tables.includes(name)), 'SECRET_PREFIX'];
    expect(variablesOf('HealthCheck')).toEqual(expected.sort());
  });
});

describe('record-stream', () => {
  const [, mapping] = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'RecordStream');

  it('reads the stream of the records from its beginning, in large batches', () => {
    expect(asText(mapping.EventSourceArn)).toMatch(/^<RecordsTable\w+\.StreamArn>$/);
    expect(mapping).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 1,
    });
  });

  it('cannot be held up by a batch that fails every time', () => {
    expect(mapping).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(mapping.MaximumRetryAttempts).toBeGreaterThan(0);
    expect(mapping.MaximumRecordAgeInSeconds).toBeGreaterThan(0);
    expect(asText(mapping.DestinationConfig.OnFailure.Destination)).toMatch(/^<StreamFailuresQueue/);
  });

  it('is only woken for models that are pushed, whatever happened to the record', () => {
    const patterns = mapping.FilterCriteria.Filters.map((filter: Json) => JSON.parse(filter.Pattern));
    expect(patterns).toEqual([{ dynamodb: { Keys: { model: { S: [...pushedModels] } } } }]);
  });
});

describe('push-worker', () => {
  it('takes one unit at a time, so that a slow one holds up no other, and reports a failed one', () => {
    const [, mapping] = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'PushWorker');
    expect(mapping).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 4 },
    });
    expect(mapping.MaximumBatchingWindowInSeconds).toBeUndefined();
  });

  it('reserves what its event sources may use, so that none fetches more than can be worked off', () => {
    const maximum = mappings
      .filter(([, mapping]) => mapping.FunctionName.Ref === pushWorkerId)
      .reduce((sum, [, mapping]) => sum + mapping.ScalingConfig.MaximumConcurrency, 0);
    expect(pushWorker.ReservedConcurrentExecutions).toBeGreaterThanOrEqual(maximum);
  });

  it('knows how many of it run at a time, since it keeps one for the other Moodles', () => {
    const [, mapping] = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'PushWorker');
    const { PUSH_WORKERS } = pushWorker.Environment.Variables;
    expect(Number(PUSH_WORKERS)).toBe(mapping.ScalingConfig.MaximumConcurrency);
  });

  it('has as many workers as the configuration says, and reserves as many', () => {
    const { template: large } = synthesizeStack({ workers: 16 });
    const [, worker] = resourceOf(large, 'AWS::Lambda::Function', 'PushWorker');
    const [, mapping] = resourceOf(large, 'AWS::Lambda::EventSourceMapping', 'PushWorker');
    expect(worker.ReservedConcurrentExecutions).toBe(16);
    expect(worker.Environment.Variables.PUSH_WORKERS).toBe('16');
    expect(mapping.ScalingConfig.MaximumConcurrency).toBe(16);
  });

  it('reserves nothing in an account that cannot, and is still limited', () => {
    const small = synthesizeStack({ reservedConcurrency: false }).template;
    for (const [, properties] of resourcesOf(small, 'AWS::Lambda::Function')) {
      expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
    const [, mapping] = resourceOf(small, 'AWS::Lambda::EventSourceMapping', 'PushWorker');
    expect(mapping.ScalingConfig.MaximumConcurrency).toBe(4);
  });
});

describe('push-sweep', () => {
  const [, { Timeout, Environment }] = resourceOf(template, 'AWS::Lambda::Function', 'PushSweep');

  it('is asked one sweep at a time, and reports one that failed', () => {
    const [, mapping] = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'PushSweep');
    expect(asText(mapping.EventSourceArn)).toMatch(/^<SweepQueue/);
    expect(mapping).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  it('has most of its time for pages, and some left to send what it found', () => {
    const reserve = Number(Environment.Variables.SWEEP_RESERVE_SECONDS);
    expect(reserve).toBeGreaterThanOrEqual(30);
    expect(reserve).toBeLessThanOrEqual(Timeout / 4);
  });
});

describe('pull-worker', () => {
  const [, mapping] = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'PullWorker');

  it('has a queue and workers of its own, so that a pull delays no push', () => {
    expect(asText(mapping.EventSourceArn)).toMatch(/^<PullQueue/);
    expect(mapping).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  it('tries what fails again, and leaves word in the end', () => {
    const [, queue] = resourceOf(template, 'AWS::SQS::Queue', 'PullQueue');
    expect(queue.RedrivePolicy.maxReceiveCount).toBe(5);
    expect(asText(queue.RedrivePolicy.deadLetterTargetArn)).toMatch(/^<PullFailuresQueue/);
  });
});

describe('health-check', () => {
  const [functionId] = resourceOf(template, 'AWS::Lambda::Function', 'HealthCheck');
  const schedules = resourcesOf(template, 'AWS::Scheduler::Schedule').filter(
    ([, { Target }]) => asText(Target.Arn) === `<${functionId}.Arn>`,
  );

  it('checks all Moodles every 4 hours, and publishes how they fare every 15 minutes', () => {
    expect(
      schedules.map(([, { ScheduleExpression, Target }]) => [ScheduleExpression, JSON.parse(Target.Input)]),
    ).toEqual([
      ['cron(55 0/4 * * ? *)', { task: 'check' }],
      ['rate(15 minutes)', { task: 'ages' }],
    ]);
  });

  it('is tried again when it could not be started, and then leaves word', () => {
    for (const [, { Target }] of schedules) {
      expect(Target.RetryPolicy.MaximumRetryAttempts).toBeGreaterThan(0);
      expect(asText(Target.DeadLetterConfig.Arn)).toMatch(/^<ScheduleFailuresQueue/);
    }
  });
});

describe('every queue with a consumer', () => {
  const consumed = mappings.flatMap(([, mapping]) => {
    const [queueId] = mapping.EventSourceArn['Fn::GetAtt'];
    const queue = template.Resources[queueId]!;
    return queue.Type === 'AWS::SQS::Queue' ? [[queueId, queue.Properties, mapping.FunctionName.Ref]] : [];
  });

  it.each(consumed)('%s hides a message for six runs of its consumer', (_id, queue, consumer) => {
    const timeout = template.Resources[consumer]!.Properties.Timeout as number;
    expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeout);
  });
});

describe('an authority of the school’s own', () => {
  const folder = temporaryFolder();
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, rootCertificates[0]!);

  it('is trusted by every function, from a layer that holds nothing but its certificate', () => {
    const { template: trusting, assetDirectory } = synthesizeStack({ caFile });
    const [layer] = resourceOf(trusting, 'AWS::Lambda::LayerVersion', 'Authorities');
    for (const [, { Layers, Environment }] of resourcesOf(trusting, 'AWS::Lambda::Function')) {
      expect(Layers).toEqual([{ Ref: layer }]);
      expect(Environment.Variables.NODE_EXTRA_CA_CERTS).toBe('/opt/authorities.pem');
    }
    const asset = String(trusting.Resources[layer]?.Metadata?.['aws:asset:path']);
    expect(readdirSync(join(assetDirectory, asset))).toEqual(['authorities.pem']);
    expect(resourcesOf(template, 'AWS::Lambda::LayerVersion')).toEqual([]);
  });

  it('is refused where the file is none, or is not there', () => {
    writeFileSync(join(folder, 'key.pem'), 'no certificate');
    const refused = /caFile: .* is not a file with certificates/;
    expect(() => synthesizeStack({ caFile: join(folder, 'key.pem') })).toThrow(refused);
    expect(() => synthesizeStack({ caFile: join(folder, 'none.pem') })).toThrow(refused);
  });
});

describe('a private network', () => {
  const vpc = { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'] };

  it('is joined by the functions that call Moodle only, which may only speak outwards', () => {
    const { template: inside } = synthesizeStack({ vpc });
    const [securityGroup, { SecurityGroupIngress }] = resourceOf(inside, 'AWS::EC2::SecurityGroup', 'Moodle');
    const networks = resourcesOf(inside, 'AWS::Lambda::Function').map(([id, { VpcConfig }]) => [
      id.replace(/[0-9A-F]{8}$/, ''),
      VpcConfig,
    ]);
    const joined = {
      SubnetIds: vpc.subnetIds,
      SecurityGroupIds: [{ 'Fn::GetAtt': [securityGroup, 'GroupId'] }],
    };
    expect(SecurityGroupIngress).toBeUndefined();
    expect(networks).toEqual([
      ['RecordStream', undefined],
      ['PushWorker', joined],
      ['PushSweep', undefined],
      ['PullPlanner', undefined],
      ['PullWorker', joined],
      ['Drift', joined],
      ['HealthCheck', joined],
      ['Retention', undefined],
    ]);
  });

  it('may bring its security groups', () => {
    const { template: inside } = synthesizeStack({ vpc: { ...vpc, securityGroupIds: ['sg-0a1b2c3d'] } });
    const [, { VpcConfig }] = resourceOf(inside, 'AWS::Lambda::Function', 'PushWorker');
    expect(VpcConfig.SecurityGroupIds).toEqual(['sg-0a1b2c3d']);
    expect(resourcesOf(inside, 'AWS::EC2::SecurityGroup')).toEqual([]);
  });
});
