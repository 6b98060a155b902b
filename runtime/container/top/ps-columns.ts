/** One process as ps(1) knows it. Times in seconds, sizes in KiB. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Group in the foreground of its terminal; -1: none. */
  readonly foreground: number;
  readonly user: string;
  readonly uid: number;
  readonly state: string;
  readonly priority: number;
  readonly nice: number;
  readonly threads: number;
  readonly processor: number;
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

export interface Column {
  readonly title: string;
  readonly value: (process: ProcessFacts, context: PsContext) => string;
}

const PAGE_KIB = 4;
/** The kernel's priority 20 is nice 0; ps has scales of its own. */
const PRIORITY_OF_PRI = 39;
const PRIORITY_OF_LIST = 60;

const cpuShare = ({ cpuSeconds, ageSeconds }: ProcessFacts): number => (ageSeconds > 0 ? (cpuSeconds / ageSeconds) * 100 : 0);
const column = (title: string, value: Column['value']): Column => ({ title, value });

/** By the names `ps -o` takes. */
const COLUMNS: Readonly<Record<string, Column>> = {
  pid: column('PID', ({ pid }) => `${pid}`),
  ppid: column('PPID', ({ parent }) => `${parent}`),
  pgid: column('PGID', ({ group }) => `${group}`),
  sid: column('SID', ({ session }) => `${session}`),
  sess: column('SESS', ({ session }) => `${session}`),
  tpgid: column('TPGID', ({ foreground }) => `${foreground}`),
  user: column('USER', ({ user }) => user),
  uid: column('UID', ({ uid }) => `${uid}`),
  c: column('C', (process) => `${Math.floor(cpuShare(process))}`),
  stime: column('STIME', startTime),
  start: column('STARTED', startClock),
  lstart: column('STARTED', ({ startedAt }) => new Date(startedAt).toString().replace(/^(\w+ \w+ \d+) (\d+) (\S+).*$/, '$1 $3 $2')),
  tty: column('TT', ({ terminal }) => terminal),
  time: column('TIME', ({ cpuSeconds }) => clock(cpuSeconds)),
  bsdtime: column('TIME', ({ cpuSeconds }) => `${Math.floor(cpuSeconds / 60)}:${String(Math.floor(cpuSeconds % 60)).padStart(2, '0')}`),
  etime: column('ELAPSED', ({ ageSeconds }) => clock(ageSeconds).replace(/^00:/, '')),
  etimes: column('ELAPSED', ({ ageSeconds }) => `${Math.floor(ageSeconds)}`),
  cmd: column('CMD', ({ command }) => command),
  args: column('COMMAND', ({ command }) => command),
  comm: column('COMMAND', ({ name }) => name),
  stat: column('STAT', stateLetters),
  s: column('S', ({ state }) => state),
  pcpu: column('%CPU', (process) => cpuShare(process).toFixed(1)),
  pmem: column('%MEM', ({ residentKib }, { memoryKib }) => ((residentKib / memoryKib) * 100).toFixed(1)),
  vsz: column('VSZ', ({ virtualKib }) => `${virtualKib}`),
  rss: column('RSS', ({ residentKib }) => `${residentKib}`),
  sz: column('SZ', ({ virtualKib }) => `${Math.floor(virtualKib / PAGE_KIB)}`),
  ni: column('NI', ({ nice }) => `${nice}`),
  pri: column('PRI', ({ priority }) => `${PRIORITY_OF_PRI - priority}`),
  opri: column('PRI', ({ priority }) => `${PRIORITY_OF_LIST + priority}`),
  priority: column('PRI', ({ priority }) => `${priority}`),
  nlwp: column('NLWP', ({ threads }) => `${threads}`),
  psr: column('PSR', ({ processor }) => `${processor}`),
};

/** The same column by another name and, where it has one, under another title. */
const ALIASES: Readonly<Record<string, readonly [name: string, title?: string]>> = {
  command: ['args'],
  ucmd: ['comm', 'CMD'],
  ucomm: ['comm'],
  fname: ['comm'],
  euser: ['user', 'EUSER'],
  ruser: ['user', 'RUSER'],
  uname: ['user'],
  euid: ['uid', 'EUID'],
  ruid: ['uid', 'RUID'],
  '%cpu': ['pcpu'],
  cp: ['c', 'CP'],
  '%mem': ['pmem'],
  cputime: ['time'],
  tt: ['tty'],
  tname: ['tty', 'TTY'],
  nice: ['ni'],
  state: ['s'],
  vsize: ['vsz'],
  rssize: ['rss'],
  rsz: ['rss', 'RSZ'],
  thcount: ['nlwp', 'THCNT'],
  pgrp: ['pgid', 'PGRP'],
  session: ['sess'],
  bsdstart: ['stime', 'START'],
  start_time: ['stime', 'START'],
};

/** The column of a name that `ps -o` takes, under `title` if it is given; undefined for an unknown name. */
export function columnNamed(name: string, title = ''): Column | undefined {
  const [key, alias] = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? [name]) : [name];
  const found = Object.hasOwn(COLUMNS, key) ? COLUMNS[key] : undefined;
  return found && { ...found, title: title || (alias ?? found.title) };
}

/** HH:MM for today, MonDD for earlier days. */
function startTime({ startedAt }: ProcessFacts, { now }: PsContext): string {
  const start = new Date(startedAt);
  return isToday(start, now) ? start.toTimeString().slice(0, 5) : `${month(start)}${String(start.getDate()).padStart(2, '0')}`;
}

function startClock({ startedAt, ageSeconds }: ProcessFacts): string {
  const start = new Date(startedAt);
  return ageSeconds < 86_400 ? start.toTimeString().slice(0, 8) : `${month(start)} ${String(start.getDate()).padStart(2, '0')}`;
}

function isToday(start: Date, now: number): boolean {
  return start.toDateString() === new Date(now).toDateString();
}

function month(date: Date): string {
  return date.toLocaleString('en', { month: 'short' });
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(whole / 86_400);
  return `${days > 0 ? `${days}-` : ''}${two(Math.floor(whole / 3600) % 24)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** The state with ps's letters for nice, session leader, threads and foreground. */
function stateLetters({ state, nice, session, pid, threads, group, foreground }: ProcessFacts): string {
  return `${state}${nice < 0 ? '<' : nice > 0 ? 'N' : ''}${session === pid ? 's' : ''}${threads > 1 ? 'l' : ''}${group === foreground ? '+' : ''}`;
}
