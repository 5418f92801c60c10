import { type ServiceName, serviceNames } from '#shared/engine/entity.ts';
import type { Mapping } from '#shared/engine/mapping.ts';
import { type FailureGroup, type InstanceReport, type ServiceCounts, states } from './report.ts';

/** Idnumbers shown for each reason: enough to look one up. */
const shownIdnumbers = 5;

/** What is said of entities that the brake holds: they have no failure. */
const heldByBrake = {
  class: 'held',
  code: 'brake',
  advice: 'See what would be suspended, hidden or unenrolled, and release the brake if it is meant.',
} as const;

/** What mappings stood for before this product told reasons. */
const unknownReason = { class: 'refused', code: 'unknown', advice: 'It is tried again by itself.' } as const;

type Counts = Pick<InstanceReport, 'records' | 'failures' | 'changed_last_day'>;

/** Counts the mappings of an instance, one after another, so that there may be any number of them. */
export class MappingCounter {
  readonly #services = new Map<ServiceName, ServiceCounts>();
  readonly #failures = new Map<string, FailureGroup>();
  readonly #changed = new Map<ServiceName, number>();
  readonly #since: string;
  #total = 0;

  /** @param since ISO 8601 in UTC: changes from then on are those of the last day */
  constructor(since: string) {
    this.#since = since;
  }

  /** How many were counted. */
  get total(): number {
    return this.#total;
  }

  add(mapping: Mapping): void {
    this.#total += 1;
    const counts = this.#services.get(mapping.service) ?? noCounts(mapping.service);
    this.#services.set(mapping.service, counts);
    counts.states[mapping.status] += 1;
    counts.total += 1;
    if ((mapping.last_synced_at ?? '') >= this.#since) {
      this.#changed.set(mapping.service, (this.#changed.get(mapping.service) ?? 0) + 1);
    }
    if (mapping.status !== 'synced') this.#addFailure(mapping);
  }

  /** Services in their order, reasons with the most entities first. */
  counts(): Counts {
    const inOrder = serviceNames.flatMap((service) => this.#services.get(service) ?? []);
    return {
      records: inOrder,
      failures: [...this.#failures.values()].toSorted((a, b) => b.count - a.count || compare(a.code, b.code)),
      changed_last_day: serviceNames.flatMap((service) => {
        const count = this.#changed.get(service);
        return count === undefined ? [] : { service, count };
      }),
    };
  }

  #addFailure({ status, failure, idnumber }: Mapping): void {
    const {
      class: failureClass,
      code,
      advice,
    } = status === 'held' ? heldByBrake : (failure ?? unknownReason);
    const key = `${failureClass} ${code}`;
    const group = this.#failures.get(key) ?? { class: failureClass, code, count: 0, advice, idnumbers: [] };
    this.#failures.set(key, group);
    group.count += 1;
    if (group.idnumbers.length < shownIdnumbers) group.idnumbers.push(idnumber);
  }
}

function noCounts(service: ServiceName): ServiceCounts {
  const none = Object.fromEntries(states.map((state) => [state, 0]));
  return { service, states: none as ServiceCounts['states'], total: 0 };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
