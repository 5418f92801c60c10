import { describe, expect, it } from 'vitest';
import type { AdoptedKind } from '#shared/models/services.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import type { EntityFields } from '#shared/moodle/push/entity.ts';
import type { Desired, Observed } from '#shared/operate/adoption/kinds.ts';
import { compareGroups, compareStructure } from '#shared/operate/adoption/survey.ts';

const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });
const models = {
  category: 'op.department',
  course: 'op.subject',
  group: 'op.batch',
  account: 'op.student',
} as const;

function desired(kind: AdoptedKind, idnumber: string, fields: EntityFields, keys: string[] = []): Desired {
  const service: Desired['service'] =
    kind === 'category' ? 'departments' : kind === 'course' ? 'subjects' : 'batches';
  const source = { model: models[kind], id: '1' };
  const [moodleIdnumber = ''] = idnumber.split('@');
  return {
    kind,
    service,
    source,
    idnumber,
    moodleIdnumber,
    label: idnumber,
    detail: '',
    keys,
    fields,
    payload: fields,
    isActive: true,
    mapping: undefined,
  } as Desired;
}

function observed(kind: AdoptedKind, id: number, fields: Observed['fields'], idnumber = ''): Observed {
  return { kind, id, idnumber, label: String(id), detail: '', fields, isProtected: false };
}

const category = (id: number, name: string, parent = 0, idnumber = '') =>
  observed('category', id, { name, parent }, idnumber);
const course = (id: number, fullname: string, shortname: string, categoryid = 1) =>
  observed('course', id, { fullname, shortname, category: categoryid, visible: true });
const dept = (idnumber: string, name: string, parent = '', keys: string[] = []) =>
  desired('category', idnumber, { name, parent }, keys);
const subject = (idnumber: string, fullname: string, shortname: string, categoryOf: string) =>
  desired('course', idnumber, { fullname, shortname, category: categoryOf, visible: true }, [
    shortname.split('_')[0]!.toLowerCase(),
  ]);

/** `{idnumber}: {verdict} {ids}` of each record. */
function told(records: Desired[], categories: Observed[], courses: Observed[] = []): string[] {
  const parents = new Map(categories.map(({ id, fields }) => [id, Number(fields.parent)]));
  const pathOf = (id: number): number[] => (id === 0 ? [] : [...pathOf(parents.get(id) ?? 0), id]);
  const { rows } = compareStructure(records, { categories, courses, pathOf }, instance);
  return rows
    .filter(({ idnumber }) => idnumber)
    .map(({ idnumber, verdict, candidates }) =>
      [idnumber, verdict, ...candidates.map(({ id }) => id)].join(' '),
    );
}

describe('categories', () => {
  it('are told from their namesakes by where they lie, from the top down', () => {
    const records = [dept('oec_dept_1', 'Science'), dept('oec_dept_2', 'Physics', 'oec_dept_1')];
    expect(
      told(records, [category(5, 'Physics'), category(6, 'SCIENCE'), category(7, 'Physics', 6)]),
    ).toEqual(['oec_dept_1 certain 6', 'oec_dept_2 certain 7']);
  });

  it('elsewhere are certain only with the code as well', () => {
    const record = dept('oec_dept_1', 'Physics', 'oec_dept_9', ['phy']);
    expect(told([record], [category(5, 'Physics')])).toEqual(['oec_dept_1 ambiguous 5']);
    expect(told([record], [category(5, 'Physics', 0, 'PHY')])).toEqual(['oec_dept_1 certain 5']);
  });

  it('with one name in one place, on either side, are left to a person', () => {
    expect(told([dept('oec_dept_1', 'Arts')], [category(5, 'Arts'), category(6, 'Arts')])).toEqual([
      'oec_dept_1 ambiguous 5 6',
    ]);
    expect(told([dept('oec_dept_1', 'Arts'), dept('oec_dept_2', 'Arts')], [category(5, 'Arts')])).toEqual([
      'oec_dept_1 ambiguous 5',
      'oec_dept_2 ambiguous 5',
    ]);
  });
});

describe('courses', () => {
  const programs = [dept('oec_course_1', 'Physics'), dept('oec_course_2', 'Chemistry')];
  const categories = [
    category(1, 'Old'),
    category(11, 'Physics'),
    category(12, 'Chemistry'),
    category(13, '2024', 11),
  ];
  const inPhysics = subject('oec_subj_1_course_1', 'Mathematics', 'MAT_PHY', 'oec_course_1');
  const inChemistry = subject('oec_subj_1_course_2', 'Mathematics', 'MAT_CHE', 'oec_course_2');
  const ofCourses = (records: Desired[], courses: Observed[]) =>
    told([...programs, ...records], categories, courses).filter((line) => line.startsWith('oec_subj'));

  it('of a subject in two programs are told apart by their category, however deep, or not at all', () => {
    expect(ofCourses([inPhysics, inChemistry], [course(5, 'Mathematics', 'MAT', 13)])).toEqual([
      'oec_subj_1_course_1 certain 5',
      'oec_subj_1_course_2 only_in_oec',
    ]);
    expect(ofCourses([inPhysics, inChemistry], [course(5, 'Mathematics', 'MAT')])).toEqual([
      'oec_subj_1_course_1 ambiguous 5',
      'oec_subj_1_course_2 ambiguous 5',
    ]);
  });

  it('whose codes agree and whose name does not are somebody else’s subject of earlier years, perhaps', () => {
    expect(ofCourses([inPhysics], [course(5, 'Poetry', 'mat_phy')])).toEqual([
      'oec_subj_1_course_1 ambiguous 5',
    ]);
    expect(ofCourses([inPhysics], [course(5, 'Mathematics I', 'mat_phy')])).toEqual([
      'oec_subj_1_course_1 certain 5',
    ]);
  });

  it('of several years in the program’s category are left to a person', () => {
    const years = [course(5, 'Mathematics', 'm-2023', 11), course(6, 'Mathematics', 'm-2024', 11)];
    expect(ofCourses([inPhysics], years)).toEqual(['oec_subj_1_course_1 ambiguous 5 6']);
  });
});

describe('groups', () => {
  it('are compared in their course alone, and left to a person where two batches have one name', () => {
    const batch = (id: number, code: string, courseId: string) =>
      desired('group', `oec_batch_${id}@${courseId}`, { name: `Year 1 (${code})`, course: courseId }, [
        code.toLowerCase(),
        'year 1',
      ]);
    const group = (id: number, name: string, courseid: number) =>
      observed('group', id, { name, course: courseid });
    const records = [
      batch(1, 'A', 'oec_subj_1_course_1'),
      batch(2, 'B', 'oec_subj_1_course_1'),
      batch(1, 'A', 'oec_subj_2_course_1'),
    ];
    const groups = new Map([
      [71, [group(1, 'Year 1', 71), group(2, 'Year 1 (B)', 71)]],
      [72, [group(3, 'Year 1', 72)]],
    ]);
    const resolved = new Map([
      ['oec_subj_1_course_1', 71],
      ['oec_subj_2_course_1', 72],
    ]);
    const rows = compareGroups(records, groups, resolved);
    expect(
      rows.map(({ idnumber, verdict, candidates: [first] }) => `${idnumber} ${verdict} ${first?.id}`),
    ).toEqual([
      'oec_batch_1@oec_subj_1_course_1 certain 1',
      'oec_batch_2@oec_subj_1_course_1 certain 2',
      'oec_batch_1@oec_subj_2_course_1 certain 3',
    ]);
    const alone = compareGroups(records.slice(0, 2), new Map([[71, [group(1, 'Year 1', 71)]]]), resolved);
    expect(alone.map(({ verdict }) => verdict)).toEqual(['ambiguous', 'ambiguous']);
  });
});
