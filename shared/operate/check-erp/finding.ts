import * as z from 'zod';
import type { AskedFor } from '#shared/odoo/calls/erp-models.ts';
import { transportName } from '#shared/odoo/client/transport.ts';

/**
 * Something about the ERP that a person should know. `failed`: nothing, or not all, is exported. `warning`: something
 * is to be put right. `note`: that is how this ERP is, and what follows. Holds no key and no personal data.
 */
export const erpFindingSchema = z.object({
  code: z.string(),
  severity: z.enum(['failed', 'warning', 'note']),
  /** What was found, as a sentence. */
  message: z.string(),
  /** What follows from it, as a sentence. */
  consequence: z.string(),
  /** What to do about it, as a sentence. */
  advice: z.string(),
});
export type ErpFinding = z.infer<typeof erpFindingSchema>;

/** What a check of the ERP gave. */
export const erpCheckSchema = z.object({
  status: z.enum(['ok', 'warning', 'failed']),
  /** ISO 8601 in UTC. */
  checked_at: z.string(),
  /** Odoo's version, where it answered: `18.0-20250506`. */
  version: z.string().optional(),
  /** How it is called, where it answered. */
  transport: transportName.optional(),
  /** The time zone of the user in Odoo, where it has one: that of the school (docs/openeducat-setup.md, 4). */
  time_zone: z.string().optional(),
  findings: z.array(erpFindingSchema),
});
export type ErpCheck = z.infer<typeof erpCheckSchema>;

/** The check that findings make, the worst first. @param now milliseconds since 1970 */
export function erpCheckOf(findings: readonly ErpFinding[], now: number, version?: string): ErpCheck {
  const inOrder = (['failed', 'warning', 'note'] as const).flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
  const [worst] = inOrder;
  return {
    status: worst === undefined || worst.severity === 'note' ? 'ok' : worst.severity,
    checked_at: new Date(now).toISOString(),
    ...(version !== undefined && { version }),
    findings: inOrder,
  };
}

/** What a check is told of the link. */
export interface CheckOptions extends AskedFor {
  /** The field of op.student.course that takes completion, where the configuration names one. */
  completionField?: string | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
}
