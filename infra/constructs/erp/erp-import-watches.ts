import { type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { counts, dashboardPeriod, graph, title } from '#infra/constructs/dashboard.ts';
import type { ErpImport } from '#infra/constructs/erp/erp-import.ts';
import { ofDeadLetters, ofFunction, thresholds, type Watch, watchPeriod } from '#infra/constructs/watches.ts';

/** What of the import needs a person. */
export function importWatches({ erpStream, erpImport, queue, failures, streamFailures }: ErpImport): Watch[] {
  return [
    ...ofDeadLetters(
      'ErpFailures',
      failures,
      'Marks, attendance or completion from Moodle were given up on their way to the ERP. The messages in ' +
        'ErpFailures name them and the reason.',
    ),
    ...ofDeadLetters(
      'ErpStreamFailures',
      streamFailures,
      'What was pulled from Moodle was not queued for the ERP: see the log of erp-stream.',
    ),
    {
      id: 'ErpQueueAgeAlarm',
      metric: queue.metricApproximateAgeOfOldestMessage({ period: watchPeriod, statistic: Stats.MAXIMUM }),
      threshold: thresholds.pushQueueAge.toSeconds(),
      periods: thresholds.pushQueueAgePeriods,
      meaning:
        'What came from Moodle has waited for the ERP for more than an hour: erp-import does not keep up, or does ' +
        'not run.',
    },
    {
      id: 'ErpStreamLagAlarm',
      metric: erpStream.metric('IteratorAge', { period: watchPeriod, statistic: Stats.MAXIMUM }),
      threshold: thresholds.streamLag.toMilliseconds(),
      meaning: 'erp-stream is more than 15 minutes behind: see its log for errors.',
    },
    ...ofFunction('ErpStream', 'erp-stream', erpStream),
    ...ofFunction('ErpImport', 'erp-import', erpImport),
  ];
}

/** The import's row of the dashboard. */
export function importWidgets({ erpImport, queue, failures, streamFailures }: ErpImport): IWidget[][] {
  const period = dashboardPeriod;
  const classes = ['Invalid', 'Conflict', 'Refused', 'Dependency', 'Unreachable', 'Misconfigured'];
  return [
    [title('Does it arrive in the ERP?')],
    [
      graph('Brought to the ERP', counts(erpImport, 'Imported', 'Unchanged', 'Postponed')),
      graph(
        'Not brought to the ERP, by class',
        counts(erpImport, ...classes.map((name) => `Failed${name}`), 'PermanentlyFailed'),
      ),
      graph(
        'Calls of the ERP, and their time (ms)',
        [erpImport.ownMetric('OdooCallTime', { period, statistic: Stats.SAMPLE_COUNT, label: 'calls' })],
        ['p50', 'p95'].map((statistic) =>
          erpImport.ownMetric('OdooCallTime', { period, statistic, label: statistic }),
        ),
      ),
      graph(
        'Units waiting for the ERP, given up, and their age (s)',
        [queue, failures, streamFailures].map((each) =>
          each.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
        ),
        [queue.metricApproximateAgeOfOldestMessage({ period, statistic: Stats.MAXIMUM })],
      ),
    ],
  ];
}
