import * as z from 'zod';
import type { MoodleCaller } from '../caller.ts';
import { plainName } from '../plain-name.ts';

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
});
export type CourseModule = z.infer<typeof moduleSchema>;

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
