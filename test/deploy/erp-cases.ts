import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PulledRecord } from '#shared/moodle/pulls/pull-ports.ts';
import type { Site } from '#test/integration/site.ts';
import { DeployedErp } from './deployed-erp.ts';
import type { DeployedSite } from './deployed-site.ts';
import type { Emulator } from './emulator.ts';
import { type DeployedFunction, invoke } from './functions.ts';
import { checkRetryRoles } from './retry-roles.ts';

/** What the cases of the deployed stack share. */
export interface Deployed {
  emulator: Emulator;
  stack: DeployedSite;
  moodle: Site;
  /** The functions whose logical id begins like this. */
  named(logicalId: string): DeployedFunction[];
}

const past = new Date(Date.now() - 60_000).toISOString();

/**
 * The ERP's side of the stack. It stays connected: from here on the records of the table are the ERP's.
 *
 * @returns ends the ERP
 */
export function erpCases(deployed: () => Deployed): () => Promise<void> {
  let erp: DeployedErp;
  describe('with an ERP that is connected', () => {
    let known: number;
    let newcomer: PulledRecord;

    beforeAll(async () => {
      erp = await DeployedErp.connect(deployed().stack);
      known = erp.school.students.at(-1)!;
      newcomer = erp.mark(known + 1, 60);
    });

    it('brings what is saved in the ERP to the table, and to Moodle', async () => {
      const { emulator, stack, moodle, named } = deployed();
      const exportNow = async () => {
        const { error, result } = await invoke(emulator, named('ErpExport')[0]!, { task: 'changes' });
        expect(error, result).toBeUndefined();
        return moodle.user(`oec_student_${known}`);
      };
      // A schedule may have run it before: that the secret was empty is remembered for a minute.
      await expect
        .poll(exportNow, { timeout: 120_000, interval: 2_000 })
        .toMatchObject({ email: 'student4@example.org' });
      const { department } = erp.school;
      expect(
        await stack.get('RecordsTableName', { model: 'op.department', id: String(department) }),
      ).toMatchObject({ name: 'Science', write_date: expect.any(String) });
      await stack.untilMapping('main', `oec_dept_${department}`, { status: 'synced' });
      expect(await moodle.category(`oec_dept_${department}`)).toEqual({ name: 'Science', parent: '' });
    });

    it('brings what a pull has written to the ERP', async () => {
      const mark = erp.mark(known, 78);
      await erp.pull(...erp.exam(), mark, newcomer);
      const { erp_id } = await erp.untilRow(mark, { status: 'synced' });
      expect(erp.odoo.registrar.read('op.result.line', Number(erp_id))).toMatchObject({
        marks: 78,
        exam_id: [expect.any(Number), 'Oral exam'],
      });
      await erp.untilRow(newcomer, { status: 'failed', failure: { code: 'missing' }, attempts: 1 });
      expect(erp.marks()).toEqual({ [known]: 78 });
    });

    it('tries again through Scheduler, gives up into ErpFailures, and takes up what changes', async () => {
      const { emulator, stack, named } = deployed();
      const { failure_id } = await erp.untilRow(newcomer, { attempts: 1 });
      await erp.retry(newcomer, String(failure_id));
      await erp.untilRow(newcomer, { status: 'failed', attempts: 2 });
      await expect.poll(() => stack.retries(), { timeout: 10_000 }).toHaveLength(1);
      const [retry] = await stack.retries();
      const schedule = await stack.scheduler.send(new GetScheduleCommand(retry!));
      await checkRetryRoles(emulator, named('ErpImport')[0]?.Role ?? '', schedule);
      await erp.changeRow(newcomer, { attempts: 4, next_attempt_at: past });
      await stack.runSoon(schedule);
      await erp.untilRow(newcomer, { status: 'permanently_failed', attempts: 5 });
      const { Messages = [] } = await stack.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: stack.output('ErpFailuresQueueUrl'),
          MessageAttributeNames: ['All'],
          WaitTimeSeconds: 10,
        }),
      );
      expect(Messages.map(({ MessageAttributes }) => MessageAttributes)).toMatchObject([
        { reason: { StringValue: 'missing' }, record_id: { StringValue: newcomer.id } },
      ]);

      expect(erp.school.student()).toBe(known + 1);
      await erp.pull(erp.mark(known + 1, 61));
      await erp.untilRow(newcomer, { status: 'synced' });
      expect(erp.marks()).toEqual({ [known]: 78, [known + 1]: 61 });
    });

    it('deletes from the table what is gone from the ERP, in a run that compares all', async () => {
      const { emulator, stack, named } = deployed();
      const [, gone] = erp.school.enrolments;
      const record = { model: 'op.student.course', id: String(gone) };
      expect(await stack.get('RecordsTableName', record)).toBeDefined();
      erp.odoo.registrar.unlink('op.student.course', gone!);
      const compareAll = async () => {
        const { error, result } = await invoke(emulator, named('ErpExport')[0]!, { task: 'all' });
        expect(error, result).toBeUndefined();
        return stack.get('RecordsTableName', record);
      };
      await expect.poll(compareAll, { timeout: 60_000, interval: 1_000 }).toBeUndefined();
    });
  });
  return async () => erp?.odoo.stop();
}
