import {
  alphanumext,
  int,
  list,
  object,
  optional,
  optionalList,
  plugin,
  raw,
  safedir,
  text,
  withDefault,
} from '../../parameters/description.ts';

const common = {
  idnumber: optional(raw()),
  summary: optional(raw()),
  startdate: optional(int()),
  enddate: optional(int()),
  numsections: optional(int()),
  visible: optional(int()),
  hiddensections: optional(int()),
  enablecompletion: optional(int()),
  completionnotify: optional(int()),
  lang: optional(safedir()),
  forcetheme: optional(plugin()),
  courseformatoptions: optionalList(object({ name: alphanumext(), value: raw() })),
  customfields: optionalList(object({ shortname: alphanumext(), value: raw() })),
};

/** Parameters of `core_course_create_courses` (Moodle 4.5). */
export const createCoursesParameters = object({
  courses: list(
    object({
      ...common,
      fullname: text(),
      shortname: text(),
      categoryid: int(),
      summaryformat: withDefault(int(), 1),
      format: withDefault(plugin(), 'topics'),
      showgrades: withDefault(int(), 1),
      newsitems: withDefault(int(), 5),
      maxbytes: withDefault(int(), 0),
      showreports: withDefault(int(), 0),
      groupmode: withDefault(int(), 0),
      groupmodeforce: withDefault(int(), 0),
      defaultgroupingid: withDefault(int(), 0),
    }),
  ),
});

/** Parameters of `core_course_update_courses` (Moodle 4.5). */
export const updateCoursesParameters = object({
  courses: list(
    object({
      ...common,
      id: int(),
      fullname: optional(text()),
      shortname: optional(text()),
      categoryid: optional(int()),
      summaryformat: optional(int()),
      format: optional(plugin()),
      showgrades: optional(int()),
      newsitems: optional(int()),
      maxbytes: optional(int()),
      showreports: optional(int()),
      groupmode: optional(int()),
      groupmodeforce: optional(int()),
      defaultgroupingid: optional(int()),
    }),
  ),
});
