import type { PullService } from '#shared/engine/pull-service.ts';

export const gradebookPull: PullService = {
  name: 'gradebook',
  isWanted: () => false,
  async *plan() {},
  run: async () => undefined,
};
