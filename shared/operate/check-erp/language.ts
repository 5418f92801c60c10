import { searchRead } from '#shared/odoo/calls/read.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import type { ErpFinding } from './finding.ts';

/**
 * Whether the language of the connection is installed: Odoo refuses every call in another one.
 *
 * @param client one that asks in English, which is always there
 * @throws OdooError
 */
export async function languageFindings(client: OdooClient, language: string): Promise<ErpFinding[]> {
  if (language === 'en_US') return [];
  const installed = await searchRead(client, 'res.lang', [], ['code'], { activeOnly: true });
  const codes = installed.map(({ code }) => String(code)).toSorted();
  if (codes.includes(language)) return [];
  return [
    {
      code: 'language-not-installed',
      severity: 'failed',
      message: `The language ${language} is not installed in the ERP; there is ${codes.join(', ')}.`,
      consequence: 'Odoo refuses every call in it: nothing is exported or imported.',
      advice:
        'Connect with --language and one that is there, or install it (Settings → Translations → Languages).',
    },
  ];
}
