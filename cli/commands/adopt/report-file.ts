import { readFile } from 'node:fs/promises';
import { OperatorError } from '#cli/operator-error.ts';
import { fileError, writePrivateFile } from '#cli/output/private-file.ts';
import type { ReviewedLine } from '#shared/operate/adoption/decisions.ts';
import { ReportFormatError, readReport, reportCsv } from '#shared/operate/adoption/report-csv.ts';
import type { Row } from '#shared/operate/adoption/rows.ts';

/** The lines of a reviewed report that hold a decision. @throws OperatorError when it cannot be read */
export async function readReviewed(file: string): Promise<ReviewedLine[]> {
  try {
    return readReport(await readFile(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof ReportFormatError)) throw fileError(file, 'read', error);
    throw new OperatorError(
      `${file} cannot be read as a reviewed report. ${error.message}`,
      'Begin with the file that --report wrote, and change nothing in it but the column “decision”.',
      { cause: error },
    );
  }
}

/** Writes the gap report. */
export function writeReport(file: string, rows: readonly Row[]): Promise<void> {
  return writePrivateFile(file, reportCsv(rows));
}
