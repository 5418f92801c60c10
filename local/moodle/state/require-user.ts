import { MoodleException, missingRecord } from '../moodle-exception.ts';
import type { User } from './records.ts';
import type { SiteState } from './site-state.ts';

/** An account that is there; a deleted one is as unknown as one that never was. @throws MoodleException */
export function requireUser(state: SiteState, userid: number): User {
  const user = state.users.get(userid);
  if (!user || user.deleted) throw missingRecord('user');
  return user;
}

/** An account that may be enrolled, or no longer. @throws MoodleException that tells a deleted one from an unknown one */
export function requireActiveUser(state: SiteState, userid: number): User {
  const user = state.users.get(userid);
  if (user?.deleted) throw new MoodleException('userdeleted', 'error/userdeleted');
  return requireUser(state, userid);
}
