/** What kind of rule a record breaks; the sentence for people is in {@link Problem.reason}. */
export type ProblemRule =
  | 'unreadable' // the value has not the shape Odoo gives this field
  | 'required'
  | 'format'
  | 'too-long'
  | 'html'
  | 'own-parent'; // also where others lie between

/**
 * One thing that keeps a record out of Moodle.
 * `field` is the ERP's field name (`email`, `parent_id`); `reason` is a sentence for a registrar that never
 * holds an e-mail address or a person's name, so it may be logged, stored and mailed.
 */
export type Problem = { field: string; rule: ProblemRule; reason: string };

export type ParseResult<ParsedRecord> =
  | { ok: true; record: ParsedRecord }
  | { ok: false; problems: Problem[] };
