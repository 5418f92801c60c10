import { unenrol } from '#local/moodle/state/unenrol.ts';
import { SiteVisitor } from '#local/moodle/teacher/site-visitor.ts';

/** Who is in a course, and as what: the page Participants, and the page Groups. */
export class People extends SiteVisitor {
  unenrol(courseid: number, userid: number): void {
    unenrol(this.state, courseid, userid);
  }

  suspend(courseid: number, userid: number): void {
    this.#change(courseid, userid, { suspended: true });
  }

  resume(courseid: number, userid: number): void {
    this.#change(courseid, userid, { suspended: false });
  }

  /** Gives a participant this role instead of those so far. */
  changeRole(courseid: number, userid: number, roleid: number): void {
    this.#change(courseid, userid, { roleids: [roleid] });
  }

  leaveGroup(groupid: number, userid: number): void {
    const membership = this.state.membership(groupid, userid);
    if (!membership) throw new Error(`user ${userid} is not in group ${groupid}`);
    this.state.memberships.delete(membership.id);
  }

  deleteGroup(groupid: number): void {
    this.state.memberships.deleteAll('group', groupid);
    this.state.groups.delete(groupid);
  }

  #change(
    courseid: number,
    userid: number,
    changes: { suspended?: boolean; roleids?: readonly number[] },
  ): void {
    const place = this.state.enrolment(courseid, userid);
    if (!place) throw new Error(`user ${userid} is not in course ${courseid}`);
    this.state.enrolments.update(place.id, changes);
  }
}
