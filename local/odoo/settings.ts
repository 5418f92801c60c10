import { needlessRights } from '#shared/operate/check-erp/needed-rights.ts';
import type { Release } from './release.ts';

/** Modules that a school may do without; the core is always there. */
export type OptionalModule =
  | 'openeducat_timetable'
  | 'openeducat_attendance'
  | 'openeducat_exam'
  | 'openeducat_parent';

/** How the simulated Odoo is set up. */
export type OdooSettings = {
  /** Shown on the pages. */
  schoolName: string;
  /** Which Odoo it is, with which OpenEduCat: fields and rules differ between them. */
  release: Release;
  database: string;
  /** The login of the user whose key it is. */
  user: string;
  withoutModules: readonly OptionalModule[];
  /** Fields a school's Odoo lacks, by model. */
  withoutFields: Readonly<Record<string, readonly string[]>>;
  /** Text fields that a school has added, by model: such as one for the completion in Moodle. */
  extraFields: Readonly<Record<string, readonly string[]>>;
  /** The languages that are active, such as `en_US`. */
  languages: readonly string[];
  /** What the user may not do, such as `op.result.line.create`: all that docs/openeducat-setup.md does not give it. */
  denied: readonly string[];
  /** The time zone of the user; OpenEduCat cannot save a lecture where it has none. */
  timeZone: string | undefined;
  /** The user's groups by their external ids, such as `base.group_system`, with those that they imply. */
  groups: readonly string[];
  /** When its key expires, as a datetime of Odoo's; undefined for one that does not. */
  keyExpires: string | undefined;
  /** The department of the user, which programs and subjects get that are saved without one. */
  userDepartmentId: number | undefined;
  /** How long a call takes before it is carried out, in milliseconds. */
  latencyMilliseconds: number;
};

const withoutNeed = needlessRights({ takesParents: true, readsTerms: true }).flatMap(
  ({ model, operations }) => operations.map((operation) => `${model}.${operation}`),
);

/** A whole OpenEduCat of 2025 on Odoo 18. */
export const defaultSettings: OdooSettings = {
  schoolName: 'Simulated OpenEduCat',
  release: '18.0',
  database: 'school',
  user: 'oec-sync',
  withoutModules: [],
  withoutFields: {},
  extraFields: {},
  languages: ['en_US'],
  denied: withoutNeed,
  timeZone: 'UTC',
  groups: ['base.group_user'],
  keyExpires: undefined,
  userDepartmentId: undefined,
  latencyMilliseconds: 0,
};
