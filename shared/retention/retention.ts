import { prefixes } from '#shared/models/services.ts';
import { marksModels } from '#shared/odoo/import/models.ts';
import { expireMappings, expireMemories } from './dead-mappings.ts';
import { expireMarks, StudiesReader } from './marks.ts';
import type { RetentionPorts, RetentionPosition } from './ports.ts';

/** Records or rows looked at in one go. */
const pageSize = 500;

/** Looks at one page behind a place. @returns how many were deleted, and where the next page begins if there is one */
type Step = (after: string | undefined) => Promise<{ removed: number; after?: string | undefined }>;

/**
 * Deletes what is held of people longer than it is needed: records from Moodle whose enrolment was over before a time,
 * mappings of people whose record has been gone for as long, and what hangs on either.
 *
 * @param position where to go on; from the beginning where there is none
 * @param before milliseconds since 1970
 * @param hasTime asked after each page
 * @returns where to go on, when there was no time for all
 */
export async function expire(
  position: RetentionPosition | undefined,
  before: number,
  ports: RetentionPorts,
  hasTime: () => boolean,
): Promise<RetentionPosition | undefined> {
  const steps = new Map(stepsOf(before, ports));
  const names = [...steps.keys()];
  const removed: Record<string, number> = {};
  let place: RetentionPosition | undefined = position ?? { step: names[0]! };
  // An instance may have been removed since.
  if (!steps.has(place.step)) place = undefined;
  while (place) {
    const { step, after } = place;
    const page = await steps.get(step)!(after);
    removed[step] = (removed[step] ?? 0) + page.removed;
    const next = names[names.indexOf(step) + 1];
    if (page.after !== undefined) place = { step, after: page.after };
    else place = next === undefined ? undefined : { step: next };
    if (!hasTime()) break;
  }
  ports.log.info('Expired', { removed, isDone: place === undefined });
  return place;
}

function* stepsOf(before: number, ports: RetentionPorts): Generator<[name: string, step: Step]> {
  const { records, mappings, instances } = ports;
  const studies = new StudiesReader(ports);
  for (const model of marksModels)
    yield [
      model,
      async (after) => {
        const page = await records.page(model, { after, limit: pageSize });
        return { removed: await expireMarks(page.items, before, studies, ports), after: page.after };
      },
    ];
  for (const instance of instances)
    for (const prefix of [prefixes.students, prefixes.faculty, prefixes.parents, 'pull/gradebook/'])
      yield [
        `${instance} ${prefix}`,
        async (after) => {
          const range = { from: prefix, to: `${prefix}~`, after, limit: pageSize };
          const page = await mappings.page(instance, range);
          const expired = prefix.startsWith('oec_')
            ? expireMappings(instance, page.mappings, before, ports)
            : expireMemories(instance, page.mappings, ports);
          return { removed: await expired, after: page.after };
        },
      ];
}
