import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '#cli/commands/doctor/check.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { newMapping } from '#shared/moodle/mappings/mapping.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { type Kit, startKit } from '../kit.ts';
import { studying } from '../pull/support.ts';
import { runCli } from './run-cli.ts';

/** What the doctor says with `--json`. */
interface Findings {
  checks: Check[];
  failed: number;
}

/** `{level} {message}` of all that is not well, by subject. */
function troubles({ checks }: Findings): Record<string, string[]> {
  const bad = checks.filter(({ level }) => level === 'warning' || level === 'failed');
  const subjects = Map.groupBy(bad, ({ subject }) => subject);
  return Object.fromEntries(
    [...subjects].map(([subject, all]) => [subject, all.map(({ level, message }) => `${level} ${message}`)]),
  );
}

/** What the simulated Moodle holds: nothing of it may change. */
function heldBy(kit: Kit, instance: string): string {
  const { siteState } = kit.site(instance).moodle;
  return JSON.stringify([siteState.users.all(), siteState.courses.all(), siteState.enrolments.all()]);
}

describe('doctor', () => {
  let kit: Kit;
  const doctor = async (...args: string[]) => {
    const run = await runCli(kit, ['doctor', '--json', ...args]);
    return { code: run.code, stderr: run.stderr, findings: run.json<Findings>() };
  };
  const updateInstance = (id: string, attribute: string, value: Record<string, unknown>) =>
    kit.cloud.clients.dynamodb.send(
      new UpdateCommand({
        TableName: kit.cloud.resource('InstancesTableName'),
        Key: { id },
        UpdateExpression: 'SET #attribute = :value',
        ExpressionAttributeNames: { '#attribute': attribute },
        ExpressionAttributeValues: { ':value': value },
      }),
    );

  beforeAll(async () => {
    kit = await startKit({ schedules: 'none' });
    await studying(kit, 2);
    await kit.cloud.invoke('health-check', { task: 'check' });
  });
  afterAll(() => kit.stop());

  it('finds nothing wrong with a link that works, and changes nothing', async () => {
    const before = heldBy(kit, 'demo');
    const { code, findings } = await doctor();
    expect(troubles(findings)).toEqual({});
    expect(code).toBe(0);
    expect(heldBy(kit, 'demo')).toBe(before);
    const messages = findings.checks.map(({ message }) => message);
    expect(messages).toEqual(
      expect.arrayContaining([
        'The table MoodleMappings can be read and written.',
        'The queue PermanentlyFailed is empty.',
        expect.stringMatching(
          /^push-worker ran last in the hour from .* it has not failed in the last day\.$/,
        ),
        expect.stringMatching(/^health-check looked at it last at .* and found: ok\.$/),
        expect.stringMatching(/: Moodle 4\.5\.6 .* This product was tried with it\.$/),
        'The release is new enough, and all 24 functions are there.',
        'The role has all 38 capabilities.',
        "The role of role_ids.teacher (3) is there, and the token's user may give it.",
        'All 7 entities in use have their record.',
      ]),
    );
  });

  it('names everything that is wrong, each with what to do, and goes on after what is away', async () => {
    await kit.addInstance(
      'ill',
      {
        role_ids: { student: 5, teacher: 77 },
        category_ids: { departments: 1, programs: 999 },
        sync_attendance_from: 'oec',
      },
      {
        attendance: 'missing',
        withoutFunctions: ['core_group_create_groups'],
        withoutCapabilities: ['moodle/user:create', 'mod/quiz:viewreports'],
      },
    );
    await kit.addInstance('root', {}, { tokenUserIsSiteAdmin: true });
    await kit.addInstance('away', {}, {});
    await kit.site('away').moodle.stop();
    const instances = kit.system.instances;
    await instances.put(
      instanceSchema.parse({ id: 'bare', base_url: 'http://127.0.0.1:1', secret_name: 'elsewhere' }),
    );
    await updateInstance('ill', 'brake_students', { revision: 1, engaged_at: '2026-09-01T08:00:00.000Z' });
    await updateInstance('ill', 'breaker', { revision: 1, opened_at: 1_788_000_000_000, code: 'timeout' });
    await updateInstance('ill', 'watched_since', '2026-09-01T08:00:00.000Z' as never);
    const mappings = mappingsStore(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName'));
    const lost = newMapping('ill', 'oec_student_404', 'students', { model: 'op.student', id: '404' });
    await mappings.save({ ...lost, status: 'synced', active: true });
    await kit.cloud.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: kit.cloud.resource('PermanentlyFailedQueueUrl'),
        MessageBody: '{}',
      }),
    );
    const item = { id: 'odd', base_url: 'no address' };
    await kit.cloud.clients.dynamodb.send(
      new PutCommand({ TableName: kit.cloud.resource('InstancesTableName'), Item: item }),
    );

    const { code, findings } = await doctor();
    expect(code).toBe(1);
    const found = troubles(findings);
    expect(found.AWS).toEqual(['warning The queue PermanentlyFailed holds 1 message.']);
    expect(found['instance odd']).toEqual([expect.stringMatching(/^failed .* settings that cannot be read/)]);
    expect(found['instance root']).toEqual([
      expect.stringMatching(/^warning The token's user is a site administrator/),
    ]);
    expect(found['instance demo']).toBeUndefined();
    expect(found['instance away']).toEqual([expect.stringMatching(/^failed No answer from Moodle/)]);
    expect(found['instance bare']).toEqual([
      'failed Its secret is called elsewhere, and functions may read only what begins with oec-moodle/dev/.',
      expect.stringMatching(/^failed The instance bare has no token/),
    ]);
    expect(found['instance ill']).toEqual([
      expect.stringMatching(/^failed It is stale: no success for \d+ hours/),
      expect.stringMatching(/^failed Its breaker has been open since 2026-08-29T10:40:00.000Z \(timeout\)/),
      expect.stringMatching(/^warning Its brake for students has been on since/),
      expect.stringMatching(
        /^failed The token's external service lacks core_group_create_groups \(Batches\)/,
      ),
      ...['get_sessions', 'update_user_status', 'add_attendance', 'add_session'].map((name) =>
        expect.stringMatching(`^warning The token's external service lacks mod_attendance_${name}`),
      ),
      expect.stringMatching(/^failed sync_attendance_from is oec/),
      expect.stringMatching(
        /^warning The role .* lacks mod\/quiz:viewreports, .* mod_quiz_get_user_best_grade/,
      ),
      expect.stringMatching(
        /^failed The role .* lacks moodle\/user:create, .* core_user_create_users \(Students/,
      ),
      expect.stringMatching(/^failed The token's user may not give the role of role_ids.teacher \(77\)/),
      expect.stringMatching(/^failed category_ids.programs is 999/),
      'warning 1 of 1 entities in use in Moodle have no record any more, such as oec_student_404.',
    ]);
    const bad = findings.checks.filter(({ level }) => level === 'failed' || level === 'warning');
    expect(bad.filter(({ advice }) => !advice)).toEqual([]);
  });

  it('looks at the instances that it is asked for, as a list with marks', async () => {
    const { code, stdout } = await runCli(kit, ['doctor', '--instance', 'away']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}✓ The table OecRecords can be read and written\.$/m);
    expect(stdout).toMatch(
      /^instance away$[\s\S]*^ {2}✗ No answer from Moodle.*\n {4}→ Check that Moodle is up/m,
    );
    expect(stdout).not.toContain('instance ill');
    expect(stdout).not.toContain(kit.site('demo').moodle.token);
    const misspelt = await runCli(kit, ['doctor', '--stack', 'elsewhere']);
    expect(misspelt.code).toBe(1);
    expect(misspelt.stdout).toContain(
      '✗ The connection to AWS could not be checked. There is no stack elsewhere',
    );
  });
});
