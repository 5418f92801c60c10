import { isAtLeast } from '#shared/moodle/client/release.ts';
import { invalidParameter, missingRecord } from '../moodle-exception.ts';
import type { Cohort } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { requireUser } from './user-rules.ts';
import { escapeName, requireLength } from './values.ts';
import type { WebServiceFunctions } from './web-service-function.ts';

const capability = 'moodle/cohort:manage';
const lengths = { name: 254, idnumber: 100 } as const;

/** Cohorts of the site; those of categories are not simulated. */
export const cohortFunctions = {
  /** All or nothing. */
  core_cohort_create_cohorts: {
    commitsLater: true,
    capability,
    run: ({ cohorts }, { state, settings }) =>
      cohorts.map(({ categorytype, name, idnumber, visible = true }) => {
        if (categorytype.type !== 'system') throw invalidParameter();
        if (state.cohorts.count('idnumber', idnumber) > 0) throw invalidParameter();
        requireLength({ name, idnumber }, lengths);
        return cohortAnswer(state.cohorts.insert({ name, idnumber, visible }), settings.release);
      }),
  },
  /** All or nothing. Nobody looks whether another one has the ID number. Answers null. */
  core_cohort_update_cohorts: {
    capability,
    run: ({ cohorts }, { state }) => {
      for (const { id, categorytype, name, idnumber, visible } of cohorts) {
        if (name.trim() === '') throw invalidParameter();
        requireCohort(state, id);
        if (categorytype.type !== 'system') throw invalidParameter();
        requireLength({ name, idnumber }, lengths);
        state.cohorts.update(id, { name, idnumber, visible });
      }
      return null;
    },
  },
  /** All where none is named; those that are not there are left out. */
  core_cohort_get_cohorts: {
    capability,
    run: ({ cohortids = [] }, { state, settings }) =>
      state.cohorts
        .all()
        .filter(({ id }) => cohortids.length === 0 || cohortids.includes(id))
        .map((cohort) => cohortAnswer(cohort, settings.release)),
  },
  core_cohort_get_cohort_members: {
    capability,
    run: ({ cohortids }, { state }) =>
      cohortids.map((cohortid) => {
        requireCohort(state, cohortid);
        const members = state.cohortMembers.find('cohort', cohortid);
        return { cohortid, userids: members.map(({ userid }) => userid) };
      }),
  },
  /** What is not there is passed over with a warning, in English whatever the site's language. */
  core_cohort_add_cohort_members: {
    capability,
    run: ({ members }, { state }) => {
      const warnings: { warningcode: string; message: string }[] = [];
      for (const { cohorttype, usertype } of members) {
        const warn = (warningcode: string, message: string) => warnings.push({ warningcode, message });
        const [cohortid, userid] = [Number(cohorttype.value), Number(usertype.value)];
        const user = state.users.get(userid);
        if (!state.cohorts.get(cohortid)) warn('2', `cohort id=${cohortid} not exists`);
        else if (!user || user.deleted) warn('2', `user id=${userid} not exists`);
        else if (state.cohortMember(cohortid, userid))
          warn('3', `record already exists: cohort(id=${cohortid} id=${userid})`);
        else state.cohortMembers.insert({ cohortid, userid });
      }
      return { warnings };
    },
  },
  /** All or nothing; somebody who is no member is fine. Answers null. */
  core_cohort_delete_cohort_members: {
    capability,
    run: ({ members }, { state }) => {
      for (const { cohortid, userid } of members) {
        requireCohort(state, cohortid);
        requireUser(state, userid);
        const member = state.cohortMember(cohortid, userid);
        if (member) state.cohortMembers.delete(member.id);
      }
      return null;
    },
  },
} satisfies Partial<WebServiceFunctions>;

function requireCohort(state: SiteState, id: number): void {
  if (!state.cohorts.get(id)) throw missingRecord('cohort');
}

/** 5.1 answers a name as HTML. */
function cohortAnswer({ id, name, idnumber, visible }: Cohort, release: string) {
  return { id, name: isAtLeast(release, '5.1') ? escapeName(name) : name, idnumber, visible };
}
