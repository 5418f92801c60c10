import type { FastifyInstance } from 'fastify';
import { pageSender } from '#local/pages/page-sender.ts';
import type { MoodleSettings } from '../settings.ts';
import type { SiteState } from '../state/site-state.ts';
import { categoryPage } from './category-page.ts';
import { coursePage } from './course-page.ts';
import { homePage } from './home-page.ts';
import { peoplePage } from './people-page.ts';
import { userPage } from './user-page.ts';

type Site = { state: SiteState; settings: MoodleSettings };
type Query = { q?: string; page?: string };
type WithId = { Params: { id: string }; Querystring: Query };

/** Adds the pages for people: the site, a course, a user, and the search for people. */
export function registerPages(server: FastifyInstance, site: () => Site): void {
  const send = pageSender(() => ({ name: site().settings.siteName, noun: 'site' }));

  server.get('/', (_request, reply) => send(reply, 'Courses', homePage(site().state)));

  server.get<{ Querystring: Query }>('/people', (request, reply) => {
    const query = String(request.query.q ?? '');
    return send(reply, 'People', peoplePage(query, pageOf(request.query), site().state), query);
  });

  server.get<WithId>('/category/:id', (request, reply) => {
    const { state } = site();
    const category = state.categories.get(Number(request.params.id));
    return send(
      reply,
      category?.name ?? '',
      category && categoryPage(category, pageOf(request.query), state),
    );
  });

  server.get<WithId>('/course/:id', (request, reply) => {
    const { state, settings } = site();
    const course = state.courses.get(Number(request.params.id));
    const content = course && coursePage(course, pageOf(request.query), state, settings.roles);
    return send(reply, course?.fullname ?? '', content);
  });

  server.get<WithId>('/user/:id', (request, reply) => {
    const { state, settings } = site();
    const user = state.users.get(Number(request.params.id));
    const content = user && userPage(user, pageOf(request.query), state, settings.roles);
    return send(reply, user ? `${user.firstname} ${user.lastname}` : '', content);
  });

  server.setNotFoundHandler((_request, reply) => send(reply, '', undefined));
}

function pageOf({ page }: Query): number {
  return Number(page ?? 1);
}
