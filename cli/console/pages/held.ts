import type { Page } from '#cli/console/page.ts';
import { brakeView, heldView } from './held/brakes-view.ts';
import { driftView } from './held/drift-view.ts';
import { compare, giveWord, release, repair, workView } from './held/work.ts';

export const heldPage: Page = {
  path: '/held',
  title: 'held.title',
  views: {
    '/held': heldView,
    '/held/brake': brakeView,
    '/held/work/:job': workView,
    '/held/drift/:job': driftView,
  },
  changes: { '/held/release': release, '/held/word': giveWord, '/held/repair': repair },
  begins: { '/held/compare': compare },
};
