import type { Check } from '#cli/commands/doctor/check.ts';
import { ageOf, minuteOf, numberOf } from '#cli/output/words.ts';
import { driftWords } from '#shared/moodle/drift/finding.ts';
import type { DriftGroup } from './count-rows.ts';
import { erpSection } from './erp-section.ts';
import {
  type Figures,
  figureNames,
  figureTitles,
  type InstanceReport,
  type LastDay,
  type QueueReport,
  type Report,
} from './report.ts';
import {
  type Fact,
  factFigures,
  failureFigures,
  failureRows,
  type Mark,
  type Row,
  type Section,
  stateFigures,
  stateRows,
  type Table,
} from './section.ts';

/** Everything that a report says, but for what it cannot tell. */
export function sectionsOf(report: Report): Section[] {
  return [
    attentionSection(report.attention),
    overview(report),
    ...report.instances.map((instance) => instanceSection(instance, report.brief)),
    ...(report.erp ? [erpSection(report.erp, report.brief)] : []),
    ...(report.last_day ? [lastDaySection(report.last_day)] : []),
    queuesSection(report.queues),
  ];
}

function attentionSection(attention: readonly Check[]): Section {
  const title = 'What needs a person';
  const rows = attention.map(
    ({ subject, level, message, advice = '' }): Row => ({
      about: subject,
      weight: { text: level, tone: level === 'failed' ? 'bad' : 'warn' },
      'what was found': message,
      'what to do': advice,
    }),
  );
  const figures = attention.map(({ subject, level, message }) => [level, subject, message] as const);
  return { id: 'attention', title, tables: [{ id: 'all', title, empty: 'Nothing does.', rows }], figures };
}

function overview({ instances, brief }: Report): Section {
  const rows = instances.map(
    (instance): Row => ({
      instance: { text: instance.id, href: `#instance-${instance.id}` },
      status: instance.status,
      health: healthMark(instance),
      'last success': instance.last_successful_sync
        ? `${ageOf(instance.seconds_since_success)} ago`
        : 'none yet',
      ...(!brief && { entities: sum(instance.records.map(({ total }) => total)) }),
      'not synced': sum(instance.failures.map(({ count }) => count)),
      ...(!brief && { 'changed in 24 h': sum(instance.changed_last_day.map(({ count }) => count)) }),
    }),
  );
  const title = 'All Moodles';
  const empty = 'No Moodle is registered. `oec-moodle instance add` registers one.';
  return { id: 'overview', title, tables: [{ id: 'all', title, empty, rows }], figures: [] };
}

/** Never by colour alone: the word says it. */
function healthMark({ health, stale, breaker, brakes_on }: InstanceReport): Mark {
  const words = [
    health?.status ?? 'not checked yet',
    ...(stale ? ['stale'] : []),
    ...(breaker ? ['breaker open'] : []),
    ...(brakes_on.length > 0 ? ['brake on'] : []),
  ];
  const isBad = health?.status === 'failed' || stale || breaker;
  const isGood = health?.status === 'ok' && brakes_on.length === 0;
  return { text: words.join(', '), tone: isBad ? 'bad' : isGood ? 'good' : 'warn' };
}

function instanceSection(instance: InstanceReport, isBrief: boolean): Section {
  const { id, health, failures, drift, changed_last_day } = instance;
  const facts = factsOf(instance);
  const findings = health?.findings ?? [];
  // A long name has to find room on paper.
  const wordsOf = (service: string) => service.replaceAll('_', ' ');
  const counts = instance.records.map(({ service, ...rest }) => ({ kind: wordsOf(service), ...rest }));
  const changed = new Map(changed_last_day.map(({ service, count }) => [wordsOf(service), count]));
  const records: Table = {
    id: 'records',
    title: 'Records by state',
    note:
      'Each bar is all entities of a kind, by the state they are in. An entity is what MoodleMappings has a row ' +
      'for: all enrolments of a student are one.',
    empty: 'There is nothing of it in MoodleMappings yet.',
    rows: stateRows(counts, 'records', 'in Moodle', (kind) => ({
      'changed in 24 h': changed.get(kind) ?? 0,
    })),
  };
  return {
    id: `instance-${id}`,
    title: id,
    instance: id,
    facts,
    findings,
    tables: [
      ...(isBrief ? [] : [records]),
      {
        id: 'failures',
        title: 'What is not in Moodle as it should be, by reason',
        note: 'Entities by the reason that they failed with last.',
        rows: failureRows(failures),
      },
      { id: 'drift', title: 'What Moodle holds otherwise', rows: driftRows(drift) },
    ],
    figures: [
      ...factFigures('instance', facts),
      ...findings.map(({ severity, code, message }) => ['finding', `${severity} ${code}`, message] as const),
      ...stateFigures('records', counts),
      ...failureFigures('failures', failures),
      ...drift.map(({ kind, action, count }) => ['drift', `${kind} ${action}`, count] as const),
      ...changed_last_day.map(({ service, count }) => ['changed_last_day', service, count] as const),
    ],
  };
}

function factsOf(instance: InstanceReport): Fact[] {
  const { base_url, status, health, last_successful_sync, compared_at, breaker, brakes_on, stale } = instance;
  const { seconds_since_success, stale_after_hours } = instance;
  const checked = health && `${health.status}, checked ${minuteOf(health.checked_at)}`;
  const success =
    last_successful_sync && `${minuteOf(last_successful_sync)}, ${ageOf(seconds_since_success)} ago`;
  return [
    ['address', base_url, { base_url }],
    ['status', status, { status }],
    ['health', checked ?? 'not checked yet', { health: health?.status, checked_at: health?.checked_at }],
    ['Moodle', health?.release ?? 'unknown', { release: health?.release }],
    ['last success', success ?? 'none yet', { last_successful_sync, seconds_since_success }],
    ['stale', stale ? `yes: no success for more than ${stale_after_hours} h` : 'no', { stale }],
    [
      'breaker',
      breaker ? `open since ${minuteOf(breaker.opened_at)} (${breaker.code}): it is not called` : 'closed',
      { breaker_opened_at: breaker?.opened_at },
    ],
    ['compared', compared_at ? minuteOf(compared_at) : 'not yet: it is done once a day', { compared_at }],
    [
      'brake',
      brakes_on.length > 0 ? `on for ${brakes_on.join(', ')}` : 'off',
      { brakes_on: brakes_on.join(' ') },
    ],
  ];
}

/** What becomes of what Moodle holds otherwise. */
const driftActions: Record<DriftGroup['action'], string> = {
  push: 'is pushed again',
  keep: 'is kept (setting hand_changes)',
  conflict: 'is to be settled in Moodle (see `oec-moodle drift`)',
  hold: 'waits for `oec-moodle drift --repair`: unusually much is missing',
};

/** What Moodle holds otherwise, and what becomes of it. */
export function driftRows(groups: readonly DriftGroup[]): Row[] {
  return groups.map(({ kind, action, count, idnumbers }) => ({
    what: driftWords[kind],
    count,
    which: driftActions[action],
    'such as': idnumbers,
  }));
}

function lastDaySection({ from, hours, total }: LastDay): Section {
  return {
    id: 'last-day',
    title: 'The last day',
    note: `Since ${minuteOf(from)} UTC, of all instances together. Calls of health checks are not among them.`,
    tables: [
      {
        id: 'totals',
        title: 'All of it',
        on: 'terminal',
        rows: figureNames.map((name) => ({ counted: figureTitles[name], number: total[name] })),
      },
      {
        id: 'calls',
        title: 'Calls of Moodle by hour',
        note:
          `${numberOf(total.calls)} calls of its web services, of which ${numberOf(total.calls_failed)} were refused or ` +
          'not answered.',
        on: 'page',
        rows: hourRows({ hours, total }, ['calls'], ['calls', 'calls_failed']),
      },
      {
        id: 'changes',
        title: 'Changes by hour',
        note:
          `${numberOf(total.pushed)} entities made, adopted or changed in Moodle, and ${numberOf(total.pulled)} records ` +
          'brought from Moodle.',
        on: 'page',
        rows: hourRows({ hours, total }, ['pushed', 'pulled'], ['pushed', 'pulled', 'given_up']),
      },
    ],
    figures: figureNames.flatMap((name) => [
      ['last_day', name, total[name]] as const,
      ...hours.map((figures) => [`last_day ${name}`, figures.hour, figures[name]] as const),
    ]),
  };
}

/** Figures by hour, with a bar that is as long as they are much; the last row is all of them. */
function hourRows(
  { hours, total }: Pick<LastDay, 'hours' | 'total'>,
  drawn: readonly (keyof Figures)[],
  names: readonly (keyof Figures)[],
): Row[] {
  const whole = Math.max(...hours.map((hour) => sum(drawn.map((name) => hour[name]))));
  const cells = (figures: Figures) =>
    Object.fromEntries(names.map((name) => [figureTitles[name], figures[name]]));
  return [
    ...hours.map((hour) => ({
      'hour (UTC)': minuteOf(hour.hour),
      chart: { parts: drawn.map((key) => ({ key, title: figureTitles[key], value: hour[key] })), whole },
      ...cells(hour),
    })),
    { 'hour (UTC)': 'all', chart: '', ...cells(total) },
  ];
}

function queuesSection(queues: readonly QueueReport[]): Section {
  const title = 'Queues';
  return {
    id: 'queues',
    title,
    note: 'What waits, of all instances together. What lies in the last ones, whose names speak of failures, needs a person.',
    tables: [
      {
        id: 'all',
        title,
        rows: queues.map(({ name, visible, in_flight, delayed, is_dead_letter }) => ({
          queue: name,
          waiting: visible,
          'in work': in_flight,
          delayed,
          'needs a person': is_dead_letter && visible + in_flight > 0 ? 'yes' : 'no',
        })),
      },
    ],
    figures: queues.flatMap(({ name, visible, in_flight, delayed }) =>
      Object.entries({ visible, in_flight, delayed }).map(
        ([figure, count]) => ['queue', `${name} ${figure}`, count] as const,
      ),
    ),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
