import type { Page } from 'playwright-core';

/** A table as it stands on a page: its rows by their heading, each with its cells by their column's heading. */
export type PageTable = Record<string, Record<string, string>>;

/** Reads a table by its name for screen readers. */
export async function tableOn(page: Page, name: string): Promise<PageTable> {
  const table = page.getByRole('table', { name, exact: true });
  const headings = await table.locator('thead th').allTextContents();
  const rows = await table
    .locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  return Object.fromEntries(
    rows.map(([heading = '', ...cells]) => [
      heading,
      Object.fromEntries(cells.map((cell, index) => [headings[index + 1], cell])),
    ]),
  );
}

/** A cell that holds a number. */
export function numberIn(cell: string | undefined): number {
  return Number(cell?.replaceAll(',', ''));
}

/** A part of a bar: what it says under the pointer, and how long it is drawn, in pixels. */
export interface DrawnPart {
  text: string;
  width: number;
}

/** All parts that the bars of a table draw. @param id of the table's frame */
export async function partsOf(page: Page, id: string): Promise<DrawnPart[]> {
  return page.locator(`#${id} .bar rect`).evaluateAll((all) =>
    all.map((part) => ({
      text: part.textContent ?? '',
      width: part.getBoundingClientRect().width,
    })),
  );
}

/** How long a table's bars are, each with the room that is left in it, in pixels. */
export async function barWidthsOf(page: Page, id: string): Promise<Set<number>> {
  const widths = await page
    .locator(`#${id} .bar`)
    .evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width));
  return new Set(widths);
}

/** By how much the page is wider than its window, in pixels. */
export async function overflowOf(page: Page): Promise<number> {
  // The page's own types are not those of Node: it runs in the browser.
  return page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
}

/** The contrast of each colour that a page's charts use against its background, as WCAG 2 counts it (1 to 21). */
export async function contrastsOf(page: Page): Promise<Record<string, number>> {
  const background = await page
    .locator('body')
    .evaluate((body) => body.ownerDocument.defaultView!.getComputedStyle(body).backgroundColor);
  const colours = await page
    .locator('.bar rect')
    .evaluateAll((all) =>
      all.map((part) => [
        part.getAttribute('class') ?? '',
        part.ownerDocument.defaultView!.getComputedStyle(part).fill,
      ]),
    );
  return Object.fromEntries(
    colours.map(([name = '', colour = '']) => [name, contrast(luminance(colour), luminance(background))]),
  );
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Relative luminance of `rgb(1, 2, 3)`: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
