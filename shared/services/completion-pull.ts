import type { PullService } from '#shared/engine/pull-service.ts';

export const completionPull: PullService = {
  name: 'completion',
  isWanted: () => false,
  async *plan() {},
  run: async () => undefined,
};
