/** A batch as the ERP gives it; a field that it does not have is missing. */
export interface BatchDates {
  id: number;
  start_date?: string | false;
  end_date?: string | false;
  active?: boolean;
}

/**
 * The batch that an exam or register from Moodle belongs to. OpenEduCat wants exactly one, while a course in Moodle is
 * for all batches of its program: it is the one that runs on the day, of several the youngest, since a program is taught
 * to those who began it last. Whoever sits the exam has their own batch on their own line.
 *
 * @param day `YYYY-MM-DD`
 * @returns undefined where there is no batch
 */
export function chooseBatch(batches: readonly BatchDates[], day: string): number | undefined {
  const rank = ({ start_date, end_date, active }: BatchDates) => {
    const runs = (start_date || '') <= day && day <= (end_date || '9999');
    return (runs ? 2 : 0) + (active === false ? 0 : 1);
  };
  const [best] = batches.toSorted(
    (a, b) =>
      rank(b) - rank(a) ||
      String(b.start_date || '').localeCompare(String(a.start_date || '')) ||
      b.id - a.id,
  );
  return best?.id;
}
