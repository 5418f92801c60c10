import {
  alpha,
  alphanumext,
  auth,
  bool,
  int,
  lang,
  list,
  notags,
  object,
  optional,
  optionalList,
  plugin,
  raw,
  rawTrimmed,
  text,
  theme,
  timezone,
  username,
  withDefault,
} from '../../parameters/description.ts';

const common = {
  password: optional(raw()),
  maildisplay: optional(int()),
  city: optional(text()),
  country: optional(alpha()),
  timezone: optional(timezone()),
  description: optional(raw()),
  firstnamephonetic: optional(notags()),
  lastnamephonetic: optional(notags()),
  middlename: optional(notags()),
  alternatename: optional(notags()),
  interests: optional(text()),
  institution: optional(text()),
  department: optional(text()),
  phone1: optional(notags()),
  phone2: optional(notags()),
  address: optional(text()),
  theme: optional(theme()),
  mailformat: optional(int()),
  customfields: optionalList(object({ type: alphanumext(), value: raw() })),
  preferences: optionalList(object({ type: raw(), value: raw() })),
};

/** Parameters of `core_user_create_users` (Moodle 4.5). */
export const createUsersParameters = object({
  users: list(
    object({
      ...common,
      createpassword: optional(bool()),
      username: username(),
      auth: withDefault(auth(), 'manual'),
      firstname: notags(),
      lastname: notags(),
      email: rawTrimmed(),
      idnumber: withDefault(raw(), ''),
      lang: withDefault(lang(), 'en'),
      calendartype: withDefault(plugin(), 'gregorian'),
    }),
  ),
});

/** Parameters of `core_user_update_users` (Moodle 4.5). */
export const updateUsersParameters = object({
  users: list(
    object({
      ...common,
      id: int(),
      username: optional(username()),
      auth: optional(auth()),
      suspended: optional(bool()),
      firstname: optional(notags()),
      lastname: optional(notags()),
      email: optional(rawTrimmed()),
      idnumber: optional(raw()),
      lang: optional(lang()),
      calendartype: optional(plugin()),
      userpicture: optional(int()),
    }),
  ),
});
