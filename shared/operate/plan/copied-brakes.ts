import type { ServiceName } from '#shared/models/services.ts';
import type { BrakeState, BrakeStore } from '#shared/sync/limits/brake.ts';

/** The brakes of one instance in a dry run: read once, then kept in memory. */
export class CopiedBrakes implements BrakeStore {
  readonly #table: Pick<BrakeStore, 'getBrake'>;
  readonly #states = new Map<ServiceName, BrakeState>();
  readonly #before = new Map<ServiceName, BrakeState>();

  constructor(table: Pick<BrakeStore, 'getBrake'>) {
    this.#table = table;
  }

  async getBrake(instance: string, service: ServiceName): Promise<BrakeState> {
    const known = this.#states.get(service);
    if (known) return known;
    const state = await this.#table.getBrake(instance, service);
    this.#states.set(service, state);
    this.#before.set(service, state);
    return state;
  }

  async saveBrake(_instance: string, service: ServiceName, state: BrakeState): Promise<boolean> {
    this.#states.set(service, state);
    return true;
  }

  async addHolds(instance: string, service: ServiceName, change: number): Promise<void> {
    const state = await this.getBrake(instance, service);
    this.#states.set(service, { ...state, holds: state.holds + change });
  }

  async setHolds(instance: string, service: ServiceName, holds: number): Promise<void> {
    const state = await this.getBrake(instance, service);
    this.#states.set(service, { ...state, holds });
  }

  /** The brakes that were asked, before and after the dry run. */
  *states(): Iterable<{ service: ServiceName; before: BrakeState; after: BrakeState }> {
    for (const [service, before] of this.#before)
      yield { service, before, after: this.#states.get(service) ?? before };
  }
}
