import qs from 'qs';
import type { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';

/** Posts one call as a client would; booleans as 1 and 0. */
export async function callMoodle(
  moodle: SimulatedMoodle,
  wsfunction: string,
  parameters: object = {},
  token = moodle.token,
  // biome-ignore lint/suspicious/noExplicitAny: the tests assert what came back
): Promise<any> {
  const body = qs.stringify(
    { wstoken: token, wsfunction, moodlewsrestformat: 'json', ...parameters },
    { encoder: (value) => encodeURIComponent(typeof value === 'boolean' ? Number(value) : value) },
  );
  const response = await fetch(`${moodle.url}/webservice/rest/server.php`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  return response.json();
}

/** A user that can be created, unique by its number. */
export const newUser = (number: number, more: object = {}) => ({
  username: `student${number}@example.org`,
  firstname: 'Asha',
  lastname: `Verma ${number}`,
  email: `student${number}@example.org`,
  idnumber: `oec_student_${number}`,
  createpassword: 1,
  ...more,
});
