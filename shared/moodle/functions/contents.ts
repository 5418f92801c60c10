import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { plainName } from '#shared/moodle/client/schemas.ts';

const moduleSchema = z.object({
  /** The `cmid` of other answers. */
  id: z.number(),
  /** Such as `quiz`. */
  modname: z.string(),
  /** The id that the activity's own functions ask for; labels may have none. */
  instance: z.number().optional(),
  name: plainName,
  /** 1 shown, 0 hidden. */
  visible: z.number().default(1),
  dates: z
    .array(z.object({ dataid: z.string().optional(), timestamp: z.number() }))
    .default([])
    .transform(opensAndCloses),
});
export type CourseModule = z.infer<typeof moduleSchema>;

/** What Moodle calls the times from which on, and until when, something can be done in an activity. */
const openings = new Set(['timeopen', 'allowsubmissionsfromdate']);
const closings = new Set(['timeclose', 'duedate']);

/** Seconds since 1970; 0 for none, as Moodle has it. */
function opensAndCloses(dates: { dataid?: string | undefined; timestamp: number }[]) {
  const timeOf = (names: Set<string>) => dates.find(({ dataid = '' }) => names.has(dataid))?.timestamp ?? 0;
  return { opens: timeOf(openings), closes: timeOf(closings) };
}

const contentsSchema = z.array(z.object({ modules: z.array(moduleSchema) }));

/**
 * `core_course_get_contents`: the activities of a course in the order of its page, without their files.
 *
 * @param options.modname only activities of this kind, such as `attendance`
 */
export async function getCourseModules(
  client: MoodleCaller,
  courseid: number,
  { modname }: { modname?: string } = {},
): Promise<CourseModule[]> {
  const options = [
    { name: 'excludecontents', value: 1 },
    ...(modname === undefined ? [] : [{ name: 'modname', value: modname }]),
  ];
  const sections = await client.call('core_course_get_contents', { courseid, options }, contentsSchema);
  return sections.flatMap(({ modules }) => modules);
}
