import type { PullName, PullService } from '#shared/engine/pull-service.ts';
import { attendancePull } from './attendance/pull.ts';
import { completionPull } from './completion-pull.ts';
import { gradebookPull } from './gradebook-pull.ts';

/** The services that bring something back from Moodle. */
export const pullServices: Readonly<Record<PullName, PullService>> = {
  gradebook: gradebookPull,
  completion: completionPull,
  attendance: attendancePull,
};
