/**
 * What a worker needs after its last call of Moodle or of the ERP, in milliseconds, to note what came of its unit. A
 * worker that Lambda ends instead could not say what it has done, and the unit would come back only after the
 * visibility timeout.
 */
export const reserve = 20_000;

/** What has to be left of a worker's time to begin with another course, in milliseconds: the longest call and the books. */
export const reserveForCourse = 150_000;
