import type { Deployment } from '#cli/connection/deployment.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { findTwins } from '#shared/moodle/twins/find-twins.ts';
import { twinsConflict } from '#shared/moodle/twins/twins.ts';
import { ok, type Said, warning } from './check.ts';

/** Whether every category, course and group of ours is in a Moodle once; a call for each category and course. */
export async function checkTwins(
  client: MoodleCaller,
  mappings: Deployment['mappings'],
  instance: string,
): Promise<Said[]> {
  const found = await findTwins(client);
  if (found.length === 0) return [ok('Every category, course and group of the link is there once.')];
  const rows = await mappings.getMany(
    instance,
    found.map(({ idnumber }) => idnumber),
  );
  return found.map((twins) => {
    const { reason, advice } = twinsConflict(twins, rows.get(twins.idnumber)?.moodle_id);
    return warning(reason, advice);
  });
}
