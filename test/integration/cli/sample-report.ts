import type { FailureGroup } from '#cli/commands/report/count-rows.ts';
import type { Report, ServiceCounts } from '#cli/commands/report/report.ts';
import type { ErpReport } from '#cli/erp/erp-report.ts';
import { pushedModels } from '#shared/models/models.ts';
import { serviceNames } from '#shared/models/services.ts';
import { importedModels } from '#shared/odoo/import/models.ts';

/** What must not reach the page as HTML. */
export const hostile = `<script>document.title = 'gone'</script>"'><img src=x onerror=alert(1)>`;

const day = Date.parse('2026-11-24T20:00:00Z');
const hourOf = (index: number) => new Date(day + index * 3_600_000).toISOString();

/** A report of a large university with a bit of everything in it, and with texts that are none of HTML's business. */
export function sampleReport(): Report {
  const hours = Array.from({ length: 24 }, (_, index) => ({
    hour: hourOf(index),
    calls: index === 6 ? 0 : 40 + ((index * 37) % 90),
    calls_failed: index % 7 === 0 ? 3 : 0,
    pushed: (index * 131) % 700,
    pulled: (index * 57) % 300,
    given_up: index === 20 ? 2 : 0,
  }));
  const total = { calls: 0, calls_failed: 0, pushed: 0, pulled: 0, given_up: 0 };
  for (const hour of hours)
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += hour[name];
  return {
    stack: 'oec-moodle-sync-prod',
    made_at: '2026-11-25T19:25:59.327Z',
    brief: false,
    attention: [
      { subject: 'instance main', level: 'failed', message: hostile, advice: hostile },
      { subject: 'queues', level: 'warning', message: 'PullFailures holds messages: 2.', advice: hostile },
    ],
    instances: [
      {
        id: 'main',
        base_url: `https://moodle.example.org/${'long-path/'.repeat(20)}`,
        status: 'active',
        health: {
          status: 'failed',
          checked_at: '2026-11-25T19:00:00.000Z',
          release: '4.5.6 (Build: 20250811)',
          findings: [{ code: 'missing-function', severity: 'failed', message: hostile, advice: 'Add it.' }],
        },
        last_successful_sync: '2026-11-25T10:00:00.000Z',
        seconds_since_success: 33_960,
        stale_after_hours: 4,
        stale: true,
        breaker: { opened_at: '2026-11-25T10:05:00.000Z', code: 'timeout' },
        brakes_on: ['students', 'enrolments'],
        records: serviceNames.map((service, index) => counts(service, 7 * 10 ** (index % 5))),
        failures: Array.from({ length: 15 }, (_, index) => failure(index)),
        compared_at: '2026-11-25T02:30:00.000Z',
        drift: [
          { kind: 'changed', action: 'keep', count: 12, idnumbers: ['oec_subj_15_course_7'] },
          { kind: 'unenrolled', action: 'hold', count: 412, idnumbers: ['oec_student_2@enrolments'] },
        ],
        changed_last_day: [{ service: 'students', count: 120 }],
      },
      {
        id: 'law',
        base_url: 'https://law.example.org',
        status: 'paused',
        seconds_since_success: 0,
        stale_after_hours: 4,
        stale: false,
        brakes_on: [],
        records: [],
        failures: [],
        drift: [],
        changed_last_day: [],
      },
    ],
    erp: sampleErp(),
    unreadable: ['The instance old has settings that cannot be read.'],
    queues: [
      { name: 'PushQueue', is_dead_letter: false, visible: 12_345, in_flight: 4, delayed: 70 },
      { name: 'PermanentlyFailed', is_dead_letter: true, visible: 2, in_flight: 0, delayed: 0 },
    ],
    last_day: { from: hourOf(0), hours, total },
    problems: [],
  };
}

function sampleErp(): ErpReport {
  return {
    connection: { url: 'https://erp.example.org', database: hostile, language: 'en_US', time_zone: 'UTC' },
    export: {
      last_success: '2026-11-25T19:24:00.000Z',
      seconds_since_success: 119,
      last_error: { at: '2026-11-25T19:25:00.000Z', code: 'timeout', message: hostile },
      models: pushedModels.map((model, index) => ({
        model,
        status: index === 4 ? 'reading' : 'complete',
        watermark: '2026-11-25 19:20:00',
        records: 7 * 10 ** (index % 5),
        ...(index === 6 && { held: 1_234, accepted_until: '2026-11-25T21:00:00.000Z' }),
      })),
    },
    import: {
      breaker: { opened_at: '2026-11-25T10:05:00.000Z', code: 'timeout' },
      records: importedModels.map((model, index) => ({
        model,
        states: { ...counts('students', 10 ** (index % 5)).states },
        total: 10 ** (index % 5) + 12,
      })),
      failures: Array.from({ length: 3 }, (_, index) => failure(index + 2)),
    },
    findings: [
      {
        from: 'export',
        code: 'older-records',
        severity: 'failed',
        message: hostile,
        advice: hostile,
        model: 'op.student',
        ids: Array.from({ length: 50 }, (_, id) => String(id)),
        count: 4_321,
      },
    ],
  };
}

function counts(service: ServiceCounts['service'], synced: number): ServiceCounts {
  const states = { synced, waiting: 3, failed: 2, held: 1, conflict: 1, invalid: 4, permanently_failed: 1 };
  return { service, states, total: synced + 12 };
}

function failure(index: number): FailureGroup {
  return {
    class: 'refused',
    code: index === 3 ? hostile : `errorcode${'x'.repeat(index)}`,
    count: 400 - index * 20,
    advice: 'Compare the record with what Moodle accepts; it is tried again by itself.',
    idnumbers: [
      'oec_student_1',
      'oec_student_2@enrolments',
      'oec_subj_15_course_7',
      'oec_batch_3@oec_subj_15_course_7',
    ],
  };
}
