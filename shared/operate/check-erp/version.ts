import type { ErpFinding } from './finding.ts';

const oldest = 16;
const newestKnown = 19;

/** The major version: 18 of `18.0-20250506`, 17 of `saas~17.2+e`; 0 where it cannot be told. */
export function majorOf(version: string): number {
  return Number(/(\d+)\.\d/.exec(version)?.[1] ?? 0);
}

/** Whether it is an Odoo that this product was measured against. */
export function versionFindings(version: string): ErpFinding[] {
  const major = majorOf(version);
  if (major >= oldest && major <= newestKnown) return [];
  if (major > newestKnown) {
    return [
      {
        code: 'version-not-known',
        severity: 'note',
        message: `The ERP runs Odoo ${version}; this release was tried up to ${newestKnown}.`,
        consequence: 'Most likely none; methods or fields may have changed.',
        advice: 'Nothing, unless something fails: then look for a newer release of oec-moodle-sync.',
      },
    ];
  }
  return [
    {
      code: 'version-too-old',
      severity: 'failed',
      message: `The ERP runs Odoo ${version}; ${oldest} or newer is needed.`,
      consequence: 'Nothing can be exported from it or imported into it.',
      advice: 'Upgrade Odoo, or have the ERP write its records itself (docs/data-contract.md).',
    },
  ];
}
