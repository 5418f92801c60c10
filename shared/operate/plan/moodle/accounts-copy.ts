import { chunkByVariables } from '#shared/moodle/client/chunk-by-variables.ts';
import type { Warnings } from '#shared/moodle/client/warnings.ts';
import {
  getUsersByField,
  type MoodleUser,
  type NewUser,
  type UserChange,
  type UserField,
} from '#shared/moodle/functions/users.ts';
import { CopiedTable } from './copied-table.ts';
import { Asked, isMadeUp, refuse, type SiteCopy } from './site-copy.ts';

/** An account. `isMailed`: Moodle would mail a password to it. */
export type Account = Omit<MoodleUser, 'middlename'> & {
  /** Undefined where Moodle does not tell. */
  middlename?: string | undefined;
  isMailed?: boolean;
};

/** Fields of an account that a push writes. */
const written = ['idnumber', 'firstname', 'lastname', 'middlename', 'email', 'phone1', 'suspended'] as const;

/** The accounts that a dry run has met. */
export class AccountsCopy {
  readonly table: CopiedTable<Account, UserField>;
  readonly #site: SiteCopy;
  readonly #asked: Record<UserField, Asked<string>> = {
    id: new Asked(),
    idnumber: new Asked(),
    username: new Asked(),
    email: new Asked(),
  };

  constructor(site: SiteCopy) {
    this.#site = site;
    this.table = new CopiedTable<Account, UserField>(({ id }) => id, site.undo, {
      id: ({ id }) => String(id),
      idnumber: ({ idnumber }) => idnumber || undefined,
      username: ({ username }) => username,
      email: ({ email }) => email || undefined,
    });
  }

  /** Reads the accounts with these values that were not asked for before. */
  async load(field: UserField, values: readonly string[]): Promise<void> {
    const isKnown = (id: number) => isMadeUp(id) || this.table.get(id) !== undefined;
    const wanted = values.filter((value) => value !== '' && !(field === 'id' && isKnown(Number(value))));
    const folded = wanted.map((value) => value.toLowerCase());
    await this.#asked[field].ask(folded, async (fresh) => {
      for (const chunk of chunkByVariables(fresh, () => 1))
        this.table.take(await getUsersByField(this.#site.moodle, field, chunk));
    });
  }

  /** `core_user_get_users_by_field` */
  async find(field: UserField, values: readonly string[]): Promise<Account[]> {
    await this.load(field, values);
    const found = new Set(values.flatMap((value) => this.table.find(field, value)));
    return [...found].sort((a, b) => a.id - b.id);
  }

  /** `core_user_create_users` */
  async create(users: readonly NewUser[]): Promise<{ id: number; username: string }[]> {
    await this.load(
      'username',
      users.map(({ username }) => username),
    );
    await this.load(
      'email',
      users.map(({ email }) => email),
    );
    return this.#site.undo.allOrNothing(() => users.map((user) => this.#create(user)));
  }

  /** `core_user_update_users`: applies the good items and warns of the others. */
  async update(changes: readonly UserChange[]): Promise<Warnings> {
    await this.load(
      'id',
      changes.map(({ id }) => String(id)),
    );
    await this.load(
      'email',
      changes.flatMap(({ email }) => email ?? []),
    );
    const warnings = changes.flatMap((change) => {
      const warningcode = this.#refusal(change);
      if (warningcode !== undefined) return [{ item: 'user', itemid: change.id, warningcode, message: '' }];
      this.#update(change);
      return [];
    });
    return { warnings };
  }

  #create(user: NewUser): { id: number; username: string } {
    const isTaken =
      this.table.find('username', user.username).length > 0 ||
      (!this.#site.sharesEmails && this.table.find('email', user.email).length > 0);
    if (isTaken) refuse('core_user_create_users', 'invalidparameter');
    const { username, auth = 'manual', firstname, lastname, email, idnumber = '' } = user;
    const id = this.#site.nextId();
    this.table.put({
      ...{ id, username, auth, firstname, lastname, email, idnumber },
      middlename: user.middlename ?? '',
      phone1: user.phone1 ?? '',
      suspended: false,
      isMailed: user.createpassword === true,
    });
    return { id, username };
  }

  #refusal({ id, email }: UserChange): string | undefined {
    const account = this.table.get(id);
    if (!account) return 'invaliduserid';
    if (account.username === 'guest') return 'usernotupdatedguest';
    if (email === undefined || email === account.email || this.#site.sharesEmails) return undefined;
    const isTaken = this.table.find('email', email).some((other) => other.id !== id);
    return isTaken ? 'useremailduplicate' : undefined;
  }

  #update(change: UserChange): void {
    const given = written.filter((name) => change[name] !== undefined).map((name) => [name, change[name]]);
    this.table.put({ ...this.table.get(change.id)!, ...Object.fromEntries(given) });
  }
}
