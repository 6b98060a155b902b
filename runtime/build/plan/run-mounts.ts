import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { RunMountFlag } from '../../formats/dockerfile/ast.ts';
import type { RunMount } from '../graph.ts';
import { expand } from './expand.ts';
import type { StagePlan } from './stage-plan.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** The mounts of one RUN with BuildKit's defaults. Throws InvalidArgument naming the option. */
export async function runMounts(plan: StagePlan, flags: readonly RunMountFlag[]): Promise<RunMount[]> {
  const mounts: RunMount[] = [];
  for (const { type, options } of flags) {
    const read = (key: string): string | undefined => {
      const value = options[key];
      return value === undefined ? undefined : expand(plan.dockerfile, value, plan.state.lookup);
    };
    const agents = mounts.filter((mount) => mount.type === 'ssh').length;
    mounts.push(await mountOf(plan, type, read, agents));
  }
  return mounts;
}

type Read = (key: string) => string | undefined;

async function mountOf(plan: StagePlan, type: RunMountFlag['type'], read: Read, agents: number): Promise<RunMount> {
  const numbers = { ...number(read, 'mode', 8), ...number(read, 'uid', 10), ...number(read, 'gid', 10) };
  switch (type) {
    case 'bind': {
      const name = read('from');
      const from = name ? await plan.from(name, read('target')) : plan.context();
      return { type, target: targetOf(plan, read('target'), type), from, source: sourceOf(read), readonly: boolean(read, 'readonly', true) };
    }
    case 'cache': {
      const name = read('from');
      const written = read('target');
      return {
        type,
        target: targetOf(plan, written, type),
        ...(name ? { from: await plan.from(name, written), source: sourceOf(read) } : {}),
        readonly: boolean(read, 'readonly', false),
        id: read('id') || posix.normalize(written ?? ''),
        sharing: sharingOf(read('sharing')),
        ...numbers,
      };
    }
    case 'tmpfs': {
      const size = read('size');
      return { type, target: targetOf(plan, read('target'), type), readonly: false, ...(size === undefined ? {} : { size: bytesOf(size) }) };
    }
    case 'secret': {
      const target = read('target');
      const env = read('env');
      const id = read('id') || posix.basename(target ?? '');
      if (id === '') throw new EngineError('InvalidArgument', 'RUN --mount=type=secret: one of id, target is required');
      // Given as a variable it is no file unless a target says so.
      const file = target ? targetOf(plan, target, type) : env ? '' : `/run/secrets/${id}`;
      return { type, target: file, readonly: true, id, required: boolean(read, 'required', false), ...(env ? { env } : {}), ...numbers };
    }
    case 'ssh': {
      const target = read('target');
      return {
        type,
        target: target ? targetOf(plan, target, type) : `/run/buildkit/ssh_agent.${agents}`,
        readonly: true,
        id: read('id') || 'default',
        required: boolean(read, 'required', false),
        ...numbers,
      };
    }
  }
}

function targetOf({ state }: StagePlan, target: string | undefined, type: string): string {
  if (!target) throw new EngineError('InvalidArgument', `RUN --mount=type=${type}: target is required`);
  const absolute = posix.resolve(state.workingDirectory, target);
  if (absolute === '/') throw new EngineError('InvalidArgument', `invalid mount target "/"`);
  return absolute;
}

function sourceOf(read: Read): string {
  return posix.join('/', read('source') ?? '/');
}

function boolean(read: Read, key: string, absent: boolean): boolean {
  const value = read(key);
  if (value === undefined) return absent;
  if (/^(?:1|t|true)?$/i.test(value)) return true;
  if (/^(?:0|f|false)$/i.test(value)) return false;
  throw new EngineError('InvalidArgument', `invalid value for ${key}: ${value.slice(0, 60)}`);
}

function number(read: Read, key: 'mode' | 'uid' | 'gid', base: 8 | 10): Record<string, number> {
  const value = read(key);
  if (value === undefined) return {};
  if (!(base === 8 ? /^0?o?[0-7]{1,5}$/ : /^[0-9]{1,10}$/).test(value)) {
    throw new EngineError('InvalidArgument', `invalid value ${value.slice(0, 60)} for ${key}`);
  }
  return { [key]: Number.parseInt(value.replace(/^0?o/, ''), base) };
}

function sharingOf(value = 'shared'): 'shared' | 'private' | 'locked' {
  if (value === 'shared' || value === 'private' || value === 'locked') return value;
  throw new EngineError('InvalidArgument', `unsupported sharing value ${JSON.stringify(value.slice(0, 60))} (shared, private or locked)`);
}

/** `64m`, `1g`, plain bytes. */
function bytesOf(text: string): number {
  const match = /^([0-9]{1,15}(?:\.[0-9]+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  if (match === null) throw new EngineError('InvalidArgument', `invalid value for size: ${text.slice(0, 60)}`);
  return Math.floor(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1));
}
