import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '#local/demo/random.ts';
import type { InterceptedCall as MoodleCall } from '#local/moodle/simulated-moodle.ts';
import type { Answer as MoodleAnswer } from '#local/moodle/transport/answer.ts';
import type { Answer as OdooAnswer } from '#local/odoo/rpc/answer.ts';
import type { InterceptedCall as OdooCall } from '#local/odoo/simulated-odoo.ts';
import type { BrokenAnswer } from '#local/wire/broken-answer.ts';
import { faults as moodleFaults } from '#test/peers/moodle-faults.ts';
import { faults as odooFaults } from '#test/peers/odoo-faults.ts';
import type { wireFaults } from '#test/peers/wire-faults.ts';
import type { Kit } from '../kit.ts';

/** Stands around a call: lets it happen or not, and answers what it likes. */
export type Fault<Call, Answer> = (call: Call, proceed: () => Promise<Answer>) => Promise<Answer>;

/** A system that a storm strikes, and the functions that it strikes with it. */
export interface Target<Call, Answer> {
  intercept(fault: Fault<Call, Answer>): void;
  /** What can happen to one call. */
  single: readonly Fault<Call, Answer>[];
  /** What can be wrong with the whole system for a while. */
  lasting: readonly Fault<Call, Answer>[];
  /** One of the functions that call it. */
  caller(random: Random): string;
  /** The function that gives them their work. */
  feeder: string;
  /** What functions may report because of it. */
  expectedErrors: readonly RegExp[];
}

type Wire<Call, Own> = ReturnType<typeof wireFaults<Call, Own>>;

/** The connection stays open for a while and then breaks; what was asked for has, or has not, happened. */
function timeOut<Call, Answer>(hasHappened: boolean): Fault<Call, Answer | BrokenAnswer> {
  return async (_call, proceed) => {
    if (hasHappened) await proceed();
    await sleep(50);
    return { kind: 'reset' };
  };
}

/** What can happen on the way to any system. */
function onTheWay<Call, Own>(faults: Wire<Call, Own>): Fault<Call, Own | BrokenAnswer>[] {
  return [
    timeOut(false),
    timeOut(true),
    faults.connectionReset(),
    faults.answerLost(),
    faults.halfAnswer(),
    faults.cutAnswer(),
    faults.emptyBody(),
    faults.htmlPage(200),
    faults.htmlPage(502),
    faults.htmlPage(503),
    faults.gatewayTimeoutAfterwards(),
    faults.redirect(),
  ];
}

function away<Call, Own>(faults: Wire<Call, Own>): Fault<Call, Own | BrokenAnswer>[] {
  return [faults.htmlPage(503), faults.htmlPage(502), faults.connectionReset(), faults.answerLost()];
}

/** The Moodle of a kit, and the workers that push to it. */
export function moodleTarget(kit: Kit): Target<MoodleCall, MoodleAnswer> {
  const faults = moodleFaults;
  return {
    intercept: (fault) => kit.site().moodle.intercept(fault),
    single: [
      ...onTheWay(faults),
      faults.errorcode('dmlwriteexception'),
      faults.errorcode('dmlwriteexception'),
      faults.delay(100),
    ],
    lasting: [...away(faults), faults.errorcode('invalidtoken'), faults.errorcode('accessexception')],
    caller: () => 'push-worker',
    feeder: 'record-stream',
    expectedErrors: [
      /Runtime\.ExitError|The breaker is open/,
      /Task not worked off.*"name":"Moodle\w*Error"/,
    ],
  };
}

/** The ERP of a kit, and the functions that read and write it. */
export function erpTarget(kit: Kit): Target<OdooCall, OdooAnswer> {
  const faults = odooFaults;
  return {
    intercept: (fault) => kit.erp.intercept(fault),
    single: [
      ...onTheWay(faults),
      faults.collision(),
      faults.collision(),
      faults.databaseAway(),
      faults.delay(100),
    ],
    lasting: [
      ...away(faults),
      faults.databaseAway(),
      faults.exception('odoo.exceptions.AccessDenied', 'Access Denied'),
      faults.exception('odoo.exceptions.AccessError', 'You are not allowed to do that.'),
    ],
    caller: (random) => random.pick(['erp-export', 'erp-import']),
    feeder: 'erp-stream',
    // What the export finds while the ERP fails; at the end it must find nothing.
    expectedErrors: [/Runtime\.ExitError/, /"Export finding"/],
  };
}
