import { describe, expect, it } from 'vitest';
import type { BuildVertex, BuildView } from '../../../runtime/api/types/build.ts';
import { fakeBuild } from '../../testkit/gallery-builds.ts';
import { dockerfileLines, failingLine } from './dockerfile-lines.ts';
import { graphLayout } from './graph-layout.ts';
import { OutputLines } from './output-lines.ts';
import { mostTelling, movedTo, stepName, timelineOf } from './timeline.ts';
import { buildTitle, cachedText, listed, previousOf } from './view-model.ts';

const vertex = (part: Partial<BuildVertex>): BuildVertex => ({
  name: '[1/2] RUN x',
  stage: '',
  inputs: [],
  startedAt: 0,
  completedAt: 0,
  cached: false,
  miss: '',
  error: '',
  ...part,
});
const view = (vertices: readonly BuildVertex[], part: Partial<BuildView> = {}): BuildView => ({
  ...fakeBuild({ startedAt: 1000, finishedAt: 2000 }),
  dockerfile: '',
  buildArgs: {},
  warnings: [],
  vertices,
  ...part,
});

describe('the timeline', () => {
  it('places steps in time, by stage, with why they were carried out', () => {
    const stages = timelineOf(
      view([
        vertex({ name: '[a 1/2] FROM x', stage: 'a', startedAt: 1000, completedAt: 1000, cached: true }),
        vertex({ name: '[b 1/1] COPY . .', stage: 'b', startedAt: 1250, completedAt: 1750, miss: 'files changed' }),
        vertex({ name: '[a 2/2] RUN y', stage: 'a', startedAt: 1500, completedAt: 2000, miss: 'first time', error: 'exit code: 1' }),
      ]),
      9999,
      view([vertex({ name: '[b 1/1] COPY . .', startedAt: 100, completedAt: 300 })]),
    );
    expect(
      stages.map(({ name, steps }) => [name, ...steps.map((step) => [step.index, step.number, step.name, step.state, step.from, step.length, step.reason])]),
    ).toEqual([
      ['a', [0, '1/2', 'FROM x', 'cached', 0, 0, 'From the cache'], [2, '2/2', 'RUN y', 'failed', 0.5, 0.5, 'For the first time']],
      ['b', [1, '1/1', 'COPY . .', 'done', 0.25, 0.5, 'Its files changed']],
    ]);
    expect(stages[1]?.steps[0]).toMatchObject({ took: 500, before: 200 });
  });

  it('lets what runs grow, and what has not begun wait', () => {
    const running = view([vertex({ startedAt: 1000 }), vertex({})], { status: 'running', finishedAt: 0 });
    const [stage] = timelineOf(running, 3000, null);
    expect(stage?.steps.map(({ state, from, length, took }) => [state, from, length, took])).toEqual([
      ['running', 0, 1, 2000],
      ['waiting', 0, 0, 0],
    ]);
    expect(mostTelling(running)).toBe(0);
  });

  it('shows first what failed, else what took longest', () => {
    const times = [vertex({ startedAt: 1000, completedAt: 1900 }), vertex({ startedAt: 1000, completedAt: 1100 })];
    expect(mostTelling(view(times))).toBe(0);
    expect(mostTelling(view([...times, vertex({ startedAt: 1, completedAt: 1, error: 'context canceled' }), vertex({ error: 'exit code: 2' })]))).toBe(3);
    expect(mostTelling(view([]))).toBe(-1);
  });

  it.each([
    ['[build 2/5] RUN npm ci', '2/5', 'RUN npm ci'],
    ['[1/1] RUN [ -f x ]', '1/1', 'RUN [ -f x ]'],
    ['[internal] load build context', '', 'load build context'],
  ])('cuts %s', (name, number, text) => expect(stepName(vertex({ name }))).toEqual({ number, name: text }));
});

describe('the Dockerfile', () => {
  const dockerfile = 'FROM x\nRUN a && \\\n  b\nRUN a && c\n';
  it('marks the line that the error names', () => {
    expect(failingLine(view([], { dockerfile, error: 'unknown instruction (Dockerfile:3:1)\n...' }))).toBe(3);
  });
  it('finds the step that failed, also over several lines', () => {
    const failed = (name: string) => view([vertex({ name, error: 'exit code: 1' })], { dockerfile, error: 'process "x" did not complete' });
    expect(failingLine(failed('[2/3] RUN a && b'))).toBe(2);
    expect(failingLine(failed('[3/3] RUN a && c'))).toBe(4);
    expect(failingLine(failed('[3/3] RUN other'))).toBe(0);
  });
  it('puts warnings at their lines', () => {
    const warning = { rule: 'R', description: '', url: '', detail: 'd', line: 2, column: 1 };
    expect(dockerfileLines(view([], { dockerfile, warnings: [warning] })).map(({ warnings }) => warnings.length)).toEqual([0, 1, 0, 0]);
  });
});

it('lays the graph out so that everything stands right of what it needs', () => {
  const layout = graphLayout([
    { stage: 'a', inputs: [] },
    { stage: 'b', inputs: [] },
    { stage: 'a', inputs: [0] },
    { stage: 'b', inputs: [1, 2, 99] },
  ]);
  expect(layout.nodes.map(({ column, row }) => [column, row])).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [2, 1],
  ]);
  expect(layout.edges).toHaveLength(3);
});

describe('output', () => {
  const piece = (text: string, stream: 'stdout' | 'stderr' = 'stdout') => ({ stream, time: 5, text });
  it('gives each line once, the last one when nothing more comes', () => {
    const lines = new OutputLines();
    expect(lines.take([piece('a\nb')]).map(({ text }) => text)).toEqual(['a']);
    expect(lines.take([piece('c\nd')]).map(({ text }) => text)).toEqual(['bc']);
    lines.restart();
    expect(lines.take([piece('a\nbc\nd'), piece('e\nf')]).map(({ text }) => text)).toEqual(['de']);
    expect(lines.end().map(({ text }) => text)).toEqual(['f']);
  });
  it('keeps streams apart, and shows what is left of a progress bar', () => {
    const lines = new OutputLines();
    expect(lines.take([piece('10%\r50%'), piece('warn\n', 'stderr'), piece('\r100%\r\n')]).map(({ stream, text }) => [stream, text])).toEqual([
      [2, 'warn'],
      [1, '100%'],
    ]);
  });
});

describe('the list', () => {
  it('names a build by its tag, else by where it came from', () => {
    expect(buildTitle(fakeBuild())).toBe('shop:dev');
    expect(buildTitle(fakeBuild({ tags: [], contextName: 'https://x/y.git', target: 'web' }))).toBe('https://x/y.git · web');
    expect(buildTitle(fakeBuild({ tags: [], id: 'abcdef' }))).toBe('Build abcdef');
  });
  it('tells how much came from the cache', () => {
    expect([cachedText(fakeBuild({ steps: 8, cachedSteps: 2 })), cachedText(fakeBuild({ steps: 0 }))]).toEqual(['25', '']);
  });
  it('filters and sorts', () => {
    const rows = [
      fakeBuild({ id: 'a', startedAt: 1 }),
      fakeBuild({ id: 'b', startedAt: 2, status: 'failed' }),
      fakeBuild({ id: 'c', startedAt: 3, target: 'web' }),
    ];
    expect(listed(rows, 'all', 'shop', { column: 'created', descending: true })).toEqual(['c', 'b', 'a']);
    expect(listed(rows, 'failed', '', { column: 'name', descending: false })).toEqual(['b']);
    expect(listed(rows, 'all', 'shop web', { column: 'name', descending: false })).toEqual(['c']);
  });
  it('compares with the last good build of the same name', () => {
    const rows = [
      fakeBuild({ id: 'old', startedAt: 1 }),
      fakeBuild({ id: 'better', startedAt: 2 }),
      fakeBuild({ id: 'bad', startedAt: 3, status: 'failed' }),
      fakeBuild({ id: 'other', startedAt: 3, tags: ['x:1'] }),
    ];
    expect(previousOf(fakeBuild({ id: 'now', startedAt: 9 }), rows)?.id).toBe('better');
  });
});

it('moves through steps by keys, to both ends, and no further', () => {
  const from = (place: number) => (key: string) => movedTo(key, place, 25);
  expect(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', 'a'].map(from(0))).toEqual([0, 1, 0, 10, 0, 24, null]);
  expect(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'].map(from(24))).toEqual([23, 24, 14, 24, 0, 24]);
});
