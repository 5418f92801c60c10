import { parseIdnumber } from '#shared/models/references.ts';
import { cohortService, prefixes } from '#shared/models/services.ts';
import { faculty, parents, students } from '#shared/moodle/accounts/people.ts';
import { attendance } from '#shared/moodle/attendance/push/attendance.ts';
import { children } from '#shared/moodle/enrolments/children.ts';
import { enrolments } from '#shared/moodle/enrolments/enrolments.ts';
import { teaching } from '#shared/moodle/enrolments/teaching.ts';
import type { PushService, ServiceRegistry } from '#shared/moodle/push/push-service.ts';
import { batches } from '#shared/moodle/structure/batches.ts';
import { categories } from '#shared/moodle/structure/categories.ts';
import { cohorts } from '#shared/moodle/structure/cohorts.ts';
import { subjects } from '#shared/moodle/structure/subjects.ts';

const inOrder: readonly PushService[] = [
  ...Object.values(categories),
  ...[subjects, batches],
  ...Object.values(cohorts),
  ...[students, faculty, parents, enrolments, teaching, children, attendance],
];

/** The push services. */
export const services: ServiceRegistry = {
  inOrder,
  byName: (name) => inOrder.find((service) => service.name === name)!,
  ofIdnumber: serviceOf,
};

function serviceOf(idnumber: string): PushService {
  const [owner = '', part] = idnumber.split('@');
  if (part === enrolments.name) return enrolments;
  if (part === teaching.name) return teaching;
  if (part === children.name) return children;
  if (part === 'cohort') return cohorts[cohortService(owner)];
  if (owner.startsWith(prefixes.attendance)) return attendance;
  const service = inOrder.find(({ name }) => owner.startsWith(prefixes[name]));
  if (!service || !parseIdnumber(owner)) throw new RangeError(`${idnumber} is not an idnumber of this link.`);
  return service;
}
