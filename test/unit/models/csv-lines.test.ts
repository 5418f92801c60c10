import { describe, expect, it } from 'vitest';
import { type PushedModel, parseRecord } from '#shared/models/models.ts';
import { type Columns, CsvError } from '#shared/operate/files/columns.ts';
import { csvLines } from '#shared/operate/files/csv-lines.ts';
import type { RecordLine } from '#shared/operate/files/json-lines.ts';

/** Reads a CSV that comes in pieces of a few bytes each, as it may from a pipe. */
async function read(model: PushedModel, text: string | Uint8Array) {
  const bytes = Buffer.from(text as string);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  }
  const lines: RecordLine[] = [];
  let columns: Columns | undefined;
  for await (const line of csvLines(model, pieces(), (found) => {
    columns = found;
  })) {
    lines.push(line);
  }
  return { lines, columns: columns! };
}

describe('a CSV of Odoo', () => {
  it('is read by the headings of the export that names ids, with lists that go on below', async () => {
    const { lines, columns } = await read(
      'op.course',
      [
        '"ID","Name","Code","Parent Course","Parent Course/ID","Department/ID","Subject(s)/ID","Active","Color"',
        '"29","BSc, Physics é","BSCPHY-1","BSc Physics","28","6","69","True","3"',
        '"","","","","","","70","",""',
        '"30","Old","OLD","","","","","",""',
      ].join('\r\n'),
    );
    expect(lines).toEqual([
      {
        line: 2,
        item: {
          model: 'op.course',
          id: '29',
          name: 'BSc, Physics é',
          code: 'BSCPHY-1',
          parent_id: '28',
          department_id: '6',
          subject_ids: ['69', '70'],
          active: true,
        },
      },
      // Odoo writes nothing for a boolean that is false.
      {
        line: 4,
        item: expect.objectContaining({ id: '30', parent_id: false, subject_ids: false, active: false }),
      },
    ]);
    expect(columns).toMatchObject({ ignored: ['Parent Course', 'Color'], missing: [] });
    const [first] = lines;
    expect(parseRecord('op.course', 'item' in first! && first.item)).toMatchObject({
      ok: true,
      record: { parentId: '28', subjectIds: ['69', '70'] },
    });
  });

  it('is read by field names, with the ids that are in external ids that Odoo made up', async () => {
    const { lines, columns } = await read(
      'op.student.course',
      [
        'id,student_id/id,course_id/.id,batch_id,subject_ids/id,state,roll_number',
        '__export__.op_student_course_25_1f0c9a3e,__export__.op_student_26_12345678,29,"[12, ""Physics""]",' +
          '"__export__.op_subject_69_aabbccdd,__export__.op_subject_70_aabbccdd",Running,17',
      ].join('\n'),
    );
    expect(lines).toEqual([
      {
        line: 2,
        item: {
          model: 'op.student.course',
          id: '25',
          student_id: '26',
          course_id: '29',
          batch_id: [12, 'Physics'],
          subject_ids: ['69', '70'],
          state: 'running',
          roll_number: '17',
        },
      },
    ]);
    expect(columns.missing).toEqual([]);
  });

  it('is read by the number where an external id and a name stand beside it', async () => {
    const { lines, columns } = await read(
      'op.batch',
      'External ID,ID,Course/External ID,Course,Course/ID\nopeneducat_core.b,3,openeducat_core.c,Physics,29\n',
    );
    expect(lines).toEqual([{ line: 2, item: { model: 'op.batch', id: '3', course_id: '29' } }]);
    expect(columns.ignored).toEqual(['External ID', 'Course', 'Course/External ID']);
  });

  it('takes the names of parents from their contacts, and never an id for one', async () => {
    const { lines, columns } = await read(
      'op.parent',
      [
        '"ID","Name","Name/ID","Email","Student(s)/ID"',
        '"8","Eva Sample","310","eva@example.org","26"',
        '"","","","","27"',
      ].join('\r\n'),
    );
    const fields = { name: 'Eva Sample', email: 'eva@example.org', student_ids: ['26', '27'] };
    expect(lines).toMatchObject([{ item: { model: 'op.parent', id: '8', ...fields } }]);
    expect(columns.ignored).toEqual(['Name/ID']);
    const nameless = await read('op.parent', 'id,name/id\n__export__.op_parent_8,__export__.res_partner_310');
    expect(nameless.columns.missing).toContain('name');
  });

  it('names what is wrong with a line, and never what it says', async () => {
    const { lines } = await read(
      'op.batch',
      [
        'ID;Name;Code;Course;Active',
        '1;"Two',
        'lines";B1;BSc Physics;True',
        'openeducat_core.batch_2;x;B2;3;True',
        '__export__.op_student_3_1f0c9a3e;x;B3;3;True',
        '4;x;B4;3;ja',
        '5;x',
      ].join('\n'),
    );
    expect(lines.map(({ line, ...rest }) => [line, 'problem' in rest && rest.problem])).toEqual([
      [2, expect.stringContaining('the column Course no id but a name')],
      [4, expect.stringContaining('the column ID no id')],
      [5, expect.stringContaining('the id of a record that is no op.batch')],
      [6, 'has in the column Active neither True nor False'],
      [7, 'has 2 cells where the first line has 5'],
    ]);
  });

  it('takes back what Odoo does to texts that look like formulas, and tells which columns lack', async () => {
    const { lines, columns } = await read('op.student', "\ufeffID,First Name,Phone\n5,Ana,'+41 44 1\n");
    expect(lines).toEqual([
      { line: 2, item: { model: 'op.student', id: '5', first_name: 'Ana', phone: '+41 44 1' } },
    ]);
    expect(columns.missing).toContain('email');
  });

  it.each([
    ['Name,Code\nx,y\n', 'No heading in the first line says'],
    ['{"model":"op.batch"}\n', 'The file holds JSON'],
    ['ID,Name\n1,"a"b\n2,c\n', 'Line 2 has a quotation mark out of place'],
    [Buffer.from([0x49, 0x44, 0x0a, 0xe9, 0x0a]), 'no text in UTF-8'],
    ['', 'The file is empty'],
  ])('is refused as a whole where no line can be trusted: %j', async (text, message) => {
    const error = await read('op.batch', text).catch((reason) => reason);
    expect(error).toBeInstanceOf(CsvError);
    expect(error.message).toContain(message);
  });
});
