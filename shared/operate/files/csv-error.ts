/** A CSV of which no line can be read. Holds nothing of its lines but the headings. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
  /** What to do about it, as a sentence. */
  readonly advice: string;

  /** @param message what is wrong, as a sentence */
  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}
