import type { User } from '#local/moodle/state/records.ts';
import type { SiteState } from '#local/moodle/state/site-state.ts';
import { requireRow, SiteVisitor } from '#local/moodle/teacher/site-visitor.ts';
import { deleteAccount } from './deleting.ts';

/** What an administrator does on Moodle's own pages and no web service of the sync can do. */
export class Administrator extends SiteVisitor {
  /** Sets what an administrator may set of an account. */
  changeAccount(userid: number, changes: Partial<Omit<User, 'id'>>): void {
    this.state.users.update(userid, changes);
  }

  /** An account with all that no function tells of it. */
  account(userid: number): User {
    return requireRow(this.state.users, userid, 'account');
  }

  /** Deletes a category; what is in it is moved to another one, as Moodle offers. */
  deleteCategory(categoryid: number, newParent: number): void {
    for (const { id } of this.state.courses.find('category', categoryid))
      this.state.courses.update(id, { categoryid: newParent });
    for (const { id } of this.state.categories.find('parent', categoryid))
      this.state.categories.update(id, { parent: newParent });
    this.state.categories.delete(categoryid);
  }

  deleteAccount(userid: number): void {
    deleteAccount(this.state, userid);
  }
}

export function administratorOf({ siteState }: { siteState: SiteState }): Administrator {
  return new Administrator(siteState);
}
