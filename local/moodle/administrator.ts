import { deleteAccount } from './state/delete-account.ts';
import type { SiteState } from './state/site-state.ts';

/** What an administrator does on Moodle's own pages and no web service of the sync can do. */
export class Administrator {
  readonly #state: SiteState;

  constructor(state: SiteState) {
    this.#state = state;
  }

  deleteAccount(userid: number): void {
    deleteAccount(this.#state, userid);
  }
}
