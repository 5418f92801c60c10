import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '#local/demo/random.ts';
import { faults } from '#local/moodle/faults.ts';
import type { Interceptor } from '#local/moodle/simulated-moodle.ts';
import type { Kit } from '../kit.ts';

/** The connection stays open for a while and then breaks; what was asked for has, or has not, happened. */
const timeOut =
  (hasHappened: boolean): Interceptor =>
  async (_call, proceed) => {
    if (hasHappened) await proceed();
    await sleep(50);
    return { kind: 'reset' };
  };

/** What can happen to one call. */
const single: Interceptor[] = [
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
  faults.errorcode('dmlwriteexception'),
  faults.errorcode('dmlwriteexception'),
  faults.delay(100),
];

/** What can be wrong with the whole instance for a while. */
const lasting: Interceptor[] = [
  faults.htmlPage(503),
  faults.htmlPage(502),
  faults.connectionReset(),
  faults.answerLost(),
  faults.errorcode('invalidtoken'),
  faults.errorcode('accessexception'),
];

/**
 * Kills in one storm. A message whose worker was killed five times is given up by SQS, as it should be: that is a worker
 * that cannot survive the message, and not what is tried here.
 */
const mostKills = 4;

/**
 * Faults at random: single ones, kills of the functions' processes before and after calls and at moments of their
 * own, and outages of the whole instance. What it does is drawn from the seed; at which call it happens also depends
 * on how the machine schedules the workers.
 */
export class Storm {
  readonly #kit: Kit;
  readonly #random: Random;
  #outage: Interceptor | undefined;
  /** Of a thousand calls, how many meet a fault or a kill. */
  #rate = 0;
  #endStrikes: AbortController | undefined;
  #killsLeft = 0;
  readonly #kills = new Set<Promise<unknown>>();

  constructor(kit: Kit, random: Random) {
    this.#kit = kit;
    this.#random = random;
    kit.expectErrors(/Runtime\.ExitError|The breaker is open/);
    kit.site().moodle.intercept((call, proceed) => this.#around(call, proceed));
  }

  /** Begins: a rate of faults, perhaps with an outage, perhaps with kills at any moment. */
  begin(): void {
    this.#rate = this.#random.pick([20, 60, 150, 300]);
    this.#killsLeft = mostKills;
    this.#outage = this.#random.below(4) === 0 ? this.#random.pick(lasting) : undefined;
    if (this.#random.below(2) === 0) void this.#strike();
  }

  /** The outage is over, single faults go on. */
  endOutage(): void {
    this.#outage = undefined;
  }

  /** Ends everything; resolves when the last killed process is gone. */
  async end(): Promise<void> {
    this.#outage = undefined;
    this.#rate = 0;
    this.#endStrikes?.abort();
    await Promise.all(this.#kills);
  }

  #around: Interceptor = async (call, proceed) => {
    if (this.#outage) return this.#outage(call, proceed);
    if (this.#random.below(1000) >= this.#rate) return proceed();
    const draw = this.#random.below(10);
    if (draw === 0) this.#kill('push-worker');
    if (draw === 1) {
      const answer = await proceed();
      this.#kill('push-worker');
      return answer;
    }
    return draw < 2 ? proceed() : this.#random.pick(single)(call, proceed);
  };

  /** Kills processes every now and then, also between two writes to a table. */
  async #strike(): Promise<void> {
    this.#endStrikes?.abort();
    this.#endStrikes = new AbortController();
    const { signal } = this.#endStrikes;
    for (;;) {
      await sleep(100 + this.#random.below(2000));
      if (signal.aborted) return;
      this.#kill(this.#random.below(4) === 0 ? 'record-stream' : 'push-worker');
    }
  }

  #kill(name: string): void {
    if (this.#killsLeft === 0) return;
    this.#killsLeft -= 1;
    const killing = this.#kit.cloud.killFunction(name).finally(() => this.#kills.delete(killing));
    this.#kills.add(killing);
  }
}
