import { EngineError } from '../../base/errors.ts';

/** One process as ps(1) knows it. Times in seconds, sizes in KiB. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly user: string;
  readonly uid: number;
  readonly state: string;
  readonly nice: number;
  readonly threads: number;
  readonly terminal: string;
  readonly cpuSeconds: number;
  readonly ageSeconds: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly virtualKib: number;
  readonly residentKib: number;
  readonly name: string;
  readonly command: string;
}

export interface PsContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly memoryKib: number;
}

interface Column {
  readonly title: string;
  readonly value: (process: ProcessFacts, context: PsContext) => string;
}

const cpuShare = ({ cpuSeconds, ageSeconds }: ProcessFacts): number => (ageSeconds > 0 ? (cpuSeconds / ageSeconds) * 100 : 0);
const column = (title: string, value: Column['value']): Column => ({ title, value });

/** By the names `ps -o` takes. */
const COLUMNS: Readonly<Record<string, Column>> = {
  pid: column('PID', ({ pid }) => `${pid}`),
  ppid: column('PPID', ({ parent }) => `${parent}`),
  user: column('USER', ({ user }) => user),
  uid: column('UID', ({ uid }) => `${uid}`),
  c: column('C', (process) => `${Math.floor(cpuShare(process))}`),
  stime: column('STIME', startTime),
  start: column('START', startTime),
  tty: column('TTY', ({ terminal }) => terminal),
  time: column('TIME', ({ cpuSeconds }) => clock(cpuSeconds)),
  etime: column('ELAPSED', ({ ageSeconds }) => clock(ageSeconds)),
  cmd: column('CMD', ({ command }) => command),
  comm: column('COMMAND', ({ name }) => name),
  stat: column('STAT', ({ state }) => state),
  s: column('S', ({ state }) => state),
  pcpu: column('%CPU', (process) => cpuShare(process).toFixed(1)),
  pmem: column('%MEM', ({ residentKib }, { memoryKib }) => ((residentKib / memoryKib) * 100).toFixed(1)),
  vsz: column('VSZ', ({ virtualKib }) => `${virtualKib}`),
  rss: column('RSS', ({ residentKib }) => `${residentKib}`),
  ni: column('NI', ({ nice }) => `${nice}`),
  nlwp: column('NLWP', ({ threads }) => `${threads}`),
};
const ALIASES: Readonly<Record<string, string>> = {
  args: 'cmd',
  command: 'cmd',
  ucmd: 'comm',
  euser: 'user',
  ruser: 'user',
  euid: 'uid',
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  cputime: 'time',
  tt: 'tty',
  tname: 'tty',
  nice: 'ni',
  state: 's',
  vsize: 'vsz',
  rssize: 'rss',
  thcount: 'nlwp',
};
const renamed = (name: string, title: string): Column => ({ ...(COLUMNS[name] as Column), title });
const FULL = [renamed('user', 'UID'), ...pick('pid', 'ppid', 'c', 'stime', 'tty', 'time', 'cmd')];
const EVERY = [...pick('pid', 'tty', 'time'), renamed('comm', 'CMD')];
const BSD_USER = [...pick('user', 'pid', 'pcpu', 'pmem', 'vsz', 'rss', 'tty', 'stat', 'start', 'time'), renamed('cmd', 'COMMAND')];
const BSD = [...pick('pid', 'tty', 'stat', 'time'), renamed('cmd', 'COMMAND')];

export interface PsTable {
  readonly titles: readonly string[];
  readonly processes: readonly (readonly string[])[];
}

/** Prints processes as `ps <text>` would. Throws InvalidArgument for arguments it does not know. */
export function psTable(text: string, processes: readonly ProcessFacts[], context: PsContext): PsTable {
  const columns = columnsOf(text);
  return {
    titles: columns.map(({ title }) => title),
    processes: processes.map((process) => columns.map(({ value }) => value(process, context))),
  };
}

function columnsOf(text: string): Column[] {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  let layout: Column[] | null = null;
  const chosen: Column[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const format = /^-?[eAafx]*o(.*)$/.exec(word) ?? /^--format=?(.*)$/.exec(word);
    if (format !== null) chosen.push(...namedColumns(format[1] || words.shift() || '', text));
    else if (/^-?(?=[axuw]*[axu])[axuw]+$/.test(word)) layout = word.includes('u') ? BSD_USER : BSD;
    else if (/^-[eAaw]*f[eAaw]*$|^-?ef$/.test(word)) layout = FULL;
    else if (/^-[eAw]+$/.test(word)) layout ??= EVERY;
    else throw unknown(text);
  }
  if (chosen.length === 0) return layout ?? FULL;
  if (!chosen.some(({ title }) => title === 'PID')) throw new EngineError('InvalidArgument', "Couldn't find PID field in ps output");
  return chosen;
}

function namedColumns(list: string, text: string): Column[] {
  if (list === '') throw unknown(text);
  return list.split(',').map((item) => {
    const [name = '', title] = item.split('=');
    const lower = name.toLowerCase();
    const key = Object.hasOwn(ALIASES, lower) ? (ALIASES[lower] as string) : lower;
    if (!Object.hasOwn(COLUMNS, key)) throw unknown(text);
    return title === undefined || title === '' ? (COLUMNS[key] as Column) : renamed(key, title);
  });
}

function pick(...names: readonly string[]): Column[] {
  return names.map((name) => COLUMNS[name] as Column);
}

function unknown(text: string): EngineError {
  return new EngineError('InvalidArgument', `ps arguments are not supported: ${text.slice(0, 100)}`);
}

/** HH:MM for today, MonDD for earlier days. */
function startTime({ startedAt }: ProcessFacts, { now }: PsContext): string {
  const start = new Date(startedAt);
  if (start.toDateString() === new Date(now).toDateString()) return start.toTimeString().slice(0, 5);
  return `${start.toLocaleString('en', { month: 'short' })}${String(start.getDate()).padStart(2, '0')}`;
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(whole / 86_400);
  return `${days > 0 ? `${days}-` : ''}${two(Math.floor(whole / 3600) % 24)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
