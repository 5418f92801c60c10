import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PulledRecord } from '#shared/moodle/pulls/pull-ports.ts';
import {
  erpRow,
  erpWritesDuring,
  givenUp,
  hour,
  inErp,
  makeSchool,
  makeStudent,
  minute,
  PulledExam,
  pullIn,
  type School,
  standing,
  startImportKit,
  sweepImports,
} from '../erp/import-support.ts';
import type { Kit } from '../kit.ts';
import { type CliRun, runCli } from './run-cli.ts';

interface Listed {
  total: number;
  by_status: Record<string, number>;
  failures: Record<string, unknown>[];
  messages: { message_id: string; state: string; reason: string | null }[];
}

describe('erp failures', () => {
  let kit: Kit;
  let school: School;
  /** An exam that was deleted in the ERP, and a mark in it. */
  let deleted: PulledExam;
  let waiting: PulledRecord;
  /** The mark of a student whom the ERP does not know. */
  let unknown: PulledRecord;

  /** A run whose output is looked through for the key and for names. */
  const run = async (...args: string[]): Promise<CliRun> => {
    const ran = await runCli(kit, ['erp', 'failures', ...args]);
    expect(ran.stdout + ran.stderr).not.toContain(kit.erp.key);
    expect(ran.stdout + ran.stderr).not.toMatch(/Number\d|@/);
    return ran;
  };
  const list = async (...args: string[]) => (await run('list', '--json', ...args)).json<Listed>();
  const sendToFailures = (MessageBody: string) =>
    kit.cloud.clients.sqs.send(
      new SendMessageCommand({ QueueUrl: kit.cloud.resource('ErpFailuresQueueUrl'), MessageBody }),
    );

  beforeAll(async () => {
    kit = await startImportKit();
    school = makeSchool(kit, 1);
    const [student] = school.students as [number];
    const exam = new PulledExam(school, 812);
    unknown = exam.line(student + 1, 60);
    await pullIn(kit, ...exam.records(), exam.line(student, 50), unknown);
    for (const wait of [6 * minute, 30 * minute, 4 * hour, 24 * hour]) await kit.advance(wait);

    deleted = new PulledExam(school, 813);
    const first = deleted.line(student, 70);
    await pullIn(kit, ...deleted.records(), first);
    const { erp_id: line, parent_erp_id: examId } = (await erpRow(kit, 'op.result.line', first.id))!;
    kit.erp.registrar.unlink('op.result.line', line!);
    kit.erp.registrar.unlink('op.exam', examId!);
    waiting = deleted.line(student, 80);
    await pullIn(kit, waiting);
  });
  afterAll(() => kit.stop());

  it('lists what is not in the ERP with reason and advice, and leaves the messages where they are', async () => {
    const listed = await run('list', '--json');
    expect(listed.code).toBe(1);
    expect(listed.json()).toMatchObject({
      total: 3,
      by_status: { conflict: 1, permanently_failed: 1, waiting: 1 },
      failures: [
        { model: 'op.exam', id: deleted.id, status: 'conflict', code: 'deleted-in-erp' },
        {
          model: 'op.result.line',
          id: unknown.id,
          instance: 'demo',
          status: 'permanently_failed',
          attempts: 5,
          class: 'dependency',
          code: 'missing',
          reason: expect.stringContaining('whose mark this is: deleted, or hidden from the user of the key.'),
          advice: expect.stringMatching(/^Add or correct what it refers to/),
        },
        { model: 'op.result.line', id: waiting.id, waits_for: [`op.exam#${deleted.id}`] },
      ],
      messages: [{ state: 'given up', reason: 'missing' }],
      other_queues: { erp_stream_failures: 0 },
    });
    expect(await givenUp(kit)).toHaveLength(1);
    const conflicts = await run('list', '--status', 'conflict');
    expect(conflicts.stdout).toMatch(
      /│ deleted-in-erp: op\.exam \d+ was imported from +│ If that was meant, discard this; else +│/,
    );
    expect(conflicts.stdout).not.toContain(unknown.id);
    const shown = await runCli(kit, ['erp', 'show']);
    expect(shown.stdout).toContain('`oec-moodle erp failures list` names each record');
  });

  it('tells everything of one and writes all as CSV, also by the long form of the command', async () => {
    const shown = await run('show', 'op.result.line', waiting.id);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain(`show op.exam ${deleted.id}\``);
    expect(shown.stdout).toContain(`It waits for: op.exam ${deleted.id}, conflict: `);
    const args = ['failures', 'export', '-', '--target', 'erp', '--status', 'permanently_failed'];
    const rows: Record<string, string>[] = parse((await runCli(kit, args)).stdout, { columns: true });
    expect(rows).toMatchObject([{ instance: 'demo', id: unknown.id, code: 'missing', erp_id: '' }]);
    expect((await run('list', '--model', 'op.student')).code).toBe(64);
  });

  it('does nothing where it is not said what is meant, or not confirmed', async () => {
    const unsaid = await run('retry');
    expect(unsaid.code).toBe(64);
    expect(unsaid.stderr).toContain('Name MODEL ID, choose with');
    const strange = await run('retry', 'op.exam', 'moodle_demo_item_1');
    expect(strange).toMatchObject({ code: 1, stdout: '' });
    expect(strange.stderr).toContain('The import knows nothing of op.exam moodle_demo_item_1.');
    const asked = await run('discard', '--all');
    expect(asked.code).toBe(64);
    expect(asked.stderr).toContain('Records from Moodle to discard: 3. The ERP stays as it is');
    expect(await standing(kit, unknown)).toBe('permanently_failed: missing');
    expect(await givenUp(kit)).toHaveLength(1);
  });

  it('has a record arrive whose cause was put right, and takes its message away', async () => {
    makeStudent(kit, 2);
    const retried = await run('retry', 'op.result.line', unknown.id, '--wait', '--json');
    expect(retried.code).toBe(0);
    expect(retried.json()).toMatchObject({
      queued: [{ model: 'op.result.line', id: unknown.id }],
      units: 1,
      messages_removed: 1,
      outcomes: [{ id: unknown.id, outcome: 'arrived' }],
    });
    await kit.settle();
    expect(await standing(kit, unknown)).toBe('synced');
    expect(inErp(kit, 'op.result.line', 'marks')).toContainEqual({ marks: 60 });
    expect(await givenUp(kit)).toEqual([]);
    const again = await run('retry', 'op.result.line', unknown.id);
    expect(again.code).toBe(1);
    expect(again.stdout).toContain(`Left alone: op.result.line ${unknown.id}: nothing is wrong with it.`);
  });

  it('discards what was decided with all that waits for it, until it changes in Moodle', async () => {
    const discarded = await run('discard', 'op.exam', deleted.id, '--yes', '--json');
    expect(discarded.code).toBe(0);
    expect(discarded.json()).toMatchObject({
      discarded: [{ id: deleted.id }, { id: waiting.id }],
      left_alone: [],
    });
    expect(await erpWritesDuring(kit, () => sweepImports(kit))).toEqual([]);
    expect(await run('list')).toMatchObject({
      code: 0,
      stdout: 'Nothing that was asked for has failed.\n',
    });

    await pullIn(kit, deleted.line(school.students[0]!, 90));
    expect(await list()).toMatchObject({ total: 2, by_status: { conflict: 1, waiting: 1 } });
    await run('retry', '--reason', 'deleted-in-erp');
    await kit.settle();
    expect(await standing(kit, waiting)).toBe('synced');
    expect(inErp(kit, 'op.result.line', 'marks')).toContainEqual({ marks: 90 });
  });

  it('sends a unit that crashed once more, and deletes what is done with or no unit at all', async () => {
    await sendToFailures(JSON.stringify({ model: 'op.result.line', ids: [unknown.id] }));
    await sendToFailures('no unit');
    const { messages } = await list();
    expect(messages.map(({ state }) => state).sort()).toEqual(['crashed', 'unreadable']);
    const idOf = (wanted: string) => messages.find(({ state }) => state === wanted)!.message_id;
    const sent = await run('retry', '--message', idOf('crashed'), '--message', idOf('unreadable'), '--json');
    expect(sent.code).toBe(1);
    expect(sent.json()).toMatchObject({
      crashed_units_sent: [idOf('crashed')],
      messages_not_found: [idOf('unreadable')],
    });
    await kit.settle();
    const gone = await run('discard', '--message', idOf('unreadable'), '--yes', '--json');
    expect(gone.json()).toMatchObject({ discarded: [], messages_removed: 1 });
    expect((await list()).messages).toEqual([]);
  });
});
