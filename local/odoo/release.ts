/** The releases that the simulated Odoo can be: Odoo's, with the OpenEduCat of October 2024 or of September 2025. */
export const releases = ['16.0', '17.0', '18.0-2024', '18.0', '19.0'] as const;
export type Release = (typeof releases)[number];

/** Odoo's version: 18 of `18.0-2024`. */
export function majorOf(release: Release): number {
  return Number.parseInt(release, 10);
}

/** Whether OpenEduCat is that of 2025. */
export function isOf2025(release: Release): boolean {
  return majorOf(release) >= 18 && release !== '18.0-2024';
}

/** Whether OpenEduCat takes no exam at the time of another of its subject, and no marks above the total. */
export function keepsExamsApart(release: Release): boolean {
  return release === '17.0' || isOf2025(release);
}
