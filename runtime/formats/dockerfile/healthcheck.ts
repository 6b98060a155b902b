import { EngineError } from '../../base/errors.ts';
import type { ImageConfig } from '../oci/config.ts';

type Healthcheck = NonNullable<NonNullable<NonNullable<ImageConfig['config']>['Healthcheck']>>;

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const DURATIONS: Readonly<Record<string, 'Interval' | 'Timeout' | 'StartPeriod' | 'StartInterval'>> = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
};

/** `NONE`, or options and `CMD`; `commandOf` reads what follows it. Throws InvalidArgument naming the instruction and the option. */
export function parseHealthcheck(text: string, commandOf: (text: string) => { readonly isShell: boolean; readonly words: string[] }): Healthcheck {
  const found: Record<string, unknown> = {};
  let rest = text.trim();
  for (let option = /^--([a-z-]+)=(\S+)\s*/.exec(rest); option !== null; option = /^--([a-z-]+)=(\S+)\s*/.exec(rest)) {
    const [whole, name = '', value = ''] = option;
    const field = DURATIONS[name];
    if (field !== undefined) found[field] = durationOf(name, value);
    else if (name === 'retries') found['Retries'] = retriesOf(value);
    else throw new EngineError('InvalidArgument', `HEALTHCHECK: unknown flag: ${name.slice(0, 60)}`);
    rest = rest.slice(whole.length);
  }
  const [, type = '', command = ''] = /^(\S+)\s*([^]*)$/.exec(rest) ?? [];
  if (type.toUpperCase() === 'NONE') {
    if (command !== '') throw new EngineError('InvalidArgument', 'HEALTHCHECK NONE takes no arguments');
    return { Test: ['NONE'] };
  }
  if (type.toUpperCase() !== 'CMD') throw new EngineError('InvalidArgument', `HEALTHCHECK: unknown type in HEALTHCHECK: ${JSON.stringify(type.slice(0, 60))}`);
  const { isShell, words } = commandOf(command);
  if (words.length === 0) throw new EngineError('InvalidArgument', 'HEALTHCHECK: missing command after HEALTHCHECK CMD');
  return { ...found, Test: [isShell ? 'CMD-SHELL' : 'CMD', ...words] };
}

/** Go's durations, as nanoseconds. */
function durationOf(option: string, text: string): number {
  let total = 0;
  let rest = text;
  for (let part = /^([0-9]+(?:\.[0-9]+)?)(ns|us|µs|ms|s|m|h)/.exec(rest); part !== null; part = /^([0-9]+(?:\.[0-9]+)?)(ns|us|µs|ms|s|m|h)/.exec(rest)) {
    total += Number(part[1]) * (UNITS[part[2] ?? ''] ?? 0);
    rest = rest.slice(part[0].length);
  }
  if (rest !== '' && text !== '0')
    throw new EngineError('InvalidArgument', `HEALTHCHECK: invalid duration for ${option}: ${JSON.stringify(text.slice(0, 60))}`);
  if (total !== 0 && total < 1e6)
    throw new EngineError('InvalidArgument', `HEALTHCHECK: ${option} ${JSON.stringify(text.slice(0, 60))} cannot be less than 1ms`);
  return Math.round(total);
}

function retriesOf(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text))
    throw new EngineError('InvalidArgument', `HEALTHCHECK: retries must be a number and not negative: ${JSON.stringify(text.slice(0, 60))}`);
  return Number(text);
}
