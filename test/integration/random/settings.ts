import { type MoodleSettings, releases } from '#local/moodle/settings.ts';
import { triedReleases } from '#shared/moodle/client/release.ts';

/** How large the randomized test is, by environment variables. */
export const settings = {
  /** The seeds to run: RANDOM_SEED names one; RANDOM_SEEDS=20 runs 1 to 20; else one. */
  seeds: seedsOf(process.env.RANDOM_SEED, process.env.RANDOM_SEEDS),
  /** RANDOM_RECORDS: how many records the ERP holds at the start. */
  records: Number(process.env.RANDOM_RECORDS ?? 250),
  /** The same for the test with an ERP, which does more for each of them. */
  recordsWithErp: Number(process.env.RANDOM_RECORDS ?? 40),
  /** RANDOM_ROUNDS: how often a part of them is changed amid faults. */
  rounds: Number(process.env.RANDOM_ROUNDS ?? 4),
  roundsWithErp: Number(process.env.RANDOM_ROUNDS ?? 1),
};

/** The release of the simulated Moodle in a seed's run: by turns, so that a few seeds have met all. */
export function releaseOf(seed: number): Partial<MoodleSettings> {
  return releases[triedReleases[seed % triedReleases.length]!];
}

/** What every second seed's instance is switched to in the middle: names of accounts of its own. */
export function namesOf(seed: number): Record<string, unknown> {
  if (seed % 2 === 0) return {};
  const templates = { students: 'N-student-{student.id}', teachers: 'N-faculty-{teacher.id}' };
  return {
    ...{ usernames: templates, id_numbers: templates },
    field_ownership: { 'user.username': 'erp' },
  };
}

/** The link's own ID number in the place of one by such a template, and the other way round. */
export const toOwnNumber = (idnumber: string) => idnumber.replace(/^N-(student|faculty)-/, 'oec_$1_');
export const toNumberByTemplate = (idnumber: string) => idnumber.replace(/^oec_(student|faculty)_/, 'N-$1-');

function seedsOf(one: string | undefined, many: string | undefined): number[] {
  if (one !== undefined) return [Number(one)];
  return Array.from({ length: Number(many ?? 1) }, (_, index) => index + 1);
}
