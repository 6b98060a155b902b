import { describe, expect, it } from 'vitest';
import { type Digest, digestOf, hexOf } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { BuildEvent, BuildStep } from '../build/build-events.ts';
import { ClassicBuild } from './classic-build.ts';

const ID: Digest = digestOf('image');
const SHORT = hexOf(ID).slice(0, 12);

type Line = { readonly stream?: string; readonly aux?: { readonly ID: string } };

function classic(texts: readonly [string, number | null][], quiet = false, keepsContainers = false) {
  const lines: Line[] = [];
  const client = { isBehind: false };
  const build = new ClassicBuild({
    quiet,
    keepsContainers,
    dockerfileName: 'Dockerfile',
    send: (line) => void lines.push(line),
    isBehind: () => client.isBehind,
  });
  const steps = texts.map(([text, vertex]): BuildStep => ({ text, stage: '', vertex }));
  build.onEvent({ type: 'steps', steps });
  build.onEvent({ type: 'graph', vertices: [] });
  const tell = (...events: BuildEvent[]): void => events.forEach((event) => build.onEvent(event));
  /** Without ids that are made up. */
  const text = (): string =>
    lines
      .map(({ stream = '' }) => stream)
      .join('')
      .replaceAll(SHORT, 'IMAGE')
      .replace(/\b[0-9a-f]{12}\b/g, 'ID');
  return { build, client, lines, tell, text };
}

const started = (vertex: number): BuildEvent => ({ type: 'started', vertex, time: 0n });
const log = (vertex: number, text: string): BuildEvent => ({ type: 'log', vertex, stream: 1, time: 0n, data: Buffer.from(text) });
const done = (vertex: number, cached = false): BuildEvent => ({ type: 'completed', vertex, time: 0n, cached, layers: [] });
const failed = (vertex: number, error: string): BuildEvent => ({ type: 'completed', vertex, time: 0n, cached: false, layers: [], error });

describe('the classic stream', () => {
  const STEPS: [string, number | null][] = [
    ['FROM busybox', 0],
    ['ENV A=1', null],
    ['RUN make', 1],
    ['CMD ["x"]', null],
  ];

  it('tells steps, their output and the image', () => {
    const { build, lines, tell, text } = classic(STEPS);
    tell(started(0), done(0, true), started(1), log(1, 'making\n'), log(1, 'made\n'), done(1));
    build.finish({ id: ID, names: ['a:1', 'b:2'], warnings: [] });
    expect(text()).toBe(
      [
        'Step 1/4 : FROM busybox',
        ' ---> ID',
        'Step 2/4 : ENV A=1',
        ' ---> ID',
        'Step 3/4 : RUN make',
        ' ---> Running in ID',
        'making',
        'made',
        'Removing intermediate container ID',
        ' ---> ID',
        'Step 4/4 : CMD ["x"]',
        ' ---> IMAGE',
        'Successfully built IMAGE',
        'Successfully tagged a:1',
        'Successfully tagged b:2',
        '',
      ].join('\n'),
    );
    expect(lines.filter(({ aux }) => aux !== undefined)).toEqual([{ aux: { ID } }]);
  });

  it('names the container of a command, and does not say that one goes which is kept', () => {
    const told = (keeps: boolean): string => {
      const { build, tell, lines } = classic(STEPS, false, keeps);
      tell(started(0), done(0, true), started(1), { type: 'container', vertex: 1, id: 'ab'.repeat(32) }, log(1, 'made\n'), done(1));
      build.finish({ id: ID, names: [], warnings: [] });
      return lines.map(({ stream = '' }) => stream).join('');
    };
    expect(told(false)).toContain(' ---> Running in abababababab\nmade\nRemoving intermediate container abababababab\n --->');
    expect(told(true)).toContain(' ---> Running in abababababab\nmade\n --->');
  });

  it('says what came out of the cache', () => {
    const { build, tell, text } = classic(STEPS);
    tell(started(0), done(0, true), started(1), done(1, true));
    build.finish({ id: ID, names: [], warnings: [] });
    expect(text()).toContain('Step 3/4 : RUN make\n ---> Using cache\n ---> ID\n');
    expect(text().match(/Using cache/g)).toHaveLength(1);
  });

  it('keeps the output of later steps until it is their turn', () => {
    const { build, tell, text } = classic([
      ['FROM a', 0],
      ['RUN one', 1],
      ['FROM b', 2],
      ['RUN two', 3],
    ]);
    tell(done(0), done(2), started(1), started(3), log(3, 'two\n'), log(1, 'one\n'), done(3));
    expect(text()).not.toContain('two');
    tell(done(1));
    build.finish({ id: ID, names: [], warnings: [] });
    expect(text().indexOf('\none\n')).toBeLessThan(text().indexOf('\ntwo\n'));
    expect(text().match(/^Step.*$/gm)).toEqual(['Step 1/4 : FROM a', 'Step 2/4 : RUN one', 'Step 3/4 : FROM b', 'Step 4/4 : RUN two']);
  });

  it('tells which image a stage stands on', () => {
    const { build, tell, text } = classic([]);
    const steps = [
      { text: 'FROM a', stage: '', vertex: 0, image: ID },
      { text: 'ENV A=1', stage: '', vertex: null },
    ];
    tell({ type: 'steps', steps }, done(0));
    expect(text()).toContain('Step 1/2 : FROM a\n ---> IMAGE\n');
    build.finish({ id: ID, names: [], warnings: [] });
  });

  it('tells output while a step goes on', () => {
    const { tell, text } = classic([['RUN x', 0]]);
    tell(started(0), log(0, 'begun\n'));
    expect(text()).toBe('Step 1/1 : RUN x\n ---> Running in ID\nbegun\n');
  });

  it('does not break characters that come in two pieces', () => {
    const { tell, text } = classic([['RUN x', 0]]);
    const data = Buffer.from('ü\n');
    tell(
      started(0),
      { type: 'log', vertex: 0, stream: 1, time: 0n, data: data.subarray(0, 1) },
      { type: 'log', vertex: 0, stream: 1, time: 0n, data: data.subarray(1) },
    );
    expect(text()).toContain('ü\n');
  });

  it('keeps no more than 2 MiB of a step that waits', () => {
    const { tell, text, build } = classic([
      ['RUN one', 0],
      ['RUN two', 1],
    ]);
    tell(started(0), started(1));
    for (let piece = 0; piece < 30; piece++) tell(log(1, 'x'.repeat(100_000)));
    tell(done(0), done(1));
    build.finish({ id: ID, names: [], warnings: [] });
    expect(text()).toContain('[output clipped');
    expect(text().length).toBeLessThan(2.2 * 1024 * 1024);
  });

  it('waits for a client that does not read', () => {
    const { build, client, lines, tell, text } = classic([
      ['RUN x', 0],
      ['RUN y', 1],
    ]);
    tell(started(0));
    client.isBehind = true;
    const before = lines.length;
    for (let piece = 0; piece < 30; piece++) tell(log(0, 'x'.repeat(100_000)));
    expect(lines.length).toBe(before);
    client.isBehind = false;
    tell(log(0, 'last\n'), done(0), done(1));
    build.finish({ id: ID, names: [], warnings: [] });
    expect(text()).toContain('[output clipped');
    expect(text().length).toBeLessThan(2.2 * 1024 * 1024);
  });

  it('is only the id when it is quiet', () => {
    const { build, lines, tell } = classic(STEPS, true);
    tell(started(0), done(0), started(1), log(1, 'making\n'), done(1));
    build.finish({ id: ID, names: ['a:1'], warnings: [] });
    expect(lines).toEqual([{ stream: `${ID}\n` }]);
  });

  it('tells warnings before the end', () => {
    const { build, tell, text } = classic([['FROM scratch', null]]);
    const range = { start: { line: 3, column: 1 }, end: { line: 3, column: 2 } };
    tell({ type: 'warning', warning: { rule: 'StageNameCasing', description: '', url: '', detail: 'Stage name A', range } });
    build.finish({ id: ID, names: [], warnings: [] });
    expect(text()).toContain('[Warning] StageNameCasing: Stage name A (Dockerfile:3)\nSuccessfully built IMAGE\n');
  });
});

describe('a failure', () => {
  it('tells a quiet client everything that it was not told', () => {
    const { build, lines, tell, text } = classic(
      [
        ['FROM busybox', 0],
        ['RUN one', 1],
        ['RUN two', 2],
      ],
      true,
    );
    tell(done(0), started(1), log(1, 'well\n'), done(1), started(2), log(2, 'no rule\n'), failed(2, 'x'));
    expect(lines).toEqual([]);
    build.fail(new EngineError('InvalidArgument', 'x'));
    expect(text()).toMatch(
      /^Step 1\/3 : FROM busybox\n.*Step 2\/3 : RUN one\n ---> Running in ID\nwell\n.*Step 3\/3 : RUN two\n ---> Running in ID\nno rule\n$/s,
    );
  });

  it('of a command has its output, and the number that clients look for', () => {
    const { build, tell, text } = classic([
      ['FROM busybox', 0],
      ['RUN make', 1],
      ['RUN more', 2],
    ]);
    tell(done(0), started(1), log(1, 'no rule\n'), failed(1, 'x'));
    const error = build.fail(
      new EngineError('InvalidArgument', 'process "/bin/sh -c echo \\"a\\"; exit 13" did not complete successfully: exit code: 13', {
        details: { exitCode: 13 },
      }),
    );
    expect(text()).toBe('Step 1/3 : FROM busybox\n ---> ID\nStep 2/3 : RUN make\n ---> Running in ID\nno rule\n');
    expect(error).toMatchObject({ message: `The command '/bin/sh -c echo "a"; exit 13' returned a non-zero code: 13`, details: { exitCode: 13 } });
    const full = 'process "make" did not complete successfully: exit code: 2: no space left on device';
    expect(build.fail(new EngineError('InvalidArgument', full, { details: { exitCode: 2 } }))).toMatchObject({
      message: "The command 'make' returned a non-zero code: 2: no space left on device",
    });
  });

  it('tells what other steps have said before, and nothing of those it made end', () => {
    const { build, tell, text } = classic([
      ['FROM a', 0],
      ['RUN slow', 1],
      ['FROM b', 2],
      ['RUN two', 3],
      ['RUN bad', 4],
    ]);
    tell(done(0), started(1), done(2), started(3), log(3, 'two\n'), done(3), started(4), log(4, 'bad\n'), failed(4, 'x'), failed(1, 'context canceled'));
    build.fail(new EngineError('InvalidArgument', 'x'));
    expect(text()).toContain('two\n');
    expect(text()).toMatch(/Step 5\/5 : RUN bad\n ---> Running in ID\nbad\n$/);
  });

  it('of another kind keeps its words', () => {
    const { build } = classic([['FROM a', 0]]);
    const error = new EngineError('NotFound', '"/x": not found');
    expect(build.fail(error)).toBe(error);
  });
});
