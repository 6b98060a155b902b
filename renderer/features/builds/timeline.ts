import type { BuildVertex, BuildView } from '../../../runtime/api/types/build.ts';
import { t } from '../../strings/t.ts';

const words = t.builds;

export type StepState = 'cached' | 'done' | 'running' | 'waiting' | 'failed' | 'canceled';

export interface TimelineStep {
  /** Its place in the list of all; the engine knows its output by it. */
  readonly index: number;
  /** `2/5`; empty for what is no instruction. */
  readonly number: string;
  readonly name: string;
  readonly state: StepState;
  /** From 0 to 1 of the whole build. */
  readonly from: number;
  readonly length: number;
  /** Milliseconds; 0 while it waits. */
  readonly took: number;
  /** Why it was carried out, or that it was not; in words. */
  readonly reason: string;
  /** Milliseconds in the build it is compared with; null: it had no such step. */
  readonly before: number | null;
}

export interface TimelineStage {
  readonly name: string;
  readonly steps: readonly TimelineStep[];
}

/** What another step's failure ended. */
const CANCELED = /context canceled|canceled/;

export function stepState({ startedAt, completedAt, cached, error }: BuildVertex, running: boolean): StepState {
  if (error !== '') return CANCELED.test(error) ? 'canceled' : 'failed';
  if (cached) return 'cached';
  if (completedAt > 0) return 'done';
  if (startedAt > 0) return running ? 'running' : 'canceled';
  return running ? 'waiting' : 'canceled';
}

/** `[build 2/5] RUN npm ci` as its number and the instruction. */
export function stepName({ name }: BuildVertex): { readonly number: string; readonly name: string } {
  const match = /^\[(?:(.*) )?(\d+\/\d+)\] ([\s\S]*)$/.exec(name);
  if (match) return { number: match[2] ?? '', name: match[3] ?? '' };
  const internal = /^\[(?:internal|context [^\]]*)\] (.*)$/s.exec(name);
  return { number: '', name: internal?.[1] ?? name };
}

function reasonOf({ miss }: BuildVertex, state: StepState): string {
  if (state === 'cached') return words.cached;
  if (state !== 'done' && state !== 'running' && state !== 'failed') return words.stepStates[state];
  return miss === '' ? '' : (words.misses[miss] ?? miss);
}

const durationOf = ({ startedAt, completedAt }: BuildVertex, at: number): number => (startedAt === 0 ? 0 : Math.max(0, (completedAt || at) - startedAt));

/** Steps by stage in the order in which stages begin, each with its place in time. `at`: now, for what still runs. */
export function timelineOf(view: BuildView, at: number, previous: BuildView | null): readonly TimelineStage[] {
  const running = view.status === 'running';
  const end = Math.max(view.finishedAt || at, ...view.vertices.map(({ completedAt }) => completedAt));
  const span = Math.max(1, end - view.startedAt);
  const before = new Map((previous?.vertices ?? []).map((vertex) => [vertex.name, durationOf(vertex, vertex.completedAt)]));
  const stages = new Map<string, TimelineStep[]>();
  for (const [index, vertex] of view.vertices.entries()) {
    const state = stepState(vertex, running);
    const took = durationOf(vertex, running ? at : view.finishedAt);
    const from = vertex.startedAt === 0 ? 0 : Math.min(1, Math.max(0, (vertex.startedAt - view.startedAt) / span));
    const step = {
      index,
      ...stepName(vertex),
      state,
      from,
      length: Math.min(1 - from, took / span),
      took,
      reason: reasonOf(vertex, state),
      before: before.get(vertex.name) ?? null,
    };
    const held = stages.get(vertex.stage);
    if (held) held.push(step);
    else stages.set(vertex.stage, [step]);
  }
  return [...stages].map(([name, steps]) => ({ name, steps }));
}

/** The step to look at first: the one that failed, else the one that runs, else the one that took longest; -1: there is none. */
export function mostTelling(view: BuildView): number {
  const running = view.status === 'running';
  const states = view.vertices.map((vertex) => stepState(vertex, running));
  const failed = states.indexOf('failed');
  if (failed >= 0) return failed;
  const runs = states.lastIndexOf('running');
  if (runs >= 0) return runs;
  let longest = view.vertices.length - 1;
  for (const [index, vertex] of view.vertices.entries()) {
    const best = view.vertices[longest];
    if (best && durationOf(vertex, view.finishedAt) > durationOf(best, view.finishedAt)) longest = index;
  }
  return longest;
}

/** How far a page goes. */
const PAGE = 10;

/** The place in a list of `count` that a key leads to from `place`; null: the key is none that moves. */
export function movedTo(key: string, place: number, count: number): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, place + 1);
    case 'ArrowUp':
      return Math.max(0, place - 1);
    case 'PageDown':
      return Math.min(last, place + PAGE);
    case 'PageUp':
      return Math.max(0, place - PAGE);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
