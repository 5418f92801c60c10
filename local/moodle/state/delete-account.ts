import { createHash } from 'node:crypto';
import { nowInSeconds } from '../now-in-seconds.ts';
import type { SiteState } from './site-state.ts';

/**
 * Deletes an account as Moodle does (lib/moodlelib.php, delete_user): its places in courses and groups go, and the row
 * stays without what anybody could find it by.
 */
export function deleteAccount(state: SiteState, userid: number): void {
  const { username, email } = state.users.get(userid)!;
  for (const membership of state.memberships.find('user', userid)) state.memberships.delete(membership.id);
  for (const place of state.enrolments.find('user', userid)) state.enrolments.delete(place.id);
  state.users.update(userid, {
    deleted: true,
    username: `${email}.${nowInSeconds()}`.toLowerCase(),
    email: createHash('md5').update(username).digest('hex'),
    idnumber: '',
    timemodified: nowInSeconds(),
  });
}
