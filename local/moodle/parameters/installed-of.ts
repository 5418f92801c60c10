import { knownCapabilities } from '../capabilities.ts';
import type { MoodleSettings } from '../settings.ts';
import type { Installed } from './clean.ts';

/** What a site with these settings has installed. */
export function installedOf(settings: MoodleSettings): Installed {
  return {
    authMethods: Object.keys(settings.authMethods),
    languages: settings.languages,
    themes: settings.themes,
    capabilities: knownCapabilities(settings),
  };
}
