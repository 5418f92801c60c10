import type { Page } from './page.ts';
import { adoptPage } from './pages/adopt.ts';
import { failuresPage } from './pages/failures.ts';
import { heldPage } from './pages/held.ts';
import { overviewPage } from './pages/overview.ts';
import { personPage } from './pages/person.ts';
import { planPage } from './pages/plan.ts';
import { settingsPage } from './pages/settings.ts';
import { setupPage } from './pages/setup.ts';

/** The pages in the order in which they are offered. */
export const pages: readonly Page[] = [
  overviewPage,
  personPage,
  failuresPage,
  planPage,
  adoptPage,
  heldPage,
  settingsPage,
  setupPage,
];
