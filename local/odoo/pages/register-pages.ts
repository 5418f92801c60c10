import type { FastifyInstance } from 'fastify';
import { pageSender } from '#local/pages/page-sender.ts';
import type { Html } from '#shared/http/html.ts';
import type { Environment } from '../orm/environment.ts';
import type { Row } from '../orm/field.ts';
import { enrolmentPage } from './enrolment-page.ts';
import { examPage } from './exam-page.ts';
import { homePage } from './home-page.ts';
import { peoplePage } from './people-page.ts';
import { studentPage } from './student-page.ts';
import { View } from './view.ts';

type Query = { q?: string; page?: string };

/** The pages of single records: their path, model and content. */
const recordPages: readonly [path: string, model: string, content: (row: Row, view: View) => Html][] = [
  ['/student/:id', 'op.student', studentPage],
  ['/enrolment/:id', 'op.student.course', enrolmentPage],
  ['/exam/:id', 'op.exam', examPage],
];

/** Adds the pages for people: the counts, a student, an enrolment, an exam, and the search for students. */
export function registerPages(server: FastifyInstance, environment: () => Environment): void {
  const send = pageSender(() => ({ name: environment().settings.schoolName, noun: 'school' }));

  server.get('/', (_request, reply) => send(reply, 'School', homePage(new View(environment()))));

  server.get<{ Querystring: Query }>('/people', (request, reply) => {
    const query = String(request.query.q ?? '');
    const content = peoplePage(query, Number(request.query.page ?? 1), new View(environment()));
    return send(reply, 'Students', content, query);
  });

  for (const [path, model, content] of recordPages)
    server.get<{ Params: { id: string } }>(path, (request, reply) => {
      const view = new View(environment());
      const row = view.row(model, Number(request.params.id));
      return send(reply, row ? view.nameOf(model, row.id) : '', row && content(row, view));
    });

  server.setNotFoundHandler((_request, reply) => send(reply, '', undefined));
}
