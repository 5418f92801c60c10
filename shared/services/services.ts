import type { PushService, ServiceRegistry } from '#shared/engine/push-service.ts';
import { parseIdnumber, sheetIdnumber } from '#shared/oec/references.ts';
import { attendance } from './attendance/attendance.ts';
import { batches } from './batches.ts';
import { departments } from './departments.ts';
import { enrolments } from './enrolments.ts';
import { faculty, students } from './people.ts';
import { programs } from './programs.ts';
import { subjects } from './subjects.ts';
import { teaching } from './teaching.ts';

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
