import type { Deployment } from '#cli/connection/deployment.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { placeAmongTried, triedReleases } from '#shared/moodle/client/release.ts';
import { functionsFor } from '#shared/moodle/client/required-functions.ts';
import { failureOf } from '#shared/moodle/failures.ts';
import { getCategoriesByIds } from '#shared/moodle/functions/categories.ts';
import { getSiteInfo, type SiteInfo } from '#shared/moodle/functions/site.ts';
import { accountFindings, siteFindings, templateFindings } from '#shared/moodle/health/health.ts';
import { profileFindings } from '#shared/moodle/health/profile-fields.ts';
import type { InstanceState } from '#shared/moodle/health/staleness.ts';
import { courseTemplates, type Instance } from '#shared/moodle/instance/instance.ts';
import { findTwins, twinsConflict } from '#shared/moodle/inventory/twins.ts';
import { TokenError } from '#shared/store/secrets/tokens.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { failed, ok, run, type Said, saidOf, unknown, warning } from './check.ts';
import { checkAttendance, checkCapabilities, checkRoles } from './rights.ts';

/** A site that takes longer is as good as away, in milliseconds. */
const timeoutMs = 20_000;
/** What was written last is told by the two clocks where attendance is taken on both sides, in milliseconds. */
const clockTolerance = 60_000;

/** Asks a Moodle, from this machine, all that can be asked without changing anything. */
export async function checkSite(
  { tokens, mappings }: Deployment,
  instance: Instance,
  state: InstanceState,
): Promise<Said[]> {
  let token: string;
  try {
    token = await tokens.get(instance);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return [failed(error.message, `\`oec-moodle instance set ${instance.id}\` stores it.`)];
  }
  const clock = siteClock();
  const client = new MoodleClient({ baseUrl: instance.base_url, token, timeoutMs, fetch: clock.fetch });
  const hasToken = ok('Its token is in Secrets Manager.');
  const started = performance.now();
  let info: SiteInfo;
  try {
    info = await getSiteInfo(client);
  } catch (error) {
    return [hasToken, doesNotAnswer(failureOf(error), state)];
  }
  const milliseconds = Math.round(performance.now() - started);
  const wanted = functionsFor(instance);
  return [
    hasToken,
    ok(`It answers from here in ${milliseconds} ms: Moodle ${info.release}. ${sayTried(info)}`),
    checkAddress(info, instance),
    ...saidOf(
      siteFindings(info, instance),
      `The release is new enough, and all ${wanted.length} functions are there.`,
    ),
    ...checkAttendance(info, instance),
    ...(await run({
      'How it shows accounts': async () =>
        saidOf(
          [...(await accountFindings(client, info)), ...(await profileFindings(client, info, instance))],
          'It shows accounts whole.',
        ),
      "What the token's role may do": () => checkCapabilities(client, info, wanted),
      'The roles': () => checkRoles(client, info, instance),
      'The categories': () => checkCategories(client, instance),
      ...(courseTemplates(instance).length > 0 && {
        'The templates of courses': async () =>
          saidOf(
            await templateFindings(client, instance),
            'Every course whose content new ones begin with is there.',
          ),
      }),
      'What it has more than once': () => checkTwins(client, mappings, instance.id),
    })),
    clock.check(),
    numbersUnlocked,
    notFromHere,
  ];
}

/** Functions reach Moodle from another network than the operator does: what they found last counts. */
function doesNotAnswer({ reason, advice, class: failureClass }: Failure, { health }: InstanceState): Said {
  if (failureClass !== 'unreachable' || !health || health.status === 'failed') return failed(reason, advice);
  return warning(
    `${reason} From AWS it could be reached at ${health.checked_at}.`,
    'If this machine is outside the network from which Moodle may be called, that is all; otherwise check that Moodle is up.',
  );
}

function checkAddress({ siteurl }: SiteInfo, { base_url }: Instance): Said {
  const plain = (url: string) => url.replace(/\/+$/, '');
  if (plain(siteurl) === plain(base_url)) return ok('Its address is the wwwroot of the site.');
  return warning(
    `The site calls itself ${siteurl}, and the instance ${base_url}.`,
    'Set base_url as in Moodle’s wwwroot: a redirect between the two loses what is sent.',
  );
}

/** Whether this product was tried with the release: one that was not is no reason to worry. */
function sayTried({ release }: SiteInfo): string {
  const tried = triedReleases.join(' and ');
  const words = {
    tried: 'This product was tried with it.',
    between: `It lies between ${tried}, with which this product was tried.`,
    newer: `It is newer than ${tried}, with which this product was tried; nothing is known to be wrong with it.`,
    older: `It is older than ${tried}, with which this product was tried.`,
  };
  return words[placeAmongTried(release)];
}

async function checkCategories(client: MoodleClient, { category_ids }: Instance): Promise<Said[]> {
  const wanted = Object.entries(category_ids).filter(([, id]) => id !== 0);
  if (wanted.length === 0)
    return [ok('Departments and programs are put at the top, where there is always room.')];
  const found = await getCategoriesByIds(client, [...new Set(wanted.map(([, id]) => id))]);
  const there = new Map(found.map(({ id, name }) => [id, name]));
  return wanted.map(([name, id]) =>
    there.has(id)
      ? ok(`The category of category_ids.${name} is there: ${there.get(id)} (${id}).`)
      : failed(
          `category_ids.${name} is ${id}, and the token's user sees no such category.`,
          'Correct the setting (the id is in the address of the category’s page; 0 is the top), or show the category to the role.',
        ),
  );
}

/** The site's clock, by the Date header of its answers. */
function siteClock() {
  let ahead: number | undefined;
  const noting: typeof fetch = async (...request) => {
    const response = await fetch(...request);
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) ahead = date - Date.now();
    return response;
  };
  return {
    fetch: noting,
    check(): Said {
      if (ahead === undefined) return unknown('It does not say what time it is there.');
      if (Math.abs(ahead) <= clockTolerance) return ok('Its clock and that of this machine agree.');
      const minutes = Math.round(Math.abs(ahead) / 60_000);
      return warning(
        `Its clock is ${minutes} minutes ${ahead > 0 ? 'ahead of' : 'behind'} this machine's.`,
        'Have both set their clocks by NTP: where attendance is taken on both sides, the later mark counts.',
      );
    },
  };
}

/** Whether every category, course and group of ours is in a Moodle once; a call for each category and course. */
export async function checkTwins(
  client: MoodleCaller,
  mappings: Deployment['mappings'],
  instance: string,
): Promise<Said[]> {
  const found = await findTwins(client);
  if (found.length === 0) return [ok('Every category, course and group of the link is there once.')];
  const idnumbers = found.map(({ idnumber }) => idnumber);
  const rows = await mappings.getMany(instance, idnumbers);
  return found.map((twins) => {
    const { reason, advice } = twinsConflict(twins, rows.get(twins.idnumber)?.moodle_id);
    return warning(reason, advice);
  });
}

/** Moodle tells its settings to administrators only. */
const numbersUnlocked = unknown(
  'Whether users may edit their own ID number, as Moodle lets them by default, it does not tell.',
  'Lock it for every authentication plugin: Plugins, Authentication, Lock user fields, ID number (docs/moodle-setup.md, 6).',
);

const notFromHere = unknown(
  'Not to be seen from here: roles that a single category or course overrides, whether new courses get manual ' +
    'enrolments, whether accounts may share an e-mail address, the password policy, PHP’s max_input_vars, and whether ' +
    'Moodle can send mail.',
  'docs/moodle-setup.md, 6, says where each is set.',
);
