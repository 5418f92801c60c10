import { describe, expect, it } from 'vitest';
import { startKit } from '../kit.ts';
import { runCli } from './run-cli.ts';

describe('the operators’ command', () => {
  it('finds the only stack by itself, and one by its name', async () => {
    await using kit = await startKit();
    const found = await runCli(kit, ['instance', 'list', '--json']);
    expect(found).toMatchObject({ code: 0, stderr: '' });
    expect(found.json()).toMatchObject({ instances: [{ id: 'demo', status: 'active' }], unreadable: [] });
    const table = await runCli(kit, ['instance', 'list', '--stack', 'embedded']);
    expect(table.code).toBe(0);
    expect(table.stdout).toContain('demo');
  });

  it('tells which stacks there are when another one is named', async () => {
    await using kit = await startKit();
    const { code, stdout, stderr } = await runCli(kit, ['instance', 'list', '--stack', 'elsewhere']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'There is no stack elsewhere in this account and region.\nThere is embedded: name it with --stack.\n',
    );
  });

  it('says how to go on when nothing answers, and when the command is misspelt', async () => {
    const kit = await startKit();
    await kit.stop();
    const gone = await runCli(kit, ['instance', 'list']);
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain('does not answer');
    const misspelt = await runCli(kit, ['instanse', 'list']);
    expect(misspelt.code).toBe(64);
    expect(misspelt.stderr).toContain("unknown command 'instanse'");
  });
});
