import { EngineError } from '../../base/errors.ts';

/** List format of cpuset(7), e.g. `0-2,7`. */
const LIST = /^[0-9]{1,5}(-[0-9]{1,5})?(,[0-9]{1,5}(-[0-9]{1,5})?)*$/;
const HIGHEST = 8191;

/** Throws InvalidArgument in Docker's words for what is no list, and for numbers that are not among `available` (another list; absent: not checked). */
export function checkCpuset(what: 'cpuset cpus' | 'cpuset mems', value: string, available: string | undefined): string {
  const wanted = numbersIn(value);
  if (wanted === null) throw new EngineError('InvalidArgument', `Invalid value ${value.slice(0, 100)} for ${what}`);
  const present = available === undefined ? null : numbersIn(available);
  if (present !== null && [...wanted].some((number) => !present.has(number))) {
    const kind = what === 'cpuset cpus' ? 'CPUs' : 'memory nodes';
    throw new EngineError('InvalidArgument', `Requested ${kind} are not available - requested ${value.slice(0, 100)}, available: ${available}`);
  }
  return value;
}

/** Null when `list` is none. */
function numbersIn(list: string): Set<number> | null {
  if (!LIST.test(list)) return null;
  const numbers = new Set<number>();
  for (const range of list.split(',')) {
    const [first = 0, last = first] = range.split('-').map(Number);
    if (last < first || last > HIGHEST) return null;
    for (let number = first; number <= last; number++) numbers.add(number);
  }
  return numbers;
}
