// What has to be left of a function's time to begin with something, in milliseconds. A worker that Lambda ends instead
// could not say what it has done, and its message would come back only after the visibility timeout.

/** To note what came of a unit, after the last call of Moodle or of the ERP. */
export const reserveForNotes = 20_000;

/** For another page of a table, and to send what was found in it. */
export const reserveForPage = 60_000;

/** For another course: the longest call, and to note what came of it. */
export const reserveForCourse = 150_000;
