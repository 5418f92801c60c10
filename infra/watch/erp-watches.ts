import { Duration } from 'aws-cdk-lib';
import { type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { SyncFunction } from '#infra/functions/sync-function.ts';
import { callTimes, counts, dashboardPeriod, failureNames, graph, title } from './dashboard.ts';
import {
  ageOf,
  depthOf,
  ofDeadLetters,
  thresholds,
  type Watch,
  type Watched,
  watchPeriod,
} from './watches.ts';

/** From which value on a person is called. */
export const exportThresholds = {
  /** An ERP that is backed up or updated at night is away for as long as that takes. */
  stale: Duration.hours(1),
  /** Findings and held deletions are published each minute: what was put right in the meantime is no alarm. */
  periods: 2,
  heartbeat: Duration.minutes(15),
} as const;

/** What of the ERP's side needs a person, beside what is watched of every function. */
export function erpWatches({ queues, functions }: Watched): Watch[] {
  return [
    ...ofExport(functions['erp-export']),
    ...ofDeadLetters(
      'ErpFailures',
      queues.ErpFailuresQueue,
      'Marks, attendance or completion from Moodle were given up on their way to the ERP. The messages in ' +
        'ErpFailures name them and the reason.',
    ),
    ...ofDeadLetters(
      'ErpStreamFailures',
      queues.ErpStreamFailuresQueue,
      'What was pulled from Moodle was not queued for the ERP: see the log of erp-stream.',
    ),
    {
      id: 'ErpQueueAgeAlarm',
      metric: ageOf(queues.ErpQueue),
      threshold: thresholds.pushQueueAge.toSeconds(),
      periods: thresholds.pushQueueAgePeriods,
      meaning:
        'What came from Moodle has waited for the ERP for more than an hour: erp-import does not keep up, or does ' +
        'not run.',
    },
    {
      id: 'ErpStreamLagAlarm',
      metric: functions['erp-stream'].metric('IteratorAge', {
        period: watchPeriod,
        statistic: Stats.MAXIMUM,
      }),
      threshold: thresholds.streamLag.toMilliseconds(),
      meaning: 'erp-stream is more than 15 minutes behind: see its log for errors.',
    },
  ];
}

/** The import's row of the dashboard. */
export function erpWidgets({ queues, functions: { 'erp-import': erpImport } }: Watched): IWidget[][] {
  const period = dashboardPeriod;
  return [
    [title('Does it arrive in the ERP?')],
    [
      graph('Brought to the ERP', counts(erpImport, 'Imported', 'Unchanged', 'Postponed')),
      graph('Not brought to the ERP, by class', counts(erpImport, ...failureNames, 'PermanentlyFailed')),
      callTimes('the ERP', erpImport, 'OdooCallTime'),
      graph(
        'Units waiting for the ERP, given up, and their age (s)',
        [queues.ErpQueue, queues.ErpFailuresQueue, queues.ErpStreamFailuresQueue].map((queue) =>
          depthOf(queue, period),
        ),
        [ageOf(queues.ErpQueue, period)],
      ),
    ],
  ];
}

/** How the export fares, as erp-export publishes it. */
function ofExport(erpExport: SyncFunction): Watch[] {
  const gauge = (name: string) =>
    erpExport.ownMetric(name, { period: watchPeriod, statistic: Stats.MAXIMUM });
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
      periods: exportThresholds.periods,
      meaning:
        'Unusually many records are gone from the ERP, or it has gone back in time. Nothing is deleted until an ' +
        'operator has looked and released it.',
    },
    {
      id: 'ErpExportFindingsAlarm',
      metric: gauge('ErpExportFindings'),
      periods: exportThresholds.periods,
      meaning: 'Something keeps records of the ERP from being exported: see its findings.',
    },
  ];
}
