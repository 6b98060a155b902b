import { parseDuration } from '../../../base/duration.ts';
import type { HealthcheckArguments, Instruction } from '../ast.ts';
import { commandArguments, common, Flags, requireArguments, type Statement, shown } from './statement.ts';

const MINIMUM = 1e6;

export function parseHealthcheck(statement: Statement): Instruction {
  requireArguments(statement);
  const flags = new Flags(statement, {
    interval: 'text',
    timeout: 'text',
    'start-period': 'text',
    'start-interval': 'text',
    retries: 'text',
  });
  return { ...common(statement), kind: 'HEALTHCHECK', health: healthOf(statement, flags) };
}

function healthOf(statement: Statement, flags: Flags): HealthcheckArguments {
  const [, type = '', rest = ''] = /^(\S+)\s*([^]*)$/.exec(statement.rest) ?? [];
  if (type.toUpperCase() === 'NONE') {
    if (rest !== '') statement.fail('HEALTHCHECK NONE takes no arguments', statement.restAt);
    return { none: true };
  }
  if (type.toUpperCase() !== 'CMD') {
    return statement.fail(`Unknown type ${JSON.stringify(shown(type.toUpperCase()))} in HEALTHCHECK (try CMD)`, statement.restAt);
  }
  const command = commandArguments(statement, rest);
  if (command.form === 'exec' ? command.argv.length === 0 : command.line === '') statement.fail('Missing command after HEALTHCHECK CMD', statement.restAt);
  const retries = flags.text('retries');
  return {
    none: false,
    command,
    ...duration('interval', 'interval'),
    ...duration('timeout', 'timeout'),
    ...duration('startPeriod', 'start-period'),
    ...duration('startInterval', 'start-interval'),
    ...(retries === undefined ? {} : { retries: retriesOf(statement, retries) }),
  };

  function duration(key: string, flag: string): Record<string, number> {
    const text = flags.text(flag);
    if (text === undefined) return {};
    const seconds = text === '0' ? 0 : parseDuration(text);
    if (seconds === null) return statement.fail(`invalid duration ${JSON.stringify(shown(text))} for --${flag}: write it like 30s or 1m30s`);
    const nanoseconds = Math.round(seconds * 1e9);
    if (nanoseconds !== 0 && nanoseconds < MINIMUM) return statement.fail(`Interval ${JSON.stringify(flag)} cannot be less than 1ms`);
    return { [key]: nanoseconds };
  }
}

function retriesOf(statement: Statement, text: string): number {
  if (!/^[-+]?[0-9]{1,9}$/.test(text)) return statement.fail(`--retries must be a number, not ${JSON.stringify(shown(text))}`);
  if (Number(text) < 0) return statement.fail(`--retries cannot be less than 0 (${text})`);
  return Number(text);
}
