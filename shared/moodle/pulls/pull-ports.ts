/** The models whose records a pull makes. The ERP's own records have other ids: those are numbers. */
export const pulledModels = [
  'op.result.line',
  'op.exam.session',
  'op.exam',
  'op.exam.attendees',
  'op.attendance.register',
  'op.attendance.sheet',
  'op.attendance.line',
] as const;
export type PulledModel = (typeof pulledModels)[number];

/** Whether records of this model can come from Moodle. */
export function isPulledModel(model: string): model is PulledModel {
  return (pulledModels as readonly string[]).includes(model);
}

/** What a pull writes to every record beside its fields; a record whose stamp is new is not pushed back. */
export const pullStamps = ['connector_no_export', 'sync_stamp', 'instance', 'pulled_at'] as const;

/** A record that a pull makes: OpenEduCat's fields, and beside them what Moodle knows better. */
export type PulledRecord = { model: PulledModel; id: string } & Record<string, unknown>;

/**
 * Writes what comes from Moodle into the records table. Each write carries `connector_no_export` and a new
 * `sync_stamp`, so that it is not pushed back, and `instance` and `pulled_at`, by which the ERP finds it.
 */
export interface PulledRecords {
  /** Writes records whole, in batches. */
  put(instance: string, records: PulledRecord[]): Promise<void>;
  /** Makes those records that are not there yet; what is there stays as it is, for the ERP may have edited it. */
  putNew(instance: string, records: PulledRecord[]): Promise<void>;
  /**
   * Sets fields of a record of the ERP and leaves all others, which the ERP may be editing.
   *
   * @param ifUnchanged a field with the value that was read, such as the `sync_stamp`
   * @returns false where the record is gone, or where that field has another value now
   */
  setFields(
    instance: string,
    key: { model: string; id: string },
    fields: Record<string, unknown>,
    ifUnchanged: { name: string; value: unknown },
  ): Promise<boolean>;
}

/** What a pull remembers of something (a student in a course, a session) under a key of its own. */
export interface PullRow {
  /** `gradebook/oec_subj_15_course_7/oec_student_26`: the pull, then whatever names it. */
  key: string;
  values: Record<string, unknown>;
}

/** What the pulls remember, in the mappings table. */
export interface PullStates {
  /** Rows whose key begins with this. */
  list(instance: string, prefix: string): Promise<PullRow[]>;
  put(instance: string, rows: PullRow[]): Promise<void>;
  /**
   * Notes on a mapping (a course's, say) what a pull knows of it. It lies beside the push's own attributes and raises
   * no revision, so it can be lost where a push writes the row at the same moment: then the pull looks again.
   */
  note(instance: string, idnumber: string, pull: PullName, values: Record<string, unknown>): Promise<void>;
  /**
   * Takes the right to pull something for a while, so that two pulls that overlap write each change once. A later
   * `note` of the same pull gives it back.
   *
   * @param until milliseconds since 1970
   * @returns false where somebody else has it
   */
  claim(instance: string, idnumber: string, pull: PullName, until: number): Promise<boolean>;
}

/** What comes back from Moodle, each planned by a schedule of its own. */
export const pullNames = ['gradebook', 'completion', 'attendance'] as const;

export type PullName = (typeof pullNames)[number];
