import { NumberValue } from '@aws-sdk/lib-dynamodb';

/**
 * A number of the table that JavaScript cannot hold. It goes back into the table as it came; whatever reads a number
 * refuses it, so that it fails the record whose field it is, and no other.
 */
class LongNumber extends NumberValue {
  /** Its digits: as a number, JSON would change it. */
  toJSON(): string {
    return this.value;
  }
}

/** So many digits come through JavaScript's numbers unchanged. */
const exactDigits = 15;

/** @param text as DynamoDB writes it: up to 38 digits, which the SDK does not read beyond 2^53 */
function readNumber(text: string): number | LongNumber {
  const number = Number(text);
  if (Number.isSafeInteger(number) && String(number) === text) return number;
  const digits = text.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '').length;
  const isExact =
    Math.abs(number) <= Number.MAX_SAFE_INTEGER && (digits <= exactDigits || String(number) === text);
  return isExact ? number : new LongNumber(text);
}

/** How attributes of a table are read, from it and from its stream. */
export const readOptions = { wrapNumbers: readNumber };
