import type { Page } from '#cli/console/page.ts';
import { changeSettings, changeStanding, checkSettings } from './settings/change.ts';
import { listMoodles } from './settings/list.ts';
import { showSettings } from './settings/show.ts';
import { beginTrial, tried } from './settings/try.ts';

/** How a Moodle is synced: a form made from the schema of its settings. Its token and address are the terminal's. */
export const settingsPage: Page = {
  path: '/settings',
  title: 'settings.title',
  views: { '/settings': listMoodles, '/settings/:id': showSettings, '/settings/:id/tried/:job': tried },
  begins: { '/settings/:id/check': checkSettings, '/settings/:id/try': beginTrial },
  changes: { '/settings/:id/save': changeSettings, '/settings/:id/status': changeStanding },
};
