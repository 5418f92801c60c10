import type { Page } from '#cli/console/page.ts';
import { html } from '#shared/http/html.ts';

export const settingsPage: Page = {
  path: '/settings',
  title: 'settings.title',
  views: {
    '/settings': async ({ say }) => ({ title: say('settings.title'), body: html`` }),
  },
};
