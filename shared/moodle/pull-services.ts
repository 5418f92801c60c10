import { attendancePull } from '#shared/moodle/attendance/pull/attendance-pull.ts';
import { completionPull } from '#shared/moodle/completion/completion-pull.ts';
import { gradebookPull } from '#shared/moodle/gradebook/gradebook-pull.ts';
import type { PullName } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullService } from '#shared/moodle/pulls/pull-service.ts';

/** The services that bring something back from Moodle. */
export const pullServices: Readonly<Record<PullName, PullService>> = {
  gradebook: gradebookPull,
  completion: completionPull,
  attendance: attendancePull,
};
