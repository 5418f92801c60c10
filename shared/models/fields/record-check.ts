import { characterCount } from './moodle-limits.ts';
import type { Problem, ProblemRule } from './problem.ts';

/** What a checked text is in Moodle, and how long it may be there (in characters). */
export type TextRule = { label: string; limit: number; purpose: string };

// PHP's strip_tags, which Moodle cleans names with, starts a tag at "<" unless a blank follows.
const tagStart = /<(?![ \t\n\v\f\r])/u;

/** Whether Moodle would change the text as HTML, and therefore refuse the call that holds it. */
export function readsAsHtml(value: string): boolean {
  return tagStart.test(value);
}

/**
 * Whether the text holds what is no character: a NUL, half of a surrogate pair, U+FFFE or U+FFFF. Moodle cleans those
 * away, and therefore refuses the call; it takes all others (measured on 4.5).
 */
export function isUnstorable(value: string): boolean {
  return /[\0\ufffe\uffff]/u.test(value) || !value.isWellFormed();
}

/**
 * Collects everything that keeps one record out of Moodle, so that a registrar sees all of it at once.
 * The checking methods return a usable value even after a problem; the record is dropped at the end.
 */
export class RecordCheck {
  readonly problems: Problem[] = [];
  /** What the record is called in a sentence: "department", "student". */
  readonly noun: string;

  constructor(noun: string) {
    this.noun = noun;
  }

  report(field: string, rule: ProblemRule, reason: string): void {
    this.problems.push({ field, rule, reason });
  }

  /** A text Moodle needs: present, and acceptable by {@link acceptableText}. */
  requiredText(field: string, value: string | undefined, rule: TextRule): string {
    if (value === undefined) {
      this.report(
        field,
        'required',
        `This ${this.noun} has no ${rule.label}; Moodle needs one ${rule.purpose}. Enter it in OpenEduCat.`,
      );
      return '';
    }
    return this.acceptableText(field, value, rule);
  }

  /** A text that Moodle stores unchanged: no HTML, not too long, only storable characters. */
  acceptableText(field: string, value: string, rule: TextRule): string {
    const length = characterCount(value);
    const subject = `The ${rule.label} of this ${this.noun}`;
    if (readsAsHtml(value)) {
      this.report(
        field,
        'html',
        `${subject} holds a "<" that Moodle takes for HTML and refuses. Remove it in OpenEduCat.`,
      );
    }
    if (isUnstorable(value)) {
      this.report(
        field,
        'format',
        `${subject} holds a character that cannot be stored. Type it anew in OpenEduCat.`,
      );
    }
    if (length > rule.limit) {
      this.report(
        field,
        'too-long',
        `${subject} has ${length} characters; at most ${rule.limit} fit ${rule.purpose}. Shorten it in OpenEduCat.`,
      );
    }
    return value;
  }

  /** A reference without which the record means nothing in Moodle. */
  requiredReference(field: string, id: string | undefined, label: string, consequence: string): string {
    if (id === undefined) {
      this.report(
        field,
        'required',
        `This ${this.noun} names no ${label}, so ${consequence}. Choose the ${label} in OpenEduCat.`,
      );
    }
    return id ?? '';
  }

  /** A parent in a tree must be another record; shared/moodle/structure/circle.ts finds longer circles. */
  parent(id: string, parentId: string | undefined): string | undefined {
    if (parentId === id) {
      this.report(
        'parent_id',
        'own-parent',
        `This ${this.noun} is its own parent. Choose another parent, or none, in OpenEduCat.`,
      );
    }
    return parentId;
  }
}
