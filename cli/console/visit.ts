import type { CommandContext } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import type { Html } from '#shared/http/html.ts';
import type { Job } from './jobs.ts';
import type { Say } from './texts/catalogue.ts';
import type { Language } from './texts/texts.ts';

/** What a browser has sent by a form or in an address, each name with all its values. */
export type Fields = Readonly<Record<string, string | string[] | undefined>>;

/** A request of the person at the browser, and what its page needs. */
export interface Visit {
  /** A text of the catalogue in the person's language. */
  say: Say;
  language: Language;
  /** Whether nothing may be changed. */
  isReadOnly: boolean;
  path: string;
  query: Fields;
  /** What a form has sent; empty otherwise. */
  form: Fields;
  /** Files that it has sent, by the names of their fields. */
  files: Readonly<Record<string, Uint8Array>>;
  /** The parts of the path that its route names. */
  params: Readonly<Record<string, string>>;
  deployment(): Promise<Deployment>;
  /** To run commands with. What they would have confirmed on a terminal is confirmed on a page of its own. */
  context: CommandContext;
  /** Begins work that takes longer than a page may, and answers its id; `job` finds it again. See Jobs. */
  begin(work: () => Promise<unknown>, name?: string): string;
  job(id: string): Job | undefined;
}

/** What a page shows. */
export interface Shown {
  title: string;
  body: Html;
  /** After so many seconds the page is fetched anew. */
  refreshSeconds?: number | undefined;
}

/** What came of a change: what is said about it on the page that comes next. */
export interface Done {
  said?: string | undefined;
  /** The page's path. */
  to: string;
}

/** The first value under a name; empty where there is none. */
export function field(fields: Fields, name: string): string {
  return fieldsOf(fields, name)[0] ?? '';
}

/** All values under a name. */
export function fieldsOf(fields: Fields, name: string): string[] {
  const value = fields[name];
  return value === undefined ? [] : [value].flat();
}
