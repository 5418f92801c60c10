import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Interceptor } from '#local/odoo/simulated-odoo.ts';
import { searchRead } from '#shared/odoo/calls/read.ts';
import { OdooWriter } from '#shared/odoo/calls/write.ts';
import { faults } from '#test/peers/odoo-faults.ts';
import { clientOf, smallSchool } from './school.ts';

let school: Awaited<ReturnType<typeof smallSchool>>;
let restore = () => {};
beforeAll(async () => {
  school = await smallSchool();
});
afterEach(() => restore());
afterAll(() => school.odoo.stop());

describe('what goes wrong on the way', () => {
  const cases: [string, Interceptor, string][] = [
    ['a proxy without Odoo', faults.htmlPage(502), 'http'],
    ['a login page', faults.htmlPage(200), 'not-odoo'],
    ['a redirect', faults.redirect(), 'not-odoo'],
    ['an empty page', faults.emptyBody(), 'not-odoo'],
    ['half an answer', faults.halfAnswer(), 'half-answer'],
    ['an answer that breaks off', faults.cutAnswer(), 'connection'],
    ['an answer without end', faults.endlessAnswer(), 'too-large'],
    ['a reset', faults.connectionReset(), 'connection'],
    ['a collision of transactions', faults.collision(), 'busy'],
    ['a database that is away', faults.databaseAway(), 'database'],
    ['a key that was withdrawn', faults.exception('odoo.exceptions.AccessDenied'), 'access-denied'],
  ];
  it.each(cases)('such as %s is what the client says', async (_what, fault, code) => {
    restore = school.odoo.intercept(faults.times(1, 'op.student.search_read', fault));
    const client = clientOf(school.odoo);
    await expect(searchRead(client, 'op.student', [], ['name'])).rejects.toMatchObject({ code });
    expect(await searchRead(client, 'op.student', [], ['name'])).toHaveLength(1);
  });

  it.each([
    ['the answer is lost', faults.answerLost()],
    ['a proxy gives up', faults.gatewayTimeoutAfterwards()],
  ])('a record is there although %s', async (what, fault) => {
    restore = school.odoo.intercept(faults.times(1, 'op.subject.create', fault));
    const writer = new OdooWriter(school.client);
    const [outcome] = await writer.create('op.subject', [{ name: what, code: what }]);
    expect(outcome!.error).toMatchObject({ name: 'OdooUnavailableError' });
    expect(await searchRead(school.client, 'op.subject', [['code', '=', what]], [])).toHaveLength(1);
  });

  it('half of the records can be missing without a sign', async () => {
    const before = await searchRead(school.client, 'op.subject', [], []);
    restore = school.odoo.intercept(faults.fewerRecords());
    const half = await searchRead(school.client, 'op.subject', [], []);
    expect(half).toHaveLength(Math.floor(before.length / 2));
  });

  it('an Odoo that is slow runs into the time that is left', async () => {
    restore = school.odoo.intercept(faults.delay(60_000));
    const client = clientOf(school.odoo, { remainingMs: () => 1_000 });
    await expect(client.login()).rejects.toMatchObject({ code: 'timeout' });
  });
});

it('an Odoo that is not there is away', async () => {
  const gone = await smallSchool();
  await gone.odoo.stop();
  await expect(gone.client.login()).rejects.toMatchObject({ code: 'connection' });
});
