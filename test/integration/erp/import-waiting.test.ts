import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { faults } from '#test/peers/odoo-faults.ts';
import type { Kit } from '../kit.ts';
import {
  erpRow,
  givenUp,
  hour,
  inErp,
  makeSchool,
  minute,
  PulledExam,
  pullIn,
  sendToErp,
  startImportKit,
} from './import-support.ts';

const week = 7 * 24 * hour;

/** Runs of the import that found that their unit has to wait. */
function rounds(kit: Kit): number {
  return kit.cloud.logs('erp-import').filter((line) => line.includes('"Postponed":1')).length;
}

/** Marks of two students, a unit for the exam's session, one for the exam and one for the marks. */
function marksOf(kit: Kit) {
  const school = makeSchool(kit, 2);
  const exam = new PulledExam(school, 1);
  return [...exam.records(), ...school.students.map((student, index) => exam.line(student, 50 + index))];
}

const marksIn = (kit: Kit) =>
  inErp(kit, 'op.result.line', 'marks')
    .map(({ marks }) => marks)
    .sort();

it('a unit comes round at most ten times while the ERP is away for a week, and no attempt is lost', async () => {
  await using kit = await startImportKit();
  kit.expectErrors(/The breaker is open/);
  const records = marksOf(kit);
  const undo = kit.erp.intercept(faults.htmlPage(502));
  await pullIn(kit, ...records);
  // As a retry of the version before, which said nothing of how often it has waited.
  await sendToErp(kit, { model: 'op.result.line', ids: [records[2]!.id] });
  await kit.advance(week);
  expect(rounds(kit)).toBeLessThanOrEqual(10);
  undo();
  await kit.advance(20 * minute);
  expect(marksIn(kit)).toEqual([50, 51]);
  expect(await erpRow(kit, 'op.result.line', records[2]!.id)).toMatchObject({
    status: 'synced',
    attempts: 0,
  });
  expect(await givenUp(kit)).toEqual([]);
});

it('units wait for a connection that can be read, and then go on by themselves', async () => {
  await using kit = await startImportKit();
  kit.expectErrors(/connection cannot be used|The breaker is open/);
  const SecretId = kit.cloud.resource('ErpConnectionSecret');
  const { SecretString } = await kit.cloud.clients.secrets.send(new GetSecretValueCommand({ SecretId }));
  await kit.system.writeErpConnection('no JSON');
  await kit.advance(2 * minute);
  await pullIn(kit, ...marksOf(kit));
  await kit.advance(6 * hour);
  // What lies in the queue only asks, from time to time, whether it can be read by now.
  const left = await kit.cloud.queueMessages(kit.cloud.resource('ErpQueueUrl'));
  expect(left.map(({ body }) => JSON.parse(body))).toEqual([{ wake: true }]);
  expect(marksIn(kit)).toEqual([]);
  await kit.system.writeErpConnection(SecretString!);
  await kit.advance(20 * minute);
  expect(marksIn(kit)).toEqual([50, 51]);
  expect(await givenUp(kit)).toEqual([]);
});
