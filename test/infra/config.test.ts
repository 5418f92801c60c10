import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, configFile, parseConfig, readConfig } from '#infra/config.ts';
import { temporaryFolder } from '#test/infra/template.ts';
import cdk from '../../cdk.json' with { type: 'json' };

const defaults = {
  stage: 'dev',
  workers: 4,
  reservedConcurrency: 4,
  logRetentionDays: 90,
  retentionDays: 365,
  onRemoval: 'retain',
  logLevel: 'INFO',
  deployWith: 'roles',
  protected: false,
  schedules: {
    pushStructure: 'cron(5 * * * ? *)',
    pushStudents: 'cron(15 * * * ? *)',
    pushTeachers: 'cron(25 * * * ? *)',
    pullGradebook: 'cron(35 * * * ? *)',
    pullCompletion: 'cron(50 * * * ? *)',
    syncAttendance: 'cron(20 * * * ? *)',
    drift: 'cron(30 * * * ? *)',
    retention: 'rate(7 days)',
    healthCheck: 'cron(55 0/4 * * ? *)',
  },
};

describe('parseConfig', () => {
  it('needs nothing', () => {
    expect(parseConfig({})).toEqual(defaults);
  });

  it.each([
    [{ stage: 'Prod' }, 'stage: is one lower-case word of at most 20 letters'],
    [{ stage: 'a'.repeat(21) }, 'stage: is one lower-case word'],
    [{ alarmEmail: 'nobody' }, 'alarmEmail: is an e-mail address'],
    [{ reservedConcurrency: 3 }, 'reservedConcurrency: is a whole number, not less than workers, or false'],
    [{ workers: 8, reservedConcurrency: 7 }, 'reservedConcurrency: is a whole number, not less than workers'],
    [
      { reservedConcurrency: true },
      'reservedConcurrency: is a whole number, not less than workers, or false',
    ],
    [{ workers: 1 }, 'workers: is a whole number from 2 to 100'],
    [{ workers: 4.5 }, 'workers: is a whole number from 2 to 100'],
    [{ logRetentionDays: 10 }, 'logRetentionDays: is one of 1, 3, 5, 7, 14'],
    [{ retentionDays: 29 }, 'retentionDays: is a whole number of days, 30 or more, or false'],
    [{ logLevel: 'TRACE' }, 'logLevel: is DEBUG, INFO, WARN or ERROR'],
    [{ deployWith: 'luck' }, 'deployWith: is roles or credentials'],
    [{ vpc: { vpcId: 'vpc-0a1b2c3d', subnetIds: [] } }, 'vpc.subnetIds:'],
    [{ vpc: { vpcId: 'mine', subnetIds: ['subnet-0a1b2c3d'] } }, 'vpc.vpcId: is an id such as vpc-0a1b2c3d'],
    [{ vpc: { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d'], nat: true } }, 'unknown: vpc.nat'],
    [
      { schedules: { pushStudents: 'hourly' } },
      'schedules.pushStudents: is an expression such as rate(2 hours) or cron(5 * * * ? *)',
    ],
    [{ schedules: { pushstudents: 'rate(1 hour)' } }, 'unknown: schedules.pushstudents'],
    [{ alarmemail: 'a@example.org' }, 'unknown: alarmemail'],
    [
      { stage: 'prod', onRemoval: 'destroy' },
      'onRemoval: cannot be destroy where tables are protected from deletion',
    ],
  ])('refuses %j', (input, problem) => {
    expect(() => parseConfig(input)).toThrow(ConfigError);
    expect(() => parseConfig(input)).toThrow(problem);
  });

  it('names every problem at once, and the options there are', () => {
    expect(() => parseConfig({ stage: '', colour: 'blue' })).toThrow(
      /stage: [\s\S]*unknown: colour\nOptions: stage, alarmEmail, workers, reservedConcurrency, vpc, /,
    );
  });
});

describe('readConfig', () => {
  it('reads options of the command line, which are strings, beside the context of CDK itself', () => {
    const vpc = { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d'] };
    const context = {
      ...cdk.context,
      'aws:cdk:enable-path-metadata': true,
      stage: 'prod',
      alarmEmail: 'false',
      erp: 'false',
      reservedConcurrency: 'false',
      logRetentionDays: '30',
      vpc: JSON.stringify(vpc),
    };
    expect(readConfig(context, temporaryFolder())).toEqual({
      ...defaults,
      stage: 'prod',
      protected: true,
      reservedConcurrency: false,
      logRetentionDays: 30,
      vpc,
    });
  });

  it('reads the file of the installation, which the command line overrides', () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, configFile),
      JSON.stringify({ stage: 'test', alarmEmail: false, erp: false, logLevel: 'DEBUG' }),
    );
    expect(readConfig({ stage: 'dev' }, folder)).toEqual({ ...defaults, logLevel: 'DEBUG' });
  });

  it('refuses what would become another stack, or lose a part of one, because something was forgotten', () => {
    const folder = temporaryFolder();
    const refused = (context: Record<string, unknown>) => expect(() => readConfig(context, folder));
    refused(cdk.context).toThrow(/"stage"[\s\S]*"alarmEmail"[\s\S]*"erp"/);
    refused({ stage: 'prod', alarmEmail: 'it@example.org' }).toThrow(
      /has to say:\n {2}"erp": \{\} \(or false: /,
    );
    writeFileSync(join(folder, configFile), JSON.stringify({ alarmEmail: 'it@example.org', erp: {} }));
    refused({}).toThrow(/has to say:\n {2}"stage": "prod"\n/);
    expect(readConfig({ stage: 'test', alarmEmail: 'false' }, folder)).toMatchObject({
      stage: 'test',
      erp: { exportChanges: 'rate(1 minute)' },
    });
  });

  it('says when the file cannot be read', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, configFile), '{ stage: test }');
    expect(() => readConfig({}, folder)).toThrow(new ConfigError(`${configFile} is not valid JSON`));
  });
});
