import type { AttendanceAcronym } from '#shared/models/fields/attendance-acronym.ts';

/**
 * The descriptions by which a status is known: as the plugin's language packs have them, which it stores where it is
 * installed, and as schools write them. Each means the same in every language that has the word. Separated by commas.
 */
const words: Record<AttendanceAcronym, string> = {
  P: `
    Present, Attended, In attendance, Presente, Asistió, Anwesend, Aanwezig, Närvarande, Til stede,
    Tilstede, Läsnä, Obecny, Obecna, Obecność, Přítomen, Přítomný, Jelen, Prezent, Prezentă, Prisutan,
    Prisoten, Var, Hadir, Присутствовал, Присутствует, Присутній, Присутня, Присъства, Παρών, Παρούσα,
    Có mặt, حاضر, נוכח, 出席, 出勤, 准时, 到课, 출석, มาเรียน, เข้าเรียน, उपस्थित
  `,
  A: `
    Absent, Did not attend, Unexcused, Unexcused absence, Absente, Ausente, Assente, Falta, Faltou,
    Faltó, Inasistente, Inasistencia, Falta injustificada, Falta não justificada,
    Ausencia injustificada, Abwesend, Fehlend, Fehlt, Unentschuldigt, Unentschuldigt abwesend, Afwezig,
    Ongeoorloofd afwezig, Frånvarande, Ogiltig frånvaro, Fraværende, Fravær, Poissa, Nieobecny,
    Nieobecna, Nieobecność, Nepřítomen, Nepřítomný, Hiányzik, Hiányzott, Odsutan, Odsoten, Yok,
    Tidak hadir, Не был, Отсутствовал, Отсутствует, Відсутній, Отсъства, Απών, Απούσα, Vắng, Vắng mặt,
    غائب, נעדר, 缺席, 旷课, 曠課, 欠席, 결석, ขาดเรียน, अनुपस्थित
  `,
  L: `
    Late, Tardy, Arrived late, Retard, En retard, Retraso, Retrasado, Tarde, Tardanza, Atraso, Atrasado,
    Llegó tarde, In ritardo, Ritardo, Verspätet, Zu spät, Verspätung, Te laat, Sen, Sen ankomst,
    Försenad, For sent, Forsinket, Forsinka, Myöhässä, Spóźniony, Spóźniona, Spóźnienie, Pozdě,
    Pozdní příchod, Neskoro, Késett, Késik, Întârziat, Kasni, Zakasnio, Zamuja, Geç, Geç kaldı,
    Terlambat, Опоздал, Опоздание, Запізнився, Закъсня, Αργοπορημένος, Καθυστέρηση, Đi muộn, Đi trễ,
    متأخر, איחור, מאחר, 迟到, 遲到, 遅刻, 지각, มาสาย, สาย, विलंब
  `,
  E: `
    Excused, Excused absence, Excusé, Excusée, Absence excusée, Absence justifiée, Justificado,
    Justificada, Falta justificada, Ausencia justificada, Dispensado, Con excusa, Excusado,
    Giustificato, Giustificata, Assenza giustificata, Entschuldigt, Entschuldigt abwesend, Beurlaubt,
    Verontschuldigd, Geoorloofd afwezig, Afwezig met reden, Giltig frånvaro, Gyldig fravær,
    Usprawiedliwiony, Usprawiedliwiona, Nieobecność usprawiedliwiona, Omluven, Omluvený, Ospravedlnený,
    Igazolt, Igazoltan hiányzik, Motivat, Opravdan, Opravičen, İzinli, Mazeretli, Izin,
    Уважительная причина, По уважительной причине, Поважна причина, Извинен, Δικαιολογημένος,
    Δικαιολογημένη απουσία, Có phép, Vắng có phép, عذر, معذور, בהצדקה, 请假, 請假, 公欠, 공결, ลา
  `,
};

/** All words with what they mean. */
export const statusWords: readonly (readonly [word: string, AttendanceAcronym])[] = Object.entries(
  words,
).flatMap(([acronym, list]) =>
  list.split(',').map((word) => [word.trim(), acronym as AttendanceAcronym] as const),
);

const meanings: ReadonlyMap<string, AttendanceAcronym> = new Map(
  statusWords.map(([word, acronym]) => [plainWord(word), acronym]),
);

/** What a description says in any of the known languages, as a whole: a part of one says nothing. */
export function meaningOfWords(description: string): AttendanceAcronym | undefined {
  return meanings.get(plainWord(description));
}

/** A text so that case, accents and blanks do not tell two apart. */
export function plainWord(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
