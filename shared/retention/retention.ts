import { prefixes } from '#shared/models/services.ts';
import { marksModels } from '#shared/odoo/import/models.ts';
import { expireMappings, expireMemories } from './dead-mappings.ts';
import { expireMarks, StudiesReader } from './marks.ts';
import type { RetentionPorts } from './ports.ts';
import type { RetentionPosition } from './retention-task.ts';

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
  const steps = [...stepsOf(before, ports)];
  const removed: Record<string, number> = {};
  const begin = position ? steps.findIndex(([name]) => name === position.step) : 0;
  // An instance may have been removed since.
  for (const [name, step] of begin < 0 ? [] : steps.slice(begin)) {
    let after = name === position?.step ? position.after : undefined;
    do {
      const page = await step(after);
      removed[name] = (removed[name] ?? 0) + page.removed;
      after = page.after;
      if (!hasTime()) {
        const next = steps[steps.findIndex(([other]) => other === name) + 1]?.[0];
        const rest =
          after !== undefined ? { step: name, after } : next === undefined ? undefined : { step: next };
        ports.log.info('Expired', { removed, isDone: rest === undefined });
        return rest;
      }
    } while (after !== undefined);
  }
  ports.log.info('Expired', { removed, isDone: true });
  return undefined;
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
    for (const prefix of [prefixes.students, prefixes.faculty, 'pull/gradebook/'])
      yield [
        `${instance} ${prefix}`,
        async (after) => {
          const range = { from: prefix, to: `${prefix}~`, after, limit: pageSize };
          const page = await mappings.page(instance, range);
          const removed = prefix.startsWith('oec_')
            ? await expireMappings(instance, page.mappings, before, ports)
            : await expireMemories(
                instance,
                page.mappings.map(({ idnumber }) => idnumber),
                ports,
              );
          return { removed, after: page.after };
        },
      ];
}
