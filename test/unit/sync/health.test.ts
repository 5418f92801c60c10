import { describe, expect, it } from 'vitest';
import { requiredFunctions } from '#shared/moodle/client/required-functions.ts';
import type { SiteInfo } from '#shared/moodle/functions/site.ts';
import { healthOf, siteFindings } from '#shared/moodle/health/health.ts';
import {
  type InstanceState,
  isStale,
  needsCheck,
  secondsSinceSuccess,
} from '#shared/moodle/health/staleness.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';

const healthySite: SiteInfo = {
  sitename: 'Example',
  siteurl: 'https://moodle.example.org',
  release: '4.5.6 (Build: 20250811)',
  version: '2024100706',
  userid: 3,
  username: 'oec-sync',
  userissiteadmin: false,
  functions: requiredFunctions.map(({ name }) => name),
};
const without = (...names: string[]): SiteInfo => ({
  ...healthySite,
  functions: healthySite.functions.filter((name) => !names.includes(name)),
});

const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });
const findingsOf = (info: SiteInfo) => siteFindings(info, instance);

describe('the findings of a site', () => {
  it('are none where all is as it should be', () => {
    expect(findingsOf(healthySite)).toEqual([]);
  });

  it.each(['4.5', '4.5+', '4.10.1', '5.0.2 (Build: 20250811)', '5.1+ (Build: 20251017)'])(
    'accept release %s',
    (release) => {
      expect(findingsOf({ ...healthySite, release })).toEqual([]);
    },
  );

  it.each(['5.2', '5.10.1', '10.0'])('note that %s was not tried, which is no trouble', (release) => {
    const findings = findingsOf({ ...healthySite, release });
    expect(findings).toMatchObject([
      { code: 'release-not-tried', severity: 'note', message: expect.stringContaining('4.5 and 5.1') },
    ]);
    expect(healthOf(findings, 0, release).status).toBe('ok');
  });

  it.each(['4.4.9 (Build: 20250811)', '3.11', '4', 'unknown'])('refuse release %s', (release) => {
    expect(findingsOf({ ...healthySite, release })).toMatchObject([
      { code: 'release-too-old', severity: 'failed', message: expect.stringContaining(release) },
    ]);
  });

  it('name each missing function, and stop the sync only over those that it pushes with', () => {
    const findings = findingsOf(without('core_user_create_users', 'mod_quiz_get_user_best_grade'));
    expect(findings).toMatchObject([
      { severity: 'failed', message: expect.stringContaining('core_user_create_users') },
      { severity: 'warning', message: expect.stringContaining('mod_quiz_get_user_best_grade') },
    ]);
  });

  it('say what is left out where the attendance plugin is missing', () => {
    expect(findingsOf(without('mod_attendance_get_sessions'))).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('no attendance comes from Moodle') },
    ]);
  });

  it.each(['oec', 'both'] as const)('name what attendance from %s needs besides', (sync_attendance_from) => {
    const message = expect.stringMatching(
      /mod_attendance_update_user_status.*: no attendance goes to Moodle/,
    );
    expect(siteFindings(healthySite, { ...instance, sync_attendance_from })).toMatchObject([
      {
        severity: 'warning',
        message,
        advice: expect.stringContaining('mod/attendance:takeattendances in its role'),
      },
      { severity: 'warning', message: expect.stringContaining('mod_attendance_add_attendance') },
      { severity: 'warning', message: expect.stringContaining('mod_attendance_add_session') },
    ]);
  });

  it('warn of the token of a site administrator', () => {
    expect(findingsOf({ ...healthySite, userissiteadmin: true })).toMatchObject([
      { code: 'token-of-site-administrator', severity: 'warning' },
    ]);
  });
});

describe('health', () => {
  const finding = (severity: 'warning' | 'failed') => ({ code: 'x', severity, message: 'M.', advice: 'A.' });

  it('is as bad as its worst finding', () => {
    expect(healthOf([], 0).status).toBe('ok');
    expect(healthOf([finding('warning')], 0).status).toBe('warning');
    expect(healthOf([finding('warning'), finding('failed')], 0).status).toBe('failed');
  });
});

describe('staleness', () => {
  const hour = 3_600_000;
  const start = Date.parse('2026-09-01T00:00:00Z');
  const state = (changes: Partial<InstanceState> = {}): InstanceState => ({
    brakesOn: 0,
    isBreakerOpen: false,
    health: healthOf([], start),
    ...changes,
  });
  const synced = state({ last_successful_sync: new Date(start).toISOString() });

  it('begins when the last success is older than the threshold, 4 hours unless the instance says otherwise', () => {
    expect(isStale(instance, synced, start + 4 * hour)).toBe(false);
    expect(isStale(instance, synced, start + 4 * hour + 1000)).toBe(true);
    expect(isStale({ ...instance, stale_after_hours: 12 }, synced, start + 5 * hour)).toBe(false);
  });

  it('counts from the first check where there never was a success', () => {
    const watched = state({ watched_since: new Date(start).toISOString() });
    expect(secondsSinceSuccess(watched, start + hour)).toBe(3600);
    expect(isStale(instance, watched, start + 5 * hour)).toBe(true);
    expect(secondsSinceSuccess(state(), start)).toBe(0);
  });

  it('is forestalled by a check of an instance that is quiet for a quarter of it', () => {
    expect(needsCheck(instance, synced, start + hour - 1000)).toBe(false);
    expect(needsCheck(instance, synced, start + hour)).toBe(true);
  });

  it('does not wait for its turn to look again at what failed, or was never looked at', () => {
    const failed = healthOf([{ code: 'x', severity: 'failed', message: 'M.', advice: 'A.' }], start);
    expect(needsCheck(instance, { ...synced, health: failed }, start)).toBe(true);
    expect(needsCheck(instance, { ...synced, health: undefined }, start)).toBe(true);
  });
});
