import type { FunctionName, Received } from '#shared/moodle/functions/parameters.ts';
import type { MoodleSettings } from '../settings.ts';
import type { SiteState } from '../state/site-state.ts';

/** What a function works with besides its arguments. */
export type CallContext = {
  state: SiteState;
  settings: MoodleSettings;
  /** The user behind the token. */
  callerId: number;
  siteUrl: string;
  /** Names of the functions in the external service. */
  offeredFunctions: readonly string[];
};

/** One web service function; parameters.json says what it is called with. */
export type WebServiceFunction<Arguments> = {
  /** Without it the token's user is refused with `nopermissions`. */
  readonly capability?: string;
  /** The call is one transaction: whatever it throws, nothing of it has happened. */
  readonly run: (args: Arguments, context: CallContext) => unknown;
  /**
   * Whether other calls are answered between what it looks at and the moment when all see what it has written. Moodle
   * guards most keys by a look alone, so two calls that find one free at the same time both store it. Only for
   * functions that add rows.
   */
  readonly commitsLater?: boolean;
  /** The rows the transaction locks, in the order in which it locks them, where that can deadlock. */
  readonly locks?: (args: Arguments) => string[];
};

/** The functions by the name that a site of today has for them. */
export type WebServiceFunctions = { readonly [Name in FunctionName]: WebServiceFunction<Received<Name>> };
