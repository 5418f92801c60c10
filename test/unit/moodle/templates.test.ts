import { describe, expect, it } from 'vitest';
import { modelOf, type PushedModel } from '#shared/models/models.ts';
import { serviceModels } from '#shared/models/services.ts';
import { fieldsOfTemplates, ripplesOfTemplates, templatesOf } from '#shared/moodle/conventions/templates.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { plainSummary, summaryHtml, summaryText } from '#shared/moodle/structure/course-summary.ts';

const instance = (settings: object = {}) =>
  instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org', ...settings });
const allNamed = instance({
  names: {
    course_fullname: '{subject.name} {program.name} {department.x_faculty} {batch.name}',
    course_summary: '{subject.x_about?}',
    group: '{batch.code} {program.code} {department.code}',
    program_category: '{program.name} {department.name}',
  },
  usernames: { students: '{person.x_login}', teachers: '{teacher.x_staff}' },
  profile: { institution: '{person.company_id}', city: '{student.city?}' },
});

describe('the templates of an instance', () => {
  it('are listed with what they are for; a template of students says nothing of teachers', () => {
    expect(
      templatesOf(instance()).map(({ setting, service, field }) => `${setting} ${service}.${field}`),
    ).toEqual([
      'names.course_fullname subjects.fullname',
      'names.course_shortname subjects.shortname',
      'names.group batches.name',
      'names.department_category departments.name',
      'names.program_category programs.name',
    ]);
    const others = templatesOf(allNamed).filter(({ setting }) => !setting.startsWith('names.'));
    expect(others.map(({ setting, service }) => `${setting} ${service}`)).toEqual([
      'usernames.students students',
      'usernames.teachers faculty',
      'profile.institution students',
      'profile.institution faculty',
      'profile.city students',
    ]);
  });

  it('have pushed what they name a changed field for, on ways that there are', () => {
    const ripples = ripplesOfTemplates([allNamed]);
    for (const [model, own] of ripples)
      for (const { push, way, when } of own) {
        let at: string = model;
        for (const step of way?.split(' ') ?? []) {
          const target = step.slice(1) as PushedModel;
          const [from, to] = step.startsWith('<') ? [target, at] : [at as PushedModel, target];
          expect(Object.values(modelOf(from).refersTo), `${way}`).toContain(to);
          at = target;
        }
        expect(serviceModels[push], `${model} ${way}`).toBe(at);
        expect(when).toHaveLength(1);
      }
    const said = (model: PushedModel) =>
      ripples.get(model)?.map(({ push, way = '', when }) => `${when} ${push} ${way}`.trim());
    expect(said('op.department')).toEqual([
      'x_faculty subjects <op.course >op.subject',
      'x_faculty subjects <op.subject',
      'code batches <op.course <op.batch',
      'name departments',
      'name programs <op.course',
    ]);
    expect(said('op.batch')).toEqual(['name subjects >op.course >op.subject', 'code batches']);
    expect(said('op.faculty')).toEqual(['x_staff faculty', 'company_id faculty']);
  });

  it('say once what several instances name', () => {
    expect(ripplesOfTemplates([instance(), instance()])).toEqual(ripplesOfTemplates([instance()]));
    expect(ripplesOfTemplates([])).toEqual(new Map());
  });

  it('say which fields are to be copied', () => {
    const fields = fieldsOfTemplates([instance(), allNamed]);
    expect(fields.get('op.subject')).toEqual(new Set(['name', 'code', 'x_about']));
    expect(fields.get('op.department')).toEqual(new Set(['name', 'x_faculty', 'code']));
    expect(fields.get('op.student')).toEqual(new Set(['x_login', 'company_id', 'city']));
    expect(fields.get('op.faculty')).toEqual(new Set(['x_staff', 'company_id']));
  });
});

describe('names', () => {
  it.each([
    ['course_shortname', '{subject.name}', 'it has to hold {subject.code} or {subject.id}'],
    ['course_shortname', '{subject.code} {program.code?}', 'it has to hold {program.code} or {program.id}'],
    ['group', '{batch.name}', 'it has to hold {batch.code} or {batch.id}'],
    ['course_fullname', '{student.name}', 'here it takes fields of subject, program, batch'],
    ['program_category', '{subject.name}', 'here it takes fields of program, department'],
    ['course_summary', '<b>{subject.x_about}</b>', 'it may hold no HTML'],
  ])('%s is not %s', (name, text, expected) => {
    const { error } = instanceSchema.shape.names.safeParse({ [name]: text });
    expect(error?.issues.map(({ message }) => message).join()).toContain(expected);
  });
});

describe('a summary', () => {
  it.each([
    ['Law & Order\n1 < 2', 'Law & Order\n1 < 2'],
    ['<p>Law &amp;  <b>Order</b></p><ul><li>one</li><li>two</li></ul>', 'Law & Order\none\ntwo'],
    ['one<br/>two<br><br><br>\n three', 'one\ntwo\n\nthree'],
    ['  see <https://example.org>\n', 'see <https://example.org>'],
  ])('is text: %j becomes %j, and is the same when Moodle answers it', (text, expected) => {
    expect(plainSummary(text)).toBe(expected);
    expect(summaryText(summaryHtml(expected))).toBe(expected);
  });

  it('takes time in proportion, whatever it holds', () => {
    const long = '<a'.repeat(50_000);
    expect(plainSummary(`${long}</b>`)).toContain('<a<a');
  });
});
