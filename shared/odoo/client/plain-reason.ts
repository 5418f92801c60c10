/** A field's technical name, which Odoo puts in brackets behind its label: `Field: End Date (end_date)`. */
const technicalName = /(?:^Field: [^\n()]*|['"”»] )\(([a-z][a-z0-9_]*)\)/gm;

/**
 * Sentences of Odoo and OpenEduCat in which nothing of a record stands. Everything else that an Odoo says may hold
 * names and phone numbers: its modules put the display name of whom they refuse into the text.
 */
const ownSentences = [
  'Missing required value for the field',
  'a mandatory field is not set',
  'another model requires the record being deleted',
  'Contacts require a name',
  'You cannot create recursive categories',
  'Code should be unique per',
  'Roll Number & Student must be unique per Batch',
  'Roll Number must be unique per Batch',
  'Student must be unique per Batch',
  'Student must be unique per Attendance',
  'Sheet must be unique per Register/Session',
  'Attendee must be unique per exam',
  'Attendees must be unique per exam',
  'Registration Number must be unique per student',
  "Birth Date can't be greater than current date",
  'End Date cannot be set before Start Date',
  'To Date cannot be set before From Date',
  'End Time cannot be set before Start Time',
  'End Time and start time can not set at same time',
  'Exam Time should in between Exam Session Dates',
  'Exam Time should be within the Exam Session Dates',
  'are already scheduled for another active exam',
  'Exam can only be',
  'The exam time overlaps with an existing exam for the same subject',
  'Enter proper marks',
  'Enter proper Marks or Percentage',
  "Passing Marks can't be greater than Total Marks",
  'Please Enter Marks between 0 to',
  'Please Enter Marks between 0 and',
  'Obtain Marks should not be greater than Actual Marks',
];

/** What a refusal says that names nobody: a sentence for people, and the field at fault where it is told. */
export type PlainReason = { reason: string; field?: string };

/**
 * What may be kept of the reason for which Odoo refused a record: a sentence that is known to be of the program and not
 * of the record, and the technical name of a field. Its words themselves stand in Odoo's own log.
 */
export function plainReason(message: string): PlainReason {
  const said = message.toLowerCase();
  const sentence = ownSentences.find((own) => said.includes(own.toLowerCase()));
  const names = [...message.matchAll(technicalName)].map(([, name]) => name!);
  const reason =
    sentence === undefined
      ? "its words may name people and are not kept; Odoo's server log has them."
      : `“${sentence}”.`;
  return { reason, ...(names.length === 1 && { field: names[0]! }) };
}
