import { decodeHTML, escapeUTF8 } from 'entities';

const tag = /<\/?[a-z][^<>]*>/gi;
const formatted = /<\/[a-z]\w*>|<br\s*\/?>/i;
const lineEnd = /<br\b[^<>]*>|<\/(?:p|div|li|h\d)>/gi;

/** A summary as HTML of Moodle's: what a text of the ERP holds is shown, and never run. */
export function summaryHtml(text: string): string {
  return escapeUTF8(text).replaceAll('\n', '<br>');
}

/**
 * The text of a summary that Moodle answers. Measured on 4.5 and 5.1: without its filters, but cleaned, so that `<br>`
 * comes back as `<br />` and `&quot;` as `"`.
 */
export function summaryText(html: string): string {
  const lines = html.replace(/\s+/g, ' ').replace(lineEnd, '\n');
  return tidy(decodeHTML(lines.replace(tag, '')));
}

/** A text as a summary holds it. Odoo's formatted fields are HTML: their text is taken. */
export function plainSummary(text: string): string {
  return formatted.test(text) ? summaryText(text) : tidy(text);
}

function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
