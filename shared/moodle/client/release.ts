/** The releases of Moodle that this product was tried with, oldest first; docs/testing.md says when, and with what result. */
export const triedReleases = ['4.5', '5.1'] as const;

/** Major and minor number: 5 and 1 of `5.1+ (Build: 20251017)`; what cannot be read is 0. */
function numbersOf(release: string): [major: number, minor: number] {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return [major, minor];
}

/** Whether a release, as the site info gives it, is at least this one, such as `5.0`. */
export function isAtLeast(release: string, least: string): boolean {
  const [major, minor] = numbersOf(release);
  const [leastMajor, leastMinor] = numbersOf(least);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Whether it is one of the releases that were tried, lies between two of them, or before or after all. */
export function placeAmongTried(release: string): 'tried' | 'between' | 'older' | 'newer' {
  if (triedReleases.some((tried) => numbersOf(tried).join('.') === numbersOf(release).join('.')))
    return 'tried';
  if (!isAtLeast(release, triedReleases[0])) return 'older';
  return isAtLeast(release, triedReleases[1]) ? 'newer' : 'between';
}
