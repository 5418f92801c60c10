import * as z from 'zod';
import { subjectCourseOf } from '#shared/models/references.ts';
import { courseAttendanceOf } from '#shared/moodle/attendance/state.ts';
import { MoodleAuthError, MoodleError } from '#shared/moodle/client/errors.ts';
import { failureIn } from '#shared/moodle/failures.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { getCourseByField, importCourse, updateCourses } from '#shared/moodle/functions/courses.ts';
import { courseTemplates } from '#shared/moodle/instance/instance.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushItem, PushResult } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { claimMilliseconds } from '#shared/sync/units/waits.ts';

/**
 * How long Moodle lets a copy go on that nobody waits for any more, in milliseconds: the hour that it gives itself
 * (restore_controller.class.php, 4.5 and 5.1).
 */
const longestCopy = 60 * 60_000;

/** A unit begins with no further copy after so long, in milliseconds: the last one may take as long as the client waits. */
const timeForCopies = 100_000;

/** How many announcements a new course shows where the site's defaults are Moodle's own. */
const usualAnnouncements = 5;

const contentSchema = z.object({
  /** Short name of the template. */
  from: z.string().optional(),
  /** When the call was begun; without an answer nobody knows whether it came to its end. */
  begun: z.string().optional(),
  /** When it was copied, or found to be needed no longer. */
  settled: z.string().optional(),
});

/** What the mapping of a course that was made with a template keeps of its content in `extra_data.content`. ISO 8601 in UTC. */
type CourseContent = z.infer<typeof contentSchema>;

const readableContent = contentSchema.optional().catch(undefined);

function contentOf({ extra_data: extraData }: Pick<Mapping, 'extra_data'>): CourseContent | undefined {
  return readableContent.parse(extraData?.content);
}

/** Whether the content of a template is still to come into a course. */
export function isContentOpen(mapping: Pick<Mapping, 'extra_data'>): boolean {
  const content = contentOf(mapping);
  return content !== undefined && content.settled === undefined;
}

/** What is noted on a course that is about to be made: whether it is to begin with the content of another one. */
export async function noteOfContent(
  view: RecordView,
  { idnumber, extra_data: extraData }: Mapping,
): Promise<Mapping['extra_data']> {
  const isWanted = (await templateOf(view, idnumber)) !== undefined;
  if (!isWanted && extraData?.content === undefined) return extraData;
  return { ...extraData, content: isWanted ? {} : undefined };
}

/**
 * What a new course is given besides its names and dates: what the instance says of new courses, where Moodle does not look
 * whether it has the format; and no announcements where those of a template are to come.
 */
export async function howMade(view: RecordView, idnumber: string) {
  const { format, numsections, lang, groupmode, enablecompletion } = view.instance.new_courses;
  return {
    ...(format !== undefined && { format }),
    ...(numsections !== undefined && {
      courseformatoptions: [{ name: 'numsections', value: String(numsections) }],
    }),
    ...(lang !== undefined && { lang }),
    ...(groupmode !== undefined && { groupmode: groupModes[groupmode] }),
    ...(enablecompletion !== undefined && { enablecompletion: Number(enablecompletion) }),
    ...((await templateOf(view, idnumber)) !== undefined && { newsitems: 0 }),
  };
}

/** How Moodle calls what a course does with its groups. */
const groupModes = { none: 0, separate: 1, visible: 2 } as const;

/** The short name of the course whose content a course begins with. */
async function templateOf(view: RecordView, idnumber: string): Promise<string | undefined> {
  const { instance } = view;
  if (courseTemplates(instance).length === 0) return undefined;
  const { subjectId, programId } = subjectCourseOf(idnumber);
  const [subject, program] = await Promise.all([
    view.read('op.subject', subjectId),
    view.read('op.course', programId),
  ]);
  const { programs, subjects } = instance.course_templates;
  const ofSubject =
    subject.state === 'valid' ? new Map(Object.entries(subjects)).get(subject.record.code) : undefined;
  const ofProgram =
    program.state === 'valid' ? new Map(Object.entries(programs)).get(program.record.code) : undefined;
  return ofSubject ?? ofProgram ?? instance.course_template;
}

/**
 * Copies the content of templates into courses that were made for it, each in a unit after the one that made it: what
 * hangs on a course does not wait. It is copied once. What is noted before the call keeps other workers off; where no
 * answer came, what is in the course tells.
 *
 * @param results what came of the courses themselves; what comes of their content is put in
 */
export async function copyContents(
  context: PushContext,
  items: readonly PushItem[],
  results: Map<string, PushResult>,
): Promise<void> {
  const begun = context.clock.now();
  for (const item of items) {
    const { idnumber } = item.entity;
    const result = results.get(idnumber);
    const mapping = (await context.view.mapping(idnumber)) ?? item.mapping;
    if (result?.result === 'created' && isContentOpen(mapping)) result.goesOn = true;
    else if (result?.result === 'adopted' && mapping.extra_data?.content !== undefined) {
      // Found at a later attempt, it is what one has made that nobody heard of; else it was there before.
      if (isContentOpen(item.mapping) && item.mapping.claimed_until !== undefined) result.goesOn = true;
      else result.extraData = { ...mapping.extra_data, content: undefined };
    } else if (result?.result === 'updated' && item.entity.active && isContentOpen(mapping)) {
      if (context.clock.now() - begun >= timeForCopies) result.goesOn = true;
      else results.set(idnumber, await copyContent(context, mapping, result));
    }
  }
}

async function copyContent(
  context: PushContext,
  mapping: Mapping,
  result: Extract<PushResult, { result: 'updated' | 'created' | 'adopted' }>,
): Promise<PushResult> {
  const { client, view, clock } = context;
  const now = clock.now();
  const at = new Date(now).toISOString();
  const content = contentOf(mapping) ?? {};
  const course = mapping.moodle_id;
  const begun = content.begun === undefined ? undefined : Date.parse(content.begun);
  // Another worker may be at it; one that was cut off has died by then.
  if (begun !== undefined && now < begun + claimMilliseconds) return { result: 'overtaken' };
  if (context.failure || course === undefined) return result;
  const noting = (next: CourseContent) => ({ ...mapping.extra_data, content: next });
  const failed = (failure: Failure, next = content): PushResult => ({
    ...result,
    result: 'failed',
    failure,
    extraData: noting(next),
  });
  const settled = async (newsitems: number, template = content.from): Promise<PushResult> => {
    // It was made without announcements, so that it does not have those of the template besides.
    await updateCourses(client, [{ id: course, newsitems }]);
    return { ...result, extraData: noting({ from: template, settled: at }) };
  };
  const { activity } = courseAttendanceOf(mapping.extra_data);
  const modulesIn = async (id: number) =>
    (await getCourseModules(client, id)).filter(
      // Where the ERP's attendance is in the course, nobody can tell whose activity that is.
      ({ modname }) => modname !== 'attendance' || activity === undefined,
    ).length;
  const name = await templateOf(view, mapping.idnumber);
  const from = content.from ?? name ?? '';
  let isCopying = false;
  try {
    const there = await modulesIn(course);
    // Somebody has filled it in the meantime.
    if (begun === undefined && there > 0) return await settled(usualAnnouncements);
    if (begun !== undefined) {
      const copied = await getCourseByField(client, 'shortname', from);
      const isWhole = there >= (copied ? await modulesIn(copied.id) : 1);
      if (isWhole) return await settled(copied?.newsitems ?? usualAnnouncements);
      if (now < begun + longestCopy) return failed(inDoubt(from));
      if (there > 0) return failed(cutOff(from));
    }
    if (name === undefined) return await settled(usualAnnouncements);
    const template = await getCourseByField(client, 'shortname', name);
    if (!template) return failed(noTemplate(name), {});
    const note = { ...mapping, extra_data: noting({ from: name, begun: at }) };
    if (!(await view.save(note))) return { result: 'overtaken' };
    isCopying = true;
    await importCourse(client, template.id, course);
    return await settled(template.newsitems, name);
  } catch (error) {
    const code = error instanceof MoodleError || error instanceof MoodleAuthError ? error.errorcode : '';
    const advice = refusals[code];
    if (advice !== undefined) return failed(refusedCopy(from, code, advice), isCopying ? {} : content);
    if (isCopying) return failed(inDoubt(name!), { from: name, begun: at });
    return failed(failureIn(context, error));
  }
}

const rights =
  "Give the token's service the functions, and its role the capabilities, that course_template needs (docs/moodle-setup.md, 4).";

/** What Moodle answers before it has copied anything, and what to do: it says nothing of the rest of the instance. */
const refusals: Readonly<Record<string, string>> = {
  accessexception: rights,
  nopermissions: rights,
  requireloginerror: rights,
  invalidcourseid: 'Nothing; it is tried again by itself.',
  // 4.5: a template with questions of its own, and a role without moodle/question:add and moodle/question:managecategory.
  backupprecheckerrors: `Import the template into the course in Moodle: its page says what is in the way. ${rights}`,
  invaliddatarootpermissions:
    'Let Moodle write into the folder temp/backup of its data (moodledata); it is tried again by itself.',
};

function noTemplate(name: string): Failure {
  return {
    class: 'refused',
    code: 'notemplate',
    reason: `The course ${name}, whose content it is to begin with, is not in Moodle.`,
    advice:
      'Make that course in Moodle, or correct the setting course_template; it is tried again by itself.',
  };
}

function refusedCopy(name: string, code: string, advice: string): Failure {
  const reason = `The content of the course ${name} was not copied into it: Moodle refused that with ${code}.`;
  return { class: 'refused', code, reason, advice };
}

function inDoubt(name: string): Failure {
  return {
    class: 'refused',
    code: 'contentindoubt',
    reason: `Whether the content of the course ${name} is in it is not known: Moodle did not say that it was copied.`,
    advice:
      'Nothing; it is looked at again by itself, and copied once more if nothing has come within an hour.',
  };
}

function cutOff(name: string): Failure {
  return {
    class: 'refused',
    code: 'contentcutoff',
    reason: `The content of the course ${name} is in it only in part: Moodle was stopped while it was copied.`,
    advice: 'Delete in Moodle what is in the course, and it is copied again; or complete it there by hand.',
  };
}
