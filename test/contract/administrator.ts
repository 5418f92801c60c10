import * as z from 'zod';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import type { Peer } from './peer.ts';

const { MOODLE_URL, MOODLE_ADMIN_TOKEN } = process.env;

/** What only an administrator does, to the Moodle that a suite speaks to. */
export interface Administrator {
  deleteAccount(userid: number): Promise<void>;
  deleteCourse(courseid: number): Promise<void>;
  deleteGroup(groupid: number): Promise<void>;
  /** What is in it is moved to the other one. */
  deleteCategory(categoryid: number, newParent: number): Promise<void>;
}

/**
 * The administrator of the simulated Moodle, or of a live one where MOODLE_ADMIN_TOKEN is set: a token of a service that
 * has the functions below.
 */
export function administrator(peer: Peer): Administrator {
  if (peer.simulated) {
    const local = administratorOf(peer.simulated);
    const teacher = teacherOf(peer.simulated);
    return {
      deleteAccount: async (userid) => local.deleteAccount(userid),
      deleteCourse: async (courseid) => teacher.deleteCourse(courseid),
      deleteGroup: async (groupid) => teacher.people.deleteGroup(groupid),
      deleteCategory: async (categoryid, newParent) => local.deleteCategory(categoryid, newParent),
    };
  }
  const client = new MoodleClient({ baseUrl: peer.url, token: MOODLE_ADMIN_TOKEN ?? '' });
  return {
    deleteAccount: async (userid) => {
      await client.call('core_user_delete_users', { userids: [userid] }, z.null());
    },
    deleteCourse: async (courseid) => {
      await client.call('core_course_delete_courses', { courseids: [courseid] }, z.unknown());
    },
    deleteGroup: async (groupid) => {
      await client.call('core_group_delete_groups', { groupids: [groupid] }, z.null());
    },
    deleteCategory: async (id, newparent) => {
      const categories = [{ id, newparent, recursive: 0 }];
      await client.call('core_course_delete_categories', { categories }, z.null());
    },
  };
}

/** Whether there is one. */
administrator.isThere = MOODLE_URL === undefined || MOODLE_ADMIN_TOKEN !== undefined;
