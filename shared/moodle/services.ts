import { parseIdnumber, sheetIdnumber } from '#shared/models/references.ts';
import { faculty, students } from '#shared/moodle/accounts/people.ts';
import { attendance } from '#shared/moodle/attendance/attendance.ts';
import { enrolments } from '#shared/moodle/enrolments/enrolments.ts';
import { teaching } from '#shared/moodle/enrolments/teaching.ts';
import type { PushService, ServiceRegistry } from '#shared/moodle/push/push-service.ts';
import { batches } from '#shared/moodle/structure/batches.ts';
import { departments } from '#shared/moodle/structure/departments.ts';
import { programs } from '#shared/moodle/structure/programs.ts';
import { subjects } from '#shared/moodle/structure/subjects.ts';

const inOrder = [
  departments,
  programs,
  subjects,
  batches,
  students,
  faculty,
  enrolments,
  teaching,
  attendance,
] as const;

const byKind = {
  department: departments,
  program: programs,
  'subject-course': subjects,
  batch: batches,
  student: students,
  faculty,
} as const;

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
  if (owner.startsWith(sheetIdnumber(''))) return attendance;
  const parts = parseIdnumber(owner);
  if (!parts) throw new RangeError(`${idnumber} is not an idnumber of this link.`);
  return byKind[parts.kind];
}
