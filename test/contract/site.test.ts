import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { MoodleAuthError } from '#shared/moodle/client/errors.ts';
import { missingFunctions, requiredFunctions } from '#shared/moodle/client/required-functions.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { isMissing, newUser, refusal } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
const call = (name: string, parameters = {}) => peer.client.call(name, parameters, z.unknown());

describe('the site', () => {
  it('says its release and who the token belongs to', async () => {
    const info = await getSiteInfo(peer.client);
    expect(info.release).toMatch(/^[4-9]\.\d/);
    expect(info.username).not.toBe('');
    expect(info.userid).toBeGreaterThan(0);
  });

  it('offers every function that pushing needs', async () => {
    const { functions } = await getSiteInfo(peer.client);
    const wanted = requiredFunctions.filter(({ direction }) => direction === 'push' || direction === 'both');
    expect(missingFunctions(functions, wanted)).toEqual([]);
  });

  it('offers every function that pulling needs, but for those of the attendance plugin', async () => {
    const { functions } = await getSiteInfo(peer.client);
    const wanted = requiredFunctions.filter(({ direction, olderName }) => direction === 'pull' && !olderName);
    expect(missingFunctions(functions, wanted)).toEqual([]);
  });
});

describe('the transport', () => {
  it('refuses a wrong token with invalidtoken', async () => {
    const stranger = new MoodleClient({ baseUrl: peer.url, token: 'f'.repeat(32) });
    const error = await getSiteInfo(stranger).catch((reason) => reason);
    expect(error).toBeInstanceOf(MoodleAuthError);
    expect(error.errorcode).toBe('invalidtoken');
  });

  it('refuses a function that exists but is not in the external service with accessexception', async () => {
    expect(await refusal(call('core_user_delete_users', { userids: [1] }))).toBe('accessexception');
  });

  it('refuses a function that does not exist', async () => {
    expect(await refusal(call('mod_absent_get_nothing'))).toSatisfy(isMissing);
  });

  it('refuses a missing, an unknown and an ill-typed parameter with invalidparameter', async () => {
    expect(await refusal(call('core_user_get_users_by_field', { field: 'id' }))).toBe('invalidparameter');
    const users = [{ ...newUser(), shoesize: 43 }];
    expect(await refusal(call('core_user_create_users', { users }))).toBe('invalidparameter');
    expect(await refusal(call('core_group_get_course_groups', { courseid: 'seven' }))).toBe(
      'invalidparameter',
    );
  });

  it('refuses an unknown parameter beside the known ones', async () => {
    expect(await refusal(call('core_webservice_get_site_info', { colour: 'red' }))).toBe('invalidparameter');
  });

  it('understands 1 and 0 for yes and no, but not the word true', async () => {
    const create = (createpassword: string | boolean) =>
      call('core_user_create_users', { users: [{ ...newUser(), createpassword }] });
    expect(await refusal(create(false))).toBeUndefined();
    expect(await refusal(create('true'))).toBe('invalidparameter');
  });

  it('takes a call of nearly 900 form variables whole', async () => {
    const values = Array.from({ length: 890 }, (_, index) => `nobody-${index}`);
    const found = await peer.client.call(
      'core_user_get_users_by_field',
      { field: 'idnumber', values },
      z.array(z.unknown()),
    );
    expect(found).toEqual([]);
  });
});
