import type { Role } from '../settings.ts';
import type { Enrolment } from '../state/records.ts';

/** The roles of an enrolment in words. */
export function roleNames({ roleids }: Enrolment, roles: readonly Role[]): string {
  return roles
    .filter((role) => roleids.includes(role.id))
    .map((role) => role.name)
    .join(', ');
}
