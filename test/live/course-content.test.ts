import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { systemClock } from '#functions/compose.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { addAttendance } from '#shared/moodle/functions/attendance.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { createCourses, getCourseByField } from '#shared/moodle/functions/courses.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { type Kit, startKit } from '#test/integration/kit.ts';
import { freshCategory, freshUniversity } from './fresh-part.ts';

const { MOODLE_URL: url = '', MOODLE_TOKEN: token = '' } = process.env;
const size = { programs: 2, subjects: 2, batches: 1, students: 4, teachers: 1 };
const minute = 60_000;
const importing = 'core_course_import_course';

/** Stands before a live Moodle, and leaves a copy of content without an answer where it is told to. */
class Front {
  copies = 0;
  cutOff = 0;
  readonly #server = createServer(async (request, response) => {
    const body = await text(request);
    const isCopy = body.includes(importing);
    if (isCopy) this.copies += 1;
    const answer = fetch(`${url}${request.url}`, {
      ...{ method: 'POST', body },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    if (isCopy && this.cutOff > 0) {
      this.cutOff -= 1;
      // Moodle goes on with it.
      setTimeout(() => request.socket.destroy(), 100);
      await answer;
      return;
    }
    const given = await answer;
    response.writeHead(given.status, { 'content-type': 'application/json' }).end(await given.text());
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe.skipIf(!url || !token)('new courses in a live Moodle', () => {
  const client = new MoodleClient({ baseUrl: url || 'http://127.0.0.1', token });
  const front = new Front();
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ instances: [], schedules: 'none' });
    systemClock.sleep = sleep;
  });
  afterAll(async () => {
    front.stop();
    await kit?.stop();
  });

  it('begin with the content of their template once each, one answer lost and a template late', async () => {
    const top = await freshCategory(client, `Course content ${new Date().toISOString()}`);
    const [early, late] = [`early-${top}`, `late-${top}`];
    const makeTemplate = async (shortname: string) => {
      const course = { fullname: shortname, shortname, categoryid: top };
      const [made] = await createCourses(client, [course]);
      const { functions } = await getSiteInfo(client);
      await addAttendance(client, functions, { courseid: made!.id, name: 'Roll', groupmode: 0 });
    };
    await makeTemplate(early);
    const records = freshUniversity(size);
    const programs = records.filter(({ model }) => model === 'op.course');
    await kit.system.register({
      ...{ id: 'live', base_url: await front.start(), token },
      new_accounts: { auth: 'manual', password: 'random' },
      category_ids: { departments: top, programs: top },
      course_template: early,
      course_templates: { programs: { [String(programs[1]!.code)]: late } },
      new_courses: { format: 'weeks', numsections: 6, groupmode: 'separate', enablecompletion: false },
    });
    front.cutOff = 1;
    await kit.sync(...records);
    await sleep(5_000);
    const rows = () => kit.mappings('live').then((all) => [...all.values()]);
    const coursesOf = async (program: { id: string }) =>
      (await rows()).filter(
        ({ idnumber, service }) => service === 'subjects' && idnumber.endsWith(`_course_${program.id}`),
      );
    // Nobody has waited for it.
    expect(
      (await rows()).filter(({ service, status }) => service !== 'subjects' && status !== 'synced'),
    ).toEqual([]);
    const codes = async (program: { id: string }) =>
      (await coursesOf(program)).map(({ failure }) => failure?.code ?? 'synced').sort();
    expect(await codes(programs[0]!)).toEqual(['contentindoubt', 'synced']);
    expect(await codes(programs[1]!)).toEqual(['notemplate', 'notemplate']);
    await makeTemplate(late);
    await kit.advance(6 * minute);
    expect(await kit.troubles('live')).toEqual({});
    for (const program of programs)
      for (const { idnumber } of await coursesOf(program)) {
        const course = await getCourseByField(client, 'idnumber', idnumber);
        const modules = await getCourseModules(client, course!.id);
        expect(modules.map(({ modname, name }) => `${modname} ${name}`).sort()).toEqual([
          'attendance Roll',
          'forum Announcements',
        ]);
        const { courses } = await client.call(
          'core_course_get_courses_by_field',
          { field: 'id', value: course!.id },
          z.object({ courses: z.array(z.looseObject({})) }),
        );
        const settings = { format: 'weeks', groupmode: 1, enablecompletion: 0, newsitems: 5, visible: 1 };
        expect(courses[0]).toMatchObject(settings);
      }
    expect(front.copies).toBe(4);
  });
});
