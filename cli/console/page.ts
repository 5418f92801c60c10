import type { TextKey } from './texts/catalogue.ts';
import type { Done, Shown, Visit } from './visit.ts';

/** Routes of a page, by the paths under which they answer. */
export interface Page {
  /** Where it begins, and the beginning of all its paths. */
  path: string;
  title: TextKey;
  /** What is shown, by path. */
  views: Readonly<Record<string, (visit: Visit) => Promise<Shown>>>;
  /** What is changed by a form that is sent to a path. Refused where nothing may be changed. */
  changes?: Readonly<Record<string, (visit: Visit) => Promise<Done>>>;
  /** Work that only reads, begun by a form; answers the path where it is shown. */
  begins?: Readonly<Record<string, (visit: Visit) => Promise<string>>>;
  /** Files, by path. */
  downloads?: Readonly<Record<string, (visit: Visit) => Promise<Download>>>;
}

export interface Download {
  name: string;
  type: string;
  text: string;
}
