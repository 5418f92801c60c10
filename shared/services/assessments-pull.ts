import type { PullService } from '#shared/engine/pull-service.ts';

export const assessmentsPull: PullService = {
  name: 'assessments',
  isWanted: () => false,
  async *plan() {},
  run: async () => undefined,
};
