import type { PushedModel } from '#shared/models/models.ts';
import { type ServiceName, serviceNames } from '#shared/sync/reconcile/entity.ts';

const own: { [Model in PushedModel]: ServiceName } = {
  'op.department': 'departments',
  'op.course': 'programs',
  'op.subject': 'subjects',
  'op.batch': 'batches',
  'op.student': 'students',
  'op.faculty': 'faculty',
  'op.student.course': 'enrolments',
  'op.session': 'teaching',
  'op.attendance.register': 'attendance',
  'op.attendance.sheet': 'attendance',
  'op.attendance.line': 'attendance',
};

/** The services that bring records of a model to Moodle; all of them where none is named. */
export function servicesOfModel(model: PushedModel | undefined): readonly ServiceName[] {
  return model === undefined ? serviceNames : [own[model]];
}
