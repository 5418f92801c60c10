import { describe, expect, it } from 'vitest';
import { comparableName, personNameAgreement } from '#shared/models/fields/person-name.ts';
import { titleAgreement } from '#shared/operate/adoption/names.ts';

describe('names', () => {
  it('are compared without case, accents and punctuation', () => {
    expect(comparableName('  José  O’NEIL-Şimşek ')).toBe('jose o neil simsek');
    expect(comparableName('Łódź 101')).not.toBe('');
  });

  it.each([
    ['Ana', 'Silva', 'ANA', 'silva', 'same'],
    ['Ana', 'Silva', 'Silva', 'Ana', 'same'],
    ['Ana Maria', 'Silva Costa', 'Ana', 'Silva', 'same'],
    ['José', 'Núñez', 'Jose', 'Nunez', 'same'],
    ['Ana', 'Silva', 'Ana', 'Costa', 'similar'],
    ['Ana', '-', 'Ana', '-', 'similar'],
    ['Ana Maria', 'Silva', 'Maria', 'Costa', 'similar'],
    ['Ana', 'Silva', 'Ben', 'Silva', 'different'],
    ['Ana', 'Silva', '', '', 'different'],
  ])('of %s %s and %s %s agree: %5$s', (first, last, otherFirst, otherLast, agreement) => {
    const other = { first: otherFirst, last: otherLast };
    expect(personNameAgreement({ first, last }, other)).toBe(agreement);
    expect(personNameAgreement(other, { first, last })).toBe(agreement);
  });

  it.each([
    ['Classical Mechanics', 'classical mechanics', 'same'],
    ['Classical Mechanics', 'Classical Mechanics II', 'similar'],
    ['Optics', 'Poetry', 'different'],
    ['Law and Order', 'Order of the Phoenix', 'different'],
  ])('of the courses %s and %s agree: %s', (one, other, agreement) => {
    expect(titleAgreement(one, other)).toBe(agreement);
  });
});
