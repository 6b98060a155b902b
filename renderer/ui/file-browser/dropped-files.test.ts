import { expect, it } from 'vitest';
import { t } from '../../strings/t.ts';
import { chosenFiles, droppedFiles } from './dropped-files.ts';

type Node = { readonly name: string; readonly bad?: boolean; readonly children?: readonly Node[] };

/** As Chromium has them: some at a time, then none. */
const entryOf = ({ name, bad, children }: Node): unknown => {
  const fail = (_done: unknown, failed: (error: Error) => void) => failed(new Error('not an entry of the requested type'));
  if (!children) return { name, isFile: true, file: bad ? fail : (done: (file: File) => void) => done(new File([name], name)) };
  const reads = (): unknown => {
    const left = [children.slice(0, 2), children.slice(2)].filter((some) => some.length > 0);
    return { readEntries: bad ? fail : (done: (some: unknown) => void) => done((left.shift() ?? []).map(entryOf)) };
  };
  return { name, isFile: false, createReader: reads };
};
const dropped = (...items: unknown[]) => droppedFiles({ items } as unknown as DataTransfer);
const item = (node: Node) => ({ kind: 'file', webkitGetAsEntry: () => entryOf(node) });
const said = (files: Awaited<ReturnType<typeof dropped>>) =>
  files.map(({ path, content, failure }) => `${path}${content ? '' : failure ? `: ${failure}` : '/'}`);

it('has the files of folders, and folders with nothing in them', async () => {
  const children = [{ name: 'a' }, { name: 'empty', children: [] }, { name: 'sub', children: [{ name: 'b' }] }, { name: 'c' }];
  expect(said(await dropped(item({ name: 'top', children })))).toEqual(['top/a', 'top/empty/', 'top/c', 'top/sub/b']);
});

it('tells of what cannot be read, and sends the rest', async () => {
  const children = [{ name: 'socket', bad: true }, { name: 'a' }, { name: 'secret', children: [], bad: true }, { name: 'b' }];
  const link = { kind: 'file', webkitGetAsEntry: () => null, getAsFile: () => new File([], 'dangling') };
  const text = { kind: 'string', webkitGetAsEntry: () => null };
  expect(said(await dropped(text, link, item({ name: 'top', children })))).toEqual([
    `dangling: ${t.files.unreadable}`,
    `top/socket: ${t.files.unreadable}`,
    'top/a',
    'top/b',
    `top/secret: ${t.files.unreadable}`,
  ]);
});

it('takes no folder without a name for the one that it is in', async () => {
  const top: { name: string; children: Node[] } = { name: 'top', children: [{ name: 'a' }] };
  top.children.push({ name: '', children: top.children }, { name: '', bad: true });
  expect(said(await dropped(item(top)))).toEqual(['top/a', `top/\ufffd: ${t.files.unnameable}`, `top/\ufffd: ${t.files.unnameable}`]);
});

it('says where it stops', async () => {
  const many = Array.from({ length: 10_002 }, (_, at) => ({ name: String(at) }));
  const drop = await dropped(item({ name: 'top', children: many }));
  expect([drop.length, ...said(drop.slice(-2))]).toEqual([10_001, 'top/9999', `top/10000: ${t.files.tooMany(10_000)}`]);
  const chosen = chosenFiles(many.map(({ name }) => new File([], name)) as unknown as FileList);
  expect([chosen.length, ...said(chosen.slice(-2))]).toEqual([10_001, '9999', `10000: ${t.files.tooMany(10_000)}`]);
});
