import * as z from 'zod';
import { MoodleClient } from '#shared/moodle/client.ts';
import type { Peer } from './peer.ts';

const { MOODLE_URL, MOODLE_ADMIN_TOKEN } = process.env;

/** What only an administrator does, to the Moodle that a suite speaks to. */
export interface Administrator {
  deleteAccount(userid: number): Promise<void>;
}

/**
 * The administrator of the simulated Moodle, or of a live one where MOODLE_ADMIN_TOKEN is set: a token of a service that
 * has core_user_delete_users.
 */
export function administrator(peer: Peer): Administrator {
  if (peer.simulated) {
    const { administrator: local } = peer.simulated;
    return { deleteAccount: async (userid) => local.deleteAccount(userid) };
  }
  const client = new MoodleClient({ baseUrl: peer.url, token: MOODLE_ADMIN_TOKEN ?? '' });
  return {
    deleteAccount: async (userid) => {
      await client.call('core_user_delete_users', { userids: [userid] }, z.null());
    },
  };
}

/** Whether there is one. */
administrator.isThere = MOODLE_URL === undefined || MOODLE_ADMIN_TOKEN !== undefined;
