import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '#local/demo/random.ts';
import type { Kit } from '../kit.ts';
import type { Fault, Target } from './targets.ts';

/**
 * Kills in one storm. A message whose worker was killed five times is given up by SQS, as it should be: that is a worker
 * that cannot survive the message, and not what is tried here.
 */
const mostKills = 4;

/**
 * Faults at random: single ones, kills of the functions' processes before and after calls and at moments of their
 * own, and outages of the whole system that they call. What it does is drawn from the seed; at which call it happens also depends
 * on how the machine schedules the workers.
 */
export class Storm<Call, Answer> {
  readonly #kit: Kit;
  readonly #random: Random;
  readonly #target: Target<Call, Answer>;
  #outage: Fault<Call, Answer> | undefined;
  /** Of a thousand calls, how many meet a fault or a kill. */
  #rate = 0;
  #endStrikes: AbortController | undefined;
  #killsLeft = 0;
  readonly #kills = new Set<Promise<unknown>>();

  constructor(kit: Kit, random: Random, target: Target<Call, Answer>) {
    this.#kit = kit;
    this.#random = random;
    this.#target = target;
    for (const pattern of target.expectedErrors) kit.expectErrors(pattern);
    target.intercept((call, proceed) => this.#around(call, proceed));
  }

  /** Begins: a rate of faults, perhaps with an outage, perhaps with kills at any moment. */
  begin(): void {
    this.#rate = this.#random.pick([20, 60, 150, 300]);
    this.#killsLeft = mostKills;
    this.#outage = this.#random.below(4) === 0 ? this.#random.pick(this.#target.lasting) : undefined;
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

  #around: Fault<Call, Answer> = async (call, proceed) => {
    if (this.#outage) return this.#outage(call, proceed);
    if (this.#random.below(1000) >= this.#rate) return proceed();
    const draw = this.#random.below(10);
    if (draw === 0) this.#kill(this.#target.caller(this.#random));
    if (draw === 1) {
      const answer = await proceed();
      this.#kill(this.#target.caller(this.#random));
      return answer;
    }
    return draw < 2 ? proceed() : this.#random.pick(this.#target.single)(call, proceed);
  };

  /** Kills processes every now and then, also between two writes to a table. */
  async #strike(): Promise<void> {
    this.#endStrikes?.abort();
    this.#endStrikes = new AbortController();
    const { signal } = this.#endStrikes;
    for (;;) {
      await sleep(100 + this.#random.below(2000));
      if (signal.aborted) return;
      this.#kill(this.#random.below(4) === 0 ? this.#target.feeder : this.#target.caller(this.#random));
    }
  }

  #kill(name: string): void {
    if (this.#killsLeft === 0) return;
    this.#killsLeft -= 1;
    const killing = this.#kit.cloud.killFunction(name).finally(() => this.#kills.delete(killing));
    this.#kills.add(killing);
  }
}
