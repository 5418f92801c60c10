import type { GradeItem } from '../../state/gradebook.ts';
import type { ColumnResult } from './aggregate.ts';

const passed =
  '<i class="icon fa fa-check text-success fa-fw inline"  title="Pass" role="img" aria-label="Pass"></i>';
const failed =
  '<i class="icon fa fa-xmark text-danger fa-fw inline"  title="Fail" role="img" aria-label="Fail"></i>';

/** The grade as a person reads it: a number, a word of the scale, or HTML where there is a pass mark. */
export function gradeFormatted(item: GradeItem, { final, isHidden }: ColumnResult): string {
  if (item.gradetype === 'text') return '';
  if (final === null) return '-';
  const word = item.gradetype === 'scale' ? (item.scale[final - 1] ?? '') : final.toFixed(2);
  if (item.gradepass === 0 || isHidden) return word;
  return `${final >= item.gradepass ? passed : failed}${word}`;
}

/** The only sign in the answer that a column holds words of a scale, or words only. */
export function rangeFormatted(
  { gradetype, scale }: GradeItem,
  { grademin, grademax }: ColumnResult,
): string {
  if (gradetype === 'text') return '&ndash;';
  if (gradetype === 'scale') return `${scale[0]}&ndash;${scale.at(-1)}`;
  return `${grademin.toFixed(0)}&ndash;${grademax.toFixed(0)}`;
}

export function percentageFormatted(
  { gradetype }: GradeItem,
  { final, grademin, grademax }: ColumnResult,
): string {
  if (gradetype === 'text') return '';
  if (final === null || grademax === grademin) return '-';
  return percent((final - grademin) / (grademax - grademin));
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
