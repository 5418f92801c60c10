import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
/** What the script below needs of the tree. */
const parts = ['package.json', 'tsconfig.json', 'functions', 'local', 'shared', 'test'];

interface Block {
  language: string;
  text: string;
}

/** The indented code blocks under a heading of the page. */
function blocksUnder(page: string, heading: string): Block[] {
  const section = page.split(/^## /mu).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^ +```(\w+)\n(.*?)^ +```$/gmsu)].map(([, language = '', text = '']) => ({
    language,
    text: text.replaceAll(/^ {3}/gmu, ''),
  }));
}

/** Makes the file that a block holds, or the changes that it shows. */
async function apply({ language, text }: Block, tree: string): Promise<void> {
  const [first = '', ...lines] = text.split('\n');
  const path = join(tree, first.replace(/^(\/\/|---) /u, ''));
  if (language === 'ts') return writeFile(path, lines.join('\n'));
  let file = await readFile(path, 'utf8');
  for (const hunk of lines.join('\n').trimEnd().split('\n@@\n')) {
    const marked = hunk.split('\n');
    const linesWithout = (mark: string) =>
      marked.filter((line) => !line.startsWith(mark)).map((line) => `${line.slice(1)}\n`);
    const [before, after] = [linesWithout('+').join(''), linesWithout('-').join('')];
    expect(file.split(before), `${first}:\n${before}`).toHaveLength(2);
    file = file.replace(before, () => after);
  }
  await writeFile(path, file);
}

/** Pushes records to a simulated Moodle and prints what it has then. */
const script = `
import * as z from 'zod';
import { PushKit } from '#test/unit/push/push-kit.ts';
import { student } from '#test/integration/records.ts';

await using kit = await PushKit.start();
await kit.sync({ model: 'op.campus', id: '3', name: 'North' }, student(5, { description: 'From Hill School' }));
const answer = z.array(z.looseObject({ description: z.string() }));
const question = { field: 'idnumber', values: ['oec_student_5'] };
const [account] = await kit.site.client.call('core_user_get_users_by_field', question, answer);
const category = await kit.site.category('oec_campus_3');
await kit.sync({ model: 'op.campus', id: '3', name: 'North Campus' });
const renamed = await kit.site.category('oec_campus_3');
console.log(JSON.stringify({ category, renamed, description: account?.description }));
`;

describe('docs/adding-a-model.md', () => {
  let tree: string;
  let printed: Record<string, unknown>;
  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'oec-moodle-adding-'));
    for (const part of parts) await cp(join(root, part), join(tree, part), { recursive: true });
    await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
    const page = await readFile(join(root, 'docs/adding-a-model.md'), 'utf8');
    const blocks = [...blocksUnder(page, 'A field of a student'), ...blocksUnder(page, 'A model')];
    expect(blocks).toHaveLength(7);
    for (const block of blocks) await apply(block, tree);
    await writeFile(join(tree, 'script.ts'), script);
    const { stdout } = await promisify(execFile)(process.execPath, ['script.ts'], { cwd: tree });
    printed = JSON.parse(stdout);
  });
  afterAll(() => rm(tree, { recursive: true, force: true }));

  it('walks through a model whose records become categories', () => {
    expect(printed.category).toEqual({ name: 'North', parent: '' });
    expect(printed.renamed).toEqual({ name: 'North Campus', parent: '' });
  });

  it('walks through a field of a student, in three files', () => {
    expect(printed.description).toBe('From Hill School');
  });
});
