import type { GradeItem } from '../../state/gradebook.ts';
import type { ReportSettings } from '../../state/records.ts';
import type { ColumnResult } from './aggregate.ts';
import { gradeFormatted, percent, percentageFormatted, rangeFormatted } from './format-grade.ts';

/**
 * One column of one user. Names are not escaped here; `scaleid` carries the outcome's id by a mistake of Moodle's, so
 * it is null for scales too.
 */
export function gradeItemAnswer(
  item: GradeItem,
  result: ColumnResult,
  cmid: number | undefined,
  shows: ReportSettings,
) {
  const isTotal = item.categoryid === null;
  return {
    id: item.id,
    itemname: item.itemname,
    itemtype: item.itemtype,
    itemmodule: item.itemmodule,
    iteminstance: item.iteminstance,
    itemnumber: isTotal ? null : 0,
    idnumber: item.idnumber,
    categoryid: item.categoryid,
    outcomeid: null,
    scaleid: null,
    locked: false,
    ...(cmid !== undefined && { cmid }),
    ...(shows.weight && weightAnswer(result)),
    ...(shows.grade && gradeAnswer(item, result)),
    ...(shows.range && {
      grademin: result.grademin,
      grademax: result.grademax,
      rangeformatted: rangeFormatted(item, result),
    }),
    percentageformatted: percentageFormatted(item, result),
    feedback: result.feedback,
    // Plain text where there is none, HTML where a teacher wrote it.
    feedbackformat: result.feedback === '' ? 2 : 1,
  };
}

function gradeAnswer(item: GradeItem, result: ColumnResult) {
  const { final, feedback, timecreated, timemodified, isHidden, overridden } = result;
  return {
    graderaw: item.needsupdate ? null : final,
    gradedatesubmitted: timecreated,
    // What was taken back and left no words behind has no date either.
    gradedategraded: final === null && feedback === '' ? null : timemodified,
    gradehiddenbydate: false,
    gradeneedsupdate: item.needsupdate,
    gradeishidden: isHidden,
    gradeislocked: false,
    gradeisoverridden: overridden,
    gradeformatted: item.needsupdate ? 'Error' : gradeFormatted(item, result),
  };
}

function weightAnswer({ final, weight }: ColumnResult) {
  if (weight === undefined) return {};
  return {
    weightraw: Number(weight.toFixed(5)),
    weightformatted: percent(weight),
    ...(final === null && { status: 'novalue' }),
  };
}
