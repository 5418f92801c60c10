import type { PullService } from '#shared/engine/pull-service.ts';

export const attendancePull: PullService = {
  name: 'attendance',
  isWanted: () => false,
  async *plan() {},
  run: async () => undefined,
};
