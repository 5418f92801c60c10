import * as z from 'zod';
import { type ServiceName, serviceNames, servicesOfKind } from '#shared/models/services.ts';
import { type Instance, takesService } from '#shared/moodle/instance/instance.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import { brakeLimit } from '#shared/sync/limits/brake.ts';
import { CourseComparison } from './courses.ts';
import { EntityComparison } from './entities.ts';
import { actionOn, type Difference, type Finding, isLost } from './finding.ts';
import { type DriftPorts, type Found, type Look, settle } from './repair.ts';

/** The steps of a comparison: those of the services, then who is in the courses, their groups and the cohorts. */
const steps = [...servicesOfKind('category', 'course', 'cohort', 'account'), 'places' as const];

/** Where the comparison of an instance goes on. */
export const driftPositionSchema = z.object({
  step: z.enum(steps),
  /** The idnumber to go on after. */
  after: z.string().optional(),
  /** How much was found lost so far. */
  lost: z.partialRecord(z.enum(serviceNames), z.number()).default({}),
  /** How much was found so far. */
  found: z.number().default(0),
});
export type DriftPosition = z.infer<typeof driftPositionSchema>;

/** A message of DriftQueue: the comparisons of all instances whose hour it is, of one, or the rest of one. */
export const driftTaskSchema = z.object({
  instance: z.string().optional(),
  position: driftPositionSchema.optional(),
});
export type DriftTask = z.infer<typeof driftTaskSchema>;

/**
 * The hour of the day (0 to 23, UTC) in which an instance is compared: by its name, so that several Moodles of one
 * server are not read all at once.
 */
export function hourOfInstance(id: string): number {
  return Number.parseInt(payloadHash({ id }).slice(0, 8), 16) % 24;
}

/** What a comparison, or a part of it, has found. */
export interface Drift {
  findings: Finding[];
  /** Where to go on, when there was no time for the rest. */
  rest?: DriftPosition;
}

/**
 * Compares what a Moodle holds with what the mappings say: one call for all categories, one for the courses of each
 * program (and for those that somebody has moved elsewhere), one for hundreds of accounts, one for the people and one
 * for the groups of each course. What differs is noted on the mapping. To repair it, the mapping is made doubtful, so
 * that the ordinary push brings it in order.
 *
 * @param position where an earlier part has stopped; the beginning unless given
 * @param repairs whether what was lost is pushed again, unless it is unusually much, and what was changed where the
 *   instance says so; else it is only noted
 * @param hasTime asked before each further call; there is time unless it is given
 * @throws the client's errors
 */
export async function compareWithMoodle(
  instance: Instance,
  position: DriftPosition | undefined,
  ports: DriftPorts,
  { repairs, hasTime = () => true }: { repairs: boolean; hasTime?: () => boolean },
): Promise<Drift> {
  const run = new Comparison(instance, position ?? { step: steps[0]!, lost: {}, found: 0 }, ports, repairs);
  return run.run(hasTime);
}

class Comparison {
  readonly #instance: Instance;
  readonly #position: DriftPosition;
  readonly #ports: DriftPorts;
  readonly #repairs: boolean;

  constructor(instance: Instance, position: DriftPosition, ports: DriftPorts, repairs: boolean) {
    this.#instance = instance;
    this.#position = structuredClone(position);
    this.#ports = ports;
    this.#repairs = repairs;
  }

  async run(hasTime: () => boolean): Promise<Drift> {
    const courses = new CourseComparison(this.#instance, this.#ports);
    const looks: Look[] = [];
    const isDone = await this.#look(courses, looks, hasTime);
    const entities = new Map(looks.flatMap((look) => [...look.rows]));
    const differences = looks.flatMap((look) => look.differences);
    const ofPeople = differences.filter(({ idnumber }) => !entities.has(idnumber));
    const people = await courses.people(ofPeople.map(({ idnumber }) => idnumber));
    const rows = new Map([...entities, ...people]);
    const missing = new Set(
      differences.flatMap(({ kind, idnumber }) => (kind === 'missing' ? [idnumber] : [])),
    );
    // What was lost with something comes back with it.
    const isCause = ({ kind, idnumber, in_erp }: Difference) =>
      kind === 'missing' || !(missing.has(idnumber.split('@')[0]!) || missing.has(String(in_erp)));
    const findings = await this.#decide(
      differences.filter((difference) => rows.has(difference.idnumber) && isCause(difference)),
      rows,
    );
    this.#position.found += findings.length;
    const isLeft: Found['isLeft'] = (row, note) => people.has(row.idnumber) && courses.isLeft(row, note);
    await settle(this.#instance, { rows, findings, isLeft }, this.#ports, this.#repairs);
    return { findings, ...(!isDone && { rest: this.#position }) };
  }

  /** @returns whether all was looked at before time ran out */
  async #look(courses: CourseComparison, looks: Look[], hasTime: () => boolean): Promise<boolean> {
    const position = this.#position;
    const entities = new EntityComparison(this.#instance, this.#ports);
    for (const step of steps.slice(steps.indexOf(position.step))) {
      if (step !== position.step) Object.assign(position, { step, after: undefined });
      if (step !== 'places' && !takesService(this.#instance, step)) continue;
      const ofStep = step === 'places' ? courses.looks(position.after) : entities.looks(step, position.after);
      for await (const look of ofStep) {
        looks.push(look);
        position.after = look.after;
        if (!hasTime()) return false;
      }
    }
    return true;
  }

  /** A Moodle that seems to have lost unusually much may be a restored one, or its token sees less than before. */
  async #decide(differences: readonly Difference[], rows: ReadonlyMap<string, Mapping>): Promise<Finding[]> {
    const serviceOf = ({ idnumber }: Difference) => rows.get(idnumber)!.service;
    const { lost } = this.#position;
    for (const difference of differences.filter(isLost)) {
      const service = serviceOf(difference);
      lost[service] = (lost[service] ?? 0) + 1;
    }
    const tooMuch = new Set<ServiceName>();
    for (const [service, count] of Object.entries(lost) as [ServiceName, number][]) {
      const limit = brakeLimit(this.#instance.brake, await this.#ports.holdsOf(service));
      if (count > limit) tooMuch.add(service);
    }
    return differences.map((difference) => {
      const isHeld = isLost(difference) && tooMuch.has(serviceOf(difference));
      return { ...difference, action: isHeld ? 'hold' : actionOn(this.#instance, difference) };
    });
  }
}
