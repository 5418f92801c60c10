import { peopleList } from '#local/pages/lists.ts';
import type { Pages } from '#local/pages/register-pages.ts';
import { fullName } from '../functions/users.ts';
import type { MoodleSettings } from '../settings.ts';
import type { SiteState } from '../state/site-state.ts';
import { accountLink, userPage } from './people.ts';
import { categoryPage, coursePage, homePage } from './places.ts';

/** The pages for people: the site, a category, a course, a user, and the search for people. */
export function pagesOf(state: SiteState, { siteName, roles }: MoodleSettings): Pages {
  return {
    name: siteName,
    noun: 'site',
    home: () => ({ title: 'Courses', content: homePage(state) }),
    people: (query, page) =>
      peopleList(
        state.users.all().filter((user) => !user.guest),
        {
          title: 'People',
          query,
          page,
          textOf: (user) =>
            `${user.firstname} ${user.lastname} ${user.username} ${user.email} ${user.idnumber}`,
          columns: ['Name', 'E-mail', 'ID number', 'Courses'],
          cells: (user) => {
            const count = state.enrolments.count('user', user.id);
            return [
              accountLink(user),
              user.email,
              user.idnumber,
              `${count} ${count === 1 ? 'course' : 'courses'}`,
            ];
          },
        },
      ),
    kinds: {
      category: (id, page) => {
        const category = state.categories.get(id);
        return category && { title: category.name, content: categoryPage(category, page, state) };
      },
      course: (id, page) => {
        const course = state.courses.get(id);
        return course && { title: course.fullname, content: coursePage(course, page, state, roles) };
      },
      user: (id, page) => {
        const user = state.users.get(id);
        return user && { title: fullName(user), content: userPage(user, page, state, roles) };
      },
    },
  };
}
