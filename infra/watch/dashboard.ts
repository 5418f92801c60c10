import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  MathExpression,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { SyncFunction } from '#infra/functions/sync-function.ts';
import { metricsNamespace } from '#shared/metrics-namespace.ts';
import { ageOf, depthOf, gaugePeriod, type Watched } from './watches.ts';

export const dashboardPeriod = Duration.minutes(15);
const period = dashboardPeriod;
const columns = 24;
const height = 6;

/** One look at the link: is it running, is it keeping up, what failed. @param further rows beside what every stack has */
export function createDashboard(
  scope: Construct,
  { stage, alarms, further, ...watched }: Watched & { stage: string; alarms: Alarm[]; further: IWidget[][] },
): void {
  new Dashboard(scope, 'Dashboard', {
    dashboardName: `oec-moodle-sync-${stage}`,
    defaultInterval: Duration.days(1),
    widgets: [
      [title('Is it running?')],
      running(alarms, metricsNamespace(stage), watched),
      [title('Is it keeping up?')],
      keepingUp(watched),
      comingBack(watched),
      [title('What failed?')],
      failed(watched),
      [reasons(watched)],
      ...further,
    ],
  });
}

function running(
  alarms: Alarm[],
  namespace: string,
  { functions: { 'health-check': healthCheck } }: Watched,
): IWidget[] {
  const gauges = {
    ActiveInstances: 'active instances',
    StaleInstances: 'stale',
    UnhealthyInstances: 'unhealthy',
    InstancesWithBreakerOpen: 'waited for (breaker open)',
    InstancesWithBrakeOn: 'brake on',
  };
  return [
    new AlarmStatusWidget({ title: 'Alarms', alarms, width: columns / 3, height }),
    new SingleValueWidget({
      title: 'Moodles',
      metrics: Object.entries(gauges).map(([name, label]) =>
        healthCheck.ownMetric(name, { period: gaugePeriod, statistic: Stats.MAXIMUM, label }),
      ),
      width: columns / 3,
      height,
    }),
    graph(
      'Seconds since the last success of each Moodle',
      // A search, so that an instance that is registered later joins by itself.
      [
        new MathExpression({
          expression:
            `SEARCH('{${namespace},service,instance} MetricName="SecondsSinceLastSync"', ` +
            `'Maximum', ${gaugePeriod.toSeconds()})`,
          label: '',
          period: gaugePeriod,
        }),
      ],
      [],
      columns / 3,
    ),
  ];
}

function keepingUp({ queues, functions }: Watched): IWidget[] {
  const pushWorker = functions['push-worker'];
  return [
    graph(
      'Work units waiting, and the age of the oldest (s)',
      [
        depthOf(queues.PushQueue, period),
        queues.PushQueue.metricApproximateNumberOfMessagesDelayed({ period, statistic: Stats.MAXIMUM }),
      ],
      [ageOf(queues.PushQueue, period)],
    ),
    graph('Records pushed and found unchanged', counts(pushWorker, 'Pushed', 'Skipped', 'Postponed')),
    callTimes('Moodle', pushWorker, 'MoodleCallTime'),
    graph(
      'Workers at a time, and how far the stream is behind (ms)',
      [pushWorker.metric('ConcurrentExecutions', { period, statistic: Stats.MAXIMUM })],
      [functions['record-stream'].metric('IteratorAge', { period, statistic: Stats.MAXIMUM })],
    ),
  ];
}

function comingBack({ queues, functions: { 'pull-worker': pullWorker, drift } }: Watched): IWidget[] {
  const names = ['RecordsPulled', 'CoursesUnchanged', 'ValuesSkipped', 'PeopleUnknown', 'PullsRefused'];
  return [
    graph('Pulled from Moodle', counts(pullWorker, ...names), [], columns / 3),
    graph(
      'Pull tasks waiting, and the age of the oldest (s)',
      [depthOf(queues.PullQueue, period)],
      [ageOf(queues.PullQueue, period)],
      columns / 3,
    ),
    graph('Found otherwise in Moodle', counts(drift, 'DriftFound', 'DriftHeld'), [], columns / 3),
  ];
}

function failed({ queues, functions }: Watched): IWidget[] {
  const pushWorker = functions['push-worker'];
  return [
    graph('Failures by class', counts(pushWorker, ...failureNames, 'HeldByBrake')),
    graph('Tried again, and given up', counts(pushWorker, 'Retried', 'PermanentlyFailed')),
    graph(
      'Messages that need a person',
      [
        queues.PermanentlyFailedQueue,
        queues.StreamFailuresQueue,
        queues.ScheduleFailuresQueue,
        queues.PullFailuresQueue,
      ].map((queue) => depthOf(queue, period)),
    ),
    graph(
      'Errors and throttles of functions',
      Object.values(functions).flatMap((one) => [
        one.metricErrors({ period }),
        one.metricThrottles({ period }),
      ]),
    ),
  ];
}

/** What no metric says: which failure of which instance. */
function reasons({ functions: { 'push-worker': pushWorker } }: Watched): IWidget {
  return new LogQueryWidget({
    title: 'Reasons',
    logGroupNames: [pushWorker.logGroup.logGroupName],
    queryLines: [
      'filter message = "Not pushed"',
      'stats count(*) as failures, count_distinct(idnumber) as records, latest(reason) as last_reason by instance, failure_class, code',
      'sort failures desc',
      'limit 50',
    ],
    width: columns,
    height,
  });
}

/** The metrics that count failures, each class by its own. */
export const failureNames = [
  'Invalid',
  'Conflict',
  'Refused',
  'Dependency',
  'Unreachable',
  'Misconfigured',
].map((name) => `Failed${name}`);

/** How often a peer is called, and how long that takes. */
export function callTimes(peer: string, of: SyncFunction, metric: string): GraphWidget {
  const measured = (statistic: string, label = statistic) =>
    of.ownMetric(metric, { period, statistic, label });
  return graph(
    `Calls of ${peer}, and their time (ms)`,
    [measured(Stats.SAMPLE_COUNT, 'calls')],
    [measured('p50'), measured('p95')],
  );
}

/** The sums of some metrics of a function. */
export function counts(of: SyncFunction, ...names: string[]): IMetric[] {
  return names.map((name) => of.ownMetric(name, { period, statistic: Stats.SUM, label: name }));
}

/** A graph in a row of four. */
export function graph(
  name: string,
  left: IMetric[],
  right: IMetric[] = [],
  width = columns / 4,
): GraphWidget {
  return new GraphWidget({ title: name, left, right, width, height, leftYAxis: { min: 0 } });
}

/** The heading of some rows. */
export function title(text: string): TextWidget {
  return new TextWidget({ markdown: `# ${text}`, width: columns, height: 1 });
}
