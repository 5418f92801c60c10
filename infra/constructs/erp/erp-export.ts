import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { ErpParts } from '#infra/constructs/erp/erp.ts';
import { bindErpConnection } from '#infra/constructs/erp/erp-connection.ts';
import { SyncFunction } from '#infra/constructs/sync-function.ts';
import { ofFunction, type Watch } from '#infra/constructs/watches.ts';

/** Longest run; what is left is gone on with a minute later. So long, too, a run that was killed holds up the next. */
const timeout = Duration.minutes(5);
/** What a page may take: the ERP's answer at its slowest, and the writes. */
const reserve = Duration.seconds(90);

/** From which value on a person is called. */
export const exportThresholds = {
  /** An ERP that is backed up or updated at night is away for as long as that takes. */
  stale: Duration.hours(1),
  /** Findings and held deletions are published each minute: what was put right in the meantime is no alarm. */
  periods: 2,
  heartbeat: Duration.minutes(15),
} as const;

const period = Duration.minutes(5);

/** erp-export: brings what is saved in the ERP into the records table. @returns what is watched of it */
export function createErpExport(scope: Construct, parts: ErpParts): Watch[] {
  const erpExport = createFunction(scope, parts);
  const { schedules, erpConfig } = parts;
  const target = schedules.functionTarget('ErpExport', erpExport, {
    maxEventAge: Duration.minutes(2),
    retryAttempts: 0,
  });
  schedules.add('ErpExportChangesSchedule', {
    expression: erpConfig.exportChanges,
    description: 'Exports what has changed in the ERP',
    target,
    input: { task: 'changes' },
    // The next one does what this one could not.
    retryFor: Duration.minutes(1),
  });
  schedules.add('ErpExportAllSchedule', {
    expression: erpConfig.exportAll,
    description: "Compares all of the ERP's records with the records table",
    target,
    input: { task: 'all' },
  });
  return watchesOf(erpExport);
}

function createFunction(
  scope: Construct,
  { config, tables, erpTables, connection, network }: ErpParts,
): SyncFunction {
  const erpExport = new SyncFunction(scope, 'ErpExport', {
    config,
    name: 'erp-export',
    timeout,
    // A comparison keeps the ids and dates of all records of a model in memory.
    memorySize: 1024,
    ...(network && { network }),
  });
  erpExport.bindTable({
    table: tables.records,
    actions: ['BatchGetItem', 'Query', 'PutItem', 'DeleteItem'],
    variable: 'RECORDS_TABLE',
  });
  // A handful of rows: whether a Moodle takes attendance from the ERP.
  erpExport.bindTable({ table: tables.instances, actions: ['Scan'], variable: 'INSTANCES_TABLE' });
  erpExport.bindTable({
    table: erpTables.state,
    actions: ['GetItem', 'PutItem'],
    variable: 'ERP_STATE_TABLE',
  });
  // Which of the ERP's records were imported from Moodle.
  erpExport.bindTable({
    table: erpTables.mappings,
    actions: ['BatchGetItem', 'Query'],
    variable: 'ERP_MAPPINGS_TABLE',
  });
  bindErpConnection(erpExport, connection);
  erpExport.addEnvironment('EXPORT_PAGE_SIZE', '1000');
  erpExport.addEnvironment('EXPORT_RESERVE_SECONDS', String(reserve.toSeconds()));
  return erpExport;
}

function watchesOf(erpExport: SyncFunction): Watch[] {
  const gauge = (name: string) => erpExport.ownMetric(name, { period, statistic: Stats.MAXIMUM });
  return [
    {
      id: 'ErpExportStaleAlarm',
      metric: gauge('SecondsSinceErpExport'),
      threshold: exportThresholds.stale.toSeconds(),
      meaning: 'For an hour nothing was exported from the ERP: it is away, or refuses the link.',
    },
    {
      id: 'ErpExportMissingAlarm',
      metric: erpExport.ownMetric('SecondsSinceErpExport', {
        period: exportThresholds.heartbeat,
        statistic: Stats.SAMPLE_COUNT,
      }),
      threshold: 1,
      periods: exportThresholds.periods,
      isHeartbeat: true,
      meaning: 'erp-export publishes nothing, so no alarm about the ERP can be raised: see its log.',
    },
    {
      id: 'ErpDeletionsHeldAlarm',
      metric: gauge('DeletionsHeld'),
      threshold: 0,
      periods: exportThresholds.periods,
      meaning:
        'Unusually many records are gone from the ERP, or it has gone back in time. Nothing is deleted until an ' +
        'operator has looked and released it.',
    },
    {
      id: 'ErpExportFindingsAlarm',
      metric: gauge('ErpExportFindings'),
      threshold: 0,
      periods: exportThresholds.periods,
      meaning: 'Something keeps records of the ERP from being exported: see its findings.',
    },
    ...ofFunction('ErpExport', 'erp-export', erpExport),
  ];
}
