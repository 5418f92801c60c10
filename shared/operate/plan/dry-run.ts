import { type PushedModel, sweptModels } from '#shared/models/models.ts';
import type { LinkReader, RecordReader } from '#shared/models/records.ts';
import { type ServiceName, servicesOver } from '#shared/models/services.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { failureOf } from '#shared/moodle/failures.ts';
import { type Instance, takesService } from '#shared/moodle/instance/instance.ts';
import type { MappingTable } from '#shared/moodle/mappings/mapping.ts';
import type { Outcome, RecordKey } from '#shared/moodle/push/entity.ts';
import { moodleTarget, type PushWorkPorts } from '#shared/moodle/push/moodle-target.ts';
import type { ServiceRegistry } from '#shared/moodle/push/push-service.ts';
import { pushNaming, type WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { ModelSweep } from '#shared/moodle/sweep/sweep-model.ts';
import { startOf } from '#shared/moodle/sweep/sweep-part.ts';
import type { ModelSweepPorts } from '#shared/moodle/sweep/sweep-ports.ts';
import type { KeptRecords } from '#shared/moodle/sweep/sweep-records.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { sharedBrake } from '#shared/sync/limits/brake.ts';
import type { Log } from '#shared/sync/ports.ts';
import { unitsOf } from '#shared/sync/units/unit.ts';
import { retryTiers } from '#shared/sync/units/waits.ts';
import { work } from '#shared/sync/units/work.ts';
import { CopiedBrakes } from './copied-brakes.ts';
import { DryRunMappings } from './dry-run-mappings.ts';
import type { DryRunMoodle, DryRunSite } from './dry-run-moodle.ts';
import { UnitQueue } from './unit-queue.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What a dry run of one instance reads from; it writes nowhere. */
export interface DryRunPorts {
  moodle: MoodleCaller;
  /** What stands in for it. */
  standIn: (site: DryRunSite) => DryRunMoodle;
  /** As they were when it began, for all its instances. */
  records: KeptRecords;
  /** Where a dry run of a few records reads them, one by one: `records` reads whole models. */
  near?: { records: RecordReader; links: LinkReader };
  mappings: MappingTable;
  brakes: ConstructorParameters<typeof CopiedBrakes>[0];
  services: ServiceRegistry;
  /** Milliseconds since 1970. */
  now: number;
  /** Told how many records have been worked off, of how many that differ as far as is known. */
  onProgress?: (done: number, total: number) => void;
}

/** What came of one entity, over all units that concerned it. */
export interface EntityResult {
  idnumber: string;
  service: ServiceName;
  source: RecordKey;
  /** What would be done in Moodle. */
  change?: 'created' | 'adopted' | 'updated';
}

/** Moodle did not answer, or refused the link as such, so that what a push would do could not be found out. */
export class MoodleAwayError extends Error {
  override name = 'MoodleAwayError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
/** Records looked at in one go, as the sweeps do. */
const pageSize = 500;

/**
 * Does all that a push of one instance would do, by the same code, on a copy: the sweeps compare records and mappings,
 * and what differs is worked off until nothing changes any more, as the workers would.
 */
export class DryRun {
  readonly instance: Instance;
  readonly moodle: DryRunMoodle;
  readonly mappings: DryRunMappings;
  readonly brakes: CopiedBrakes;
  readonly results = new Map<string, EntityResult>();
  readonly #ports: DryRunPorts;
  readonly #clock: VirtualClock;
  readonly #queue = new UnitQueue();
  #done = 0;
  /** What had changed before the unit that is worked off. */
  #changesBefore = 0;

  constructor(instance: Instance, ports: DryRunPorts) {
    this.instance = instance;
    this.#ports = ports;
    this.#clock = new VirtualClock(ports.now);
    this.mappings = new DryRunMappings(ports.mappings);
    this.brakes = new CopiedBrakes(ports.brakes);
    const teacherRoles = Object.fromEntries(
      Object.values(instance.teacher_roles).map((roleid) => [`role ${roleid}`, roleid]),
    );
    this.moodle = ports.standIn({
      moodle: ports.moodle,
      courseOfGroup: (groupid) => this.mappings.courseOfGroup(instance.id, groupid),
      sharesEmails: instance.shared_emails === 'allowed',
      auth: instance.new_accounts.auth,
      roles: { ...instance.role_ids, ...teacherRoles },
    });
  }

  /**
   * Sweeps these services and works off what differs, with the retries that are waiting.
   *
   * @throws MoodleAwayError
   */
  async push(services: readonly ServiceName[]): Promise<void> {
    await this.askMoodle();
    await this.#queueFailed(services);
    const { records } = this.#ports;
    for (const inSweep of Object.values<readonly PushedModel[]>(sweptModels)) {
      for (const model of inSweep) {
        const own = servicesOver(model)
          .filter((name) => services.includes(name) && takesService(this.instance, name))
          .map((name) => this.#ports.services.byName(name));
        const sweep = new ModelSweep(this.instance, own, records, this.#sweepPorts(), startOf(model));
        if (own.length > 0) await sweep.run(() => true);
      }
      await this.#workOff(false);
    }
    await this.#workOff(true);
  }

  /** Works off units, whatever the mappings say. @throws MoodleAwayError */
  async pushUnits(units: readonly WorkUnit[]): Promise<void> {
    this.#add(units, 0);
    await this.#workOff(true);
  }

  /** @throws MoodleAwayError where the Moodle does not answer or refuses the token */
  async askMoodle(): Promise<void> {
    await this.moodle.held.site().catch((error: unknown) => {
      throw new MoodleAwayError(failureOf(error));
    });
  }

  /** What has failed is tried again by itself: the retries that wait for their time. */
  async #queueFailed(services: readonly ServiceName[]): Promise<void> {
    const failed = await this.mappings.listAttention(this.instance.id, 'failed');
    const own = failed.filter(({ service }) => services.includes(service));
    const [delaySeconds] = retryTiers;
    // Tried whatever happens: what has kept them away may be over.
    this.#queue.add(unitsOf(pushNaming(this.instance.id), own), {
      now: this.#clock.now(),
      delaySeconds,
      changes: -1,
    });
  }

  async #workOff(withPutOff: boolean): Promise<void> {
    for (;;) {
      const next = this.#queue.next(withPutOff, this.#changes);
      if (!next) return;
      this.#clock.advanceTo(next.at);
      this.#changesBefore = this.#changes;
      const ports = this.#workPorts();
      const delivery = { id: 'dry-run', isRedelivered: false };
      const record = await work(next.unit, moodleTarget(this.instance, this.moodle, ports), ports, delivery);
      for (const outcome of record?.outcomes.values() ?? []) this.#note(outcome);
      this.#done += next.unit.ids.length;
      this.#ports.onProgress?.(this.#done, this.#done + this.#queue.records);
    }
  }

  #note(outcome: Outcome): void {
    if (outcome.result === 'nothing') return;
    const { idnumber, service, source, result } = outcome;
    const known = this.results.get(idnumber) ?? { idnumber, service, source };
    if (result === 'created' || result === 'adopted') known.change = result;
    else if (result === 'updated') known.change ??= result;
    this.results.set(idnumber, known);
  }

  get #changes(): number {
    return this.moodle.writes + this.mappings.moves;
  }

  #add(units: readonly WorkUnit[], delaySeconds: number): void {
    this.#queue.add(units, { now: this.#clock.now(), delaySeconds, changes: this.#changesBefore });
  }

  /** What sweeps and workers have in common. */
  #commonPorts() {
    const { records, services } = this.#ports;
    const brake = sharedBrake(this.brakes, this.#clock, silent);
    return { records, services, mappings: this.mappings, brake, clock: this.#clock, log: silent };
  }

  #sweepPorts(): ModelSweepPorts {
    const { records } = this.#ports;
    return {
      ...this.#commonPorts(),
      pageSize,
      // A sweep puts lost links back, and the records tell what they refer to.
      links: {
        sources: (...asked) => records.sources(...asked),
        missing: async () => [],
        write: async () => {},
      },
      instances: this.brakes,
      queue: { send: async (units, delaySeconds = 0) => this.#add(units, delaySeconds) },
    };
  }

  #workPorts(): PushWorkPorts {
    return {
      ...this.#commonPorts(),
      links: this.#ports.records,
      ...this.#ports.near,
      breaker: {
        admit: async () => ({ kind: 'call' }),
        failed: async (_instance, failure) => {
          throw new MoodleAwayError(failure);
        },
        answered: async () => false,
        isOpen: async () => false,
      },
      bulkhead: { enter: async () => true, keep: async () => 'full', leave: async () => {} },
      // Every instance is there: nothing waits for one.
      parking: { park: async () => {}, oldest: async () => [], remove: async () => {} },
      wakes: { wake: async () => {} },
      later: { send: async (units, delaySeconds) => this.#add(units, delaySeconds) },
      permanentFailures: { send: async () => {} },
    };
  }
}
