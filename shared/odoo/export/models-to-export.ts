import { type PushedModel, pushedModels } from '#shared/models/models.ts';
import { type Instance, ownerOf, takesAttendanceFromErp } from '#shared/moodle/instance/instance.ts';

/** The models that are exported, parents before children: attendance only where a Moodle takes it from the ERP. */
export function modelsToExport(
  instances: readonly Pick<Instance, 'status' | 'sync_attendance_from'>[],
): PushedModel[] {
  const takesAttendance = instances.some(
    (instance) => instance.status === 'active' && takesAttendanceFromErp(instance),
  );
  return pushedModels.filter((model) => takesAttendance || !model.startsWith('op.attendance.'));
}

/** Whether telephone numbers are of any use: a Moodle that is not disabled gets them. */
export function arePhonesSent(instances: readonly Pick<Instance, 'status' | 'field_ownership'>[]): boolean {
  return instances.some(
    (instance) => instance.status !== 'disabled' && ownerOf(instance, 'user.phone1') !== 'moodle',
  );
}
