import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batch, enrolment, type Kit, program, startKit, student, subject } from '../kit.ts';
import { runCli } from './run-cli.ts';

const jsonl = (items: unknown[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');

describe('records load', () => {
  let kit: Kit;
  let directory: string;

  beforeAll(async () => {
    kit = await startKit();
    directory = await mkdtemp(join(tmpdir(), 'records-load-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
    await kit.stop();
  });

  async function fileOf(name: string, content: string): Promise<string> {
    const path = join(directory, name);
    await writeFile(path, content);
    return path;
  }

  /** Changes of the records table that the stream has told of. */
  const streamed = () =>
    kit.cloud.logs('record-stream').filter((line) => line.includes('Changes queued')).length;

  it('loads the good lines, names the bad ones without quoting them, and reloads at no cost', async () => {
    const lines = jsonl([
      program(1, { subject_ids: [1] }),
      subject(1, { name: 'Old name' }),
      batch(1, 1),
      student(1, { email: 'not an address of ana@example' }),
      { model: 'res.partner', id: 5 },
      student(2),
      enrolment(1, 2, 1, 1),
      subject(1, { name: 'Mechanics' }),
    ]);
    const input = `${lines}{"model":"op.student","email":"bo@example.org" oops\n`;
    const first = await runCli(kit, ['records', 'load', '-', '--json'], { input });
    expect(first).toMatchObject({ code: 1, stderr: '' });
    expect(first.json()).toMatchObject({
      lines: 9,
      good: { 'op.course': 1, 'op.subject': 1, 'op.batch': 1, 'op.student': 1, 'op.student.course': 1 },
      bad_lines: 3,
      bad: [
        { line: 4, model: 'op.student', id: '1', field: 'email' },
        { line: 5, reason: expect.stringContaining('res.partner') },
        { line: 9, reason: 'It is not JSON.' },
      ],
      replaced: 1,
      written: 5,
      unchanged: 0,
    });
    expect(first.stdout).not.toMatch(/ana@|bo@/);
    await kit.settle();
    expect(await kit.site().course('oec_subj_1_course_1')).toMatchObject({ fullname: 'Mechanics' });

    const before = streamed();
    const again = await runCli(kit, ['records', 'load', '-'], { input });
    await kit.settle();
    expect(again.stdout).toContain('Written: 0; unchanged, and so left alone: 5; 3 lines are bad.');
    expect(again.stdout).not.toMatch(/ana@|bo@/);
    expect(streamed()).toBe(before);
  });

  it('writes nothing when it is only to check, or when a line is bad and it is strict', async () => {
    const path = await fileOf('strict.jsonl', jsonl([student(30), student(31, { email: false })]));
    const dry = await runCli(kit, ['records', 'load', path, '--dry-run', '--json']);
    const strict = await runCli(kit, ['records', 'load', path, '--strict']);
    expect(dry.code).toBe(1);
    expect(dry.json()).toMatchObject({ good: { 'op.student': 1 }, written: 0, not_loaded: 'dry-run' });
    expect(strict).toMatchObject({ code: 1, stderr: '' });
    expect(strict.stdout).toContain('Nothing was written (--strict).');
    await kit.settle();
    expect(await kit.mapping('oec_student_30')).toBeUndefined();
  });

  it('takes an export of Odoo, and follows it until it is in Moodle', async () => {
    const path = await fileOf(
      'op.student.csv',
      '"ID","First Name","Last Name","Email","Active","Company"\n"40","Zoë","Sample","zoe@example.org","True",""\n',
    );
    const guess = await runCli(kit, ['records', 'load', path]);
    expect(guess).toMatchObject({ code: 64, stdout: '' });
    expect(guess.stderr).toContain('--model op.student');
    const loaded = await runCli(kit, ['records', 'load', path, '--model', 'op.student', '--wait', '--json']);
    expect(loaded.code).toBe(0);
    expect(loaded.json()).toMatchObject({
      written: 1,
      ignored_columns: [],
      missing_columns: expect.arrayContaining(['phone']),
      push: {
        end: 'done',
        instances: [{ instance: 'demo', services: { students: { pushed: 1, failed: 0, not_synced: 0 } } }],
      },
    });
    // The command has waited: nothing is left to do.
    expect(await kit.site().user('oec_student_40')).toMatchObject({ firstname: 'Zoë' });
  });

  it('keeps what the link wrote to a record, and has the change pushed nevertheless', async () => {
    const stamps = {
      connector_no_export: true,
      sync_stamp: 'pull-1',
      instance: 'demo',
      pulled_at: '2026-09-01',
    };
    const completion = { demo: { completed: false } };
    await kit.sync({ ...enrolment(1, 2, 1, 1), ...stamps, moodle_completion: completion });
    const line = {
      ...enrolment(1, 2, 1, 1, { state: 'finished' }),
      sync_stamp: 'made up',
      moodle_completion: {},
    };
    const loaded = await runCli(kit, ['records', 'load', '-', '--json'], {
      input: jsonl([{ ...line, connector_no_export: true }]),
    });
    expect(loaded.json()).toMatchObject({ written: 1 });
    await kit.settle();
    const stored = await runCli(kit, ['records', 'load', '-', '--json'], { input: jsonl([line]) });
    expect(stored.json()).toMatchObject({ written: 0, unchanged: 1 });
    expect(await kit.site().participants('oec_subj_1_course_1')).toMatchObject({
      oec_student_2: expect.stringContaining('suspended'),
    });
  });

  it('says what to do about a file that cannot be read', async () => {
    const missing = await runCli(kit, ['records', 'load', join(directory, 'none.jsonl')]);
    expect(missing).toMatchObject({ code: 64, stdout: '' });
    expect(missing.stderr).toContain('ENOENT');
    const path = await fileOf('names.csv', 'Ana Sample,ana@example.org\n');
    const headless = await runCli(kit, ['records', 'load', path, '--model', 'op.student']);
    expect(headless.code).toBe(1);
    expect(headless.stderr).toContain('untick');
    expect(headless.stderr).not.toContain('ana@');
  });
});
