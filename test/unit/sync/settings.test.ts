import { describe, expect, it } from 'vitest';
import { instanceSchema, ownedFields } from '#shared/moodle/instance/instance.ts';
import {
  checkedSettings,
  parseAssignment,
  SettingError,
  settingNames,
  shownSettings,
  withSettings,
} from '#shared/moodle/instance/settings.ts';

const base = { id: 'main', base_url: 'https://moodle.example.org' };
const changed = (current: Record<string, unknown>, ...texts: string[]) =>
  withSettings(current, texts.map(parseAssignment));

describe('settings of an instance', () => {
  it('are all of the schema, down to what takes one value', () => {
    const top = new Set(settingNames.map((name) => name.split('.')[0]));
    expect([...top]).toEqual(Object.keys(instanceSchema.shape));
    for (const field of Object.keys(ownedFields)) expect(settingNames).toContain(`field_ownership.${field}`);
  });

  it('take numbers, truth, lists and choices as they are written', () => {
    const settings = changed(
      base,
      ...['brake.share=0.2', 'pull_feedback=true', 'scope.departments=1, 2', 'role_ids.student=9'],
      ...['field_ownership.user.email=create', 'on_finish=unenrol', 'secret_name=oec-moodle/a=b'],
    );
    expect(settings).toEqual({
      ...base,
      brake: { share: 0.2 },
      pull_feedback: true,
      scope: { departments: ['1', '2'] },
      role_ids: { student: 9 },
      field_ownership: { 'user.email': 'create' },
      on_finish: 'unenrol',
      secret_name: 'oec-moodle/a=b',
    });
    expect(checkedSettings(settings).brake).toEqual({ share: 0.2, minimum: 20 });
  });

  it('get their default back from an empty value, and leave no empty group behind', () => {
    const before = {
      ...base,
      brake: { share: 0.2, minimum: 5 },
      scope: { departments: ['1'] },
      note: 'kept',
    };
    expect(changed(before, 'brake.share=', 'scope.departments=')).toEqual({
      ...base,
      brake: { minimum: 5 },
      note: 'kept',
    });
    expect(before.scope).toEqual({ departments: ['1'] });
  });

  it.each([
    ['brake.shares=1', 'There is no setting brake.shares. There are: brake.share, brake.minimum.'],
    ['brakes=1', 'There is no setting brakes. There are: id, base_url, secret_name'],
    ['brake', 'write it as key=value'],
    ['brake.minimum=many', 'brake.minimum=many: it takes number'],
    ['brake.minimum=', undefined],
    ['pull_feedback=yes', 'it takes true or false'],
    ['on_finish=delete', 'it takes suspend | unenrol'],
    ['shared_emails=yes', 'it takes refused | allowed'],
    ['brake.share=2', 'brake.share: '],
    ['role_ids.student=1.5', 'role_ids.student: '],
    ['base_url=', 'base_url: '],
    ['base_url=ftp://moodle.example.org', 'base_url: '],
  ])('%s is told of', (text, message) => {
    const apply = () => checkedSettings(changed(base, text));
    if (message === undefined) expect(apply).not.toThrow();
    else {
      expect(apply).toThrow(SettingError);
      expect(apply).toThrow(message);
    }
  });

  it('are shown with what counts where nothing is set', () => {
    const shown = new Map(
      shownSettings(checkedSettings(changed(base, 'scope.departments=3,4')), { ...base, scope: {} }).map(
        ({ name, value, isDefault }) => [name, `${value}${isDefault ? ' (default)' : ''}`],
      ),
    );
    expect(shown.get('scope.departments')).toBe('3,4 (default)');
    expect(shown.get('base_url')).toBe('https://moodle.example.org');
    expect(shown.get('field_ownership.user.phone1')).toBe('moodle (default)');
    expect(shown.get('brake.minimum')).toBe('20 (default)');
    expect(shown.get('shared_emails')).toBe('refused (default)');
  });
});
