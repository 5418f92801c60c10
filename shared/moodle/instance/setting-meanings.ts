import type { instanceSchema } from './instance.ts';

/** What each setting means, for the page and for README, whose table has to say the same; code stands in backticks. */
export const settingMeanings: Readonly<Record<keyof typeof instanceSchema.shape, string>> = {
  id: 'name',
  base_url: "address as in Moodle's `wwwroot`",
  secret_name: 'secret that holds the token',
  status: '`active`; `paused`: changes wait; `disabled`: left out',
  time_zone: "the school's, such as `America/Bogota`: a day is the school's, whatever Moodle's servers say",
  scope:
    '`{departments: […], companies: […]}`: only what lies in these departments (with all below ' +
    'them) and companies',
  new_accounts:
    "`{auth, password}`: `manual` with a `mailed` or a `random` password, or the site's plugin " +
    'such as `oidc`',
  shared_emails:
    '`allowed`: people with one e-mail address and different names, such as siblings, get an ' +
    'account each; your Moodle must allow that too (`allowaccountssameemail`)',
  usernames:
    '`{students, teachers}`: what usernames are made of, such as `{student.gr_no}`; otherwise the e-mail address. ' +
    'Accounts that are there follow where `user.username` is `erp`',
  id_numbers:
    "`{students, teachers}`: what ID numbers of accounts are made of; otherwise the link's own, such as " +
    '`oec_student_26`',
  role_ids:
    '`{student, teacher, parent}`; `parent` only where op.parent is to get accounts that see the ' +
    "children's marks: a role of your own for Moodle's context type User (docs/moodle-setup.md)",
  category_ids:
    '`{departments, programs}`: Moodle ids of the categories to put them under; `programs` is for ' +
    'those without a department',
  course_per:
    '`batch`, `term`: each batch, or academic term, gets courses of its own, with its dates; batches that have begun ' +
    'stay where they are until they end. To go back set it to `program`, do not clear it',
  courses:
    '`{made_weeks_before, shown_days_before}`: when the courses of a batch or term are made, and when students see them, before it begins',
  course_template:
    'short name of the Moodle course whose content new courses begin with: it is copied once, and ' +
    'courses that are there already get nothing',
  course_templates:
    '`{programs: {CODE: …}, subjects: {CODE: …}}`: the same for the courses of some programs or ' +
    'subjects; a subject goes before its program',
  new_courses:
    '`{format, numsections, lang, groupmode, enablecompletion}` of new courses, such as `weeks`, ' +
    '10, `en`, `separate`, `true`; later changes are Moodle’s',
  names:
    '`{course_fullname, course_shortname, course_summary, group, department_category, ' +
    'program_category}`: what is called how in Moodle, such as `{subject.name} ({program.code})` ' +
    '(`docs/conventions.md`)',
  teacher_role_by:
    'a field of teachers that says what they are, such as `{teacher.x_position}`, for `teacher_roles`',
  teacher_roles:
    '`{"head of department": 1, "assistant": 4, …}`: Moodle role ids by what `teacher_role_by` gives, in any case; ' +
    'all others get `role_ids.teacher`',
  enrolment_period:
    '`{start, end}`: the first and the last day on which students are let into their courses, such as ' +
    '`{batch.start_date}` and `{batch.end_date}`; always, unless set',
  on_finish: '`suspend` or `unenrol` when an enrolment ends',
  profile:
    '`{"institution": "{person.company_id}", "profile_field_matricula": "{student.gr_no?}", …}`: what accounts tell of ' +
    'somebody besides name and address, a template each ([docs/conventions.md](docs/conventions.md)); a field without one ' +
    'is left as it is in Moodle',
  cohorts:
    '`batches`, `programs` or `both`: a cohort of each, with the students who study in it; `none`: no cohorts',
  field_ownership:
    '`{"user.email": "create", …}`: `erp` writes whenever it changes there, `create` once, ' +
    '`moodle` never; where `course.visible` and `user.suspended` are `create`, archiving a record ' +
    'and its return still count',
  hand_changes:
    '`{"course.visible": "repair", …}`: what becomes of what somebody has changed in Moodle: ' +
    "`repair` writes the ERP's again, `keep` leaves it until the ERP changes it; both are " +
    'reported. Besides the fields: `enrolment.suspended` (also: resumed after its end), ' +
    '`enrolment.role`',
  brake:
    '`{share, minimum}` of what may be suspended, hidden or unenrolled, or of marks that may be ' +
    'taken back, in an hour',
  total_marks:
    "how many marks an exam from Moodle counts: a number, or `moodle` for Moodle's highest grade; " +
    'otherwise as many as keep the decimals (4.95 of 10 are 495 of 1000)',
  pull_feedback: 'whether what teachers wrote to a grade comes back with it',
  sync_attendance_from:
    "`moodle`: attendance is taken in Moodle and comes back; `oec`: the ERP's goes to Moodle; " +
    '`both`: the last write wins',
  attendance_statuses:
    "`{present, absent, late, excused, none}`: what a school's own statuses of attendance mean, " +
    'such as `Online,#35` (description, letter or id); `none`: nothing to OpenEduCat',
  overwrite_erp_edits:
    "whether a grade or a mark that somebody has edited in OpenEduCat is overwritten by Moodle's; " +
    '`false`: it is reported',
  stale_after_hours: 'hours without a success after which the instance counts as stale',
};
