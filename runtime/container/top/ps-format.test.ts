import { describe, expect, it } from 'vitest';
import type { ProcessFacts } from './ps-columns.ts';
import { psTable } from './ps-format.ts';
import { factsOf } from './read-process.ts';

const now = Date.parse('2026-11-21T12:00:00');
const process: ProcessFacts = {
  pid: 7,
  parent: 1,
  group: 7,
  session: 7,
  foreground: -1,
  user: 'root',
  uid: 0,
  state: 'S',
  priority: 20,
  nice: 0,
  threads: 2,
  processor: 1,
  terminal: '?',
  cpuSeconds: 3725,
  ageSeconds: 7450,
  startedAt: now - 7_450_000,
  virtualKib: 1024,
  residentKib: 512,
  name: 'sh',
  command: 'sh -c sleep',
};
const table = (text: string) => psTable(text, [process], { now, memoryKib: 1024 });

describe('psTable', () => {
  it.each(['', '-ef', 'ef', '-eaf'])('prints %j as ps -ef', (text) => {
    expect(table(text)).toEqual({
      titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
      processes: [['root', '7', '1', '50', '09:55', '?', '01:02:05', 'sh -c sleep']],
    });
  });

  it.each(['aux', '-aux', 'axuww'])('prints %s as ps aux', (text) => {
    expect(table(text)).toEqual({
      titles: ['USER', 'PID', '%CPU', '%MEM', 'VSZ', 'RSS', 'TTY', 'STAT', 'START', 'TIME', 'COMMAND'],
      processes: [['root', '7', '50.0', '50.0', '1024', '512', '?', 'Ssl', '09:55', '62:05', 'sh -c sleep']],
    });
  });

  it.each<[string, string[], string[]]>([
    ['-o pid,args', ['PID', 'COMMAND'], ['7', 'sh -c sleep']],
    ['-eo pid,cmd=WHAT,EVER', ['PID', 'WHAT,EVER'], ['7', 'sh -c sleep']],
    ['-o pid -o cmd', ['PID', 'CMD'], ['7', 'sh -c sleep']],
    ['-opid,cmd', ['PID', 'CMD'], ['7', 'sh -c sleep']],
    ['-o user:20,pid', ['USER', 'PID'], ['root', '7']],
    ['-o pid,', ['PID'], ['7']],
    ['-o pid,tty,tname,ruser,stat,sz,pri', ['PID', 'TT', 'TTY', 'RUSER', 'STAT', 'SZ', 'PRI'], ['7', '?', '?', 'root', 'Ssl', '256', '19']],
    [
      '-o pid,start,lstart,etime,etimes',
      ['PID', 'STARTED', 'STARTED', 'ELAPSED', 'ELAPSED'],
      ['7', '09:55:50', 'Sat Nov 21 09:55:50 2026', '02:04:10', '7450'],
    ],
    ['-e', ['PID', 'TTY', 'TIME', 'CMD'], ['7', '?', '01:02:05', 'sh']],
    ['-j', ['PID', 'PGID', 'SID', 'TTY', 'TIME', 'CMD'], ['7', '7', '7', '?', '01:02:05', 'sh']],
    [
      '-eF',
      ['UID', 'PID', 'PPID', 'C', 'SZ', 'RSS', 'PSR', 'STIME', 'TTY', 'TIME', 'CMD'],
      ['root', '7', '1', '50', '256', '512', '1', '09:55', '?', '01:02:05', 'sh -c sleep'],
    ],
    ['ax', ['PID', 'TTY', 'STAT', 'TIME', 'COMMAND'], ['7', '?', 'Ssl', '62:05', 'sh -c sleep']],
  ])('takes %s', (text, titles, row) => {
    expect(table(text)).toEqual({ titles, processes: [row] });
  });

  it('sorts by --sort', () => {
    const others = [9, 10, 8].map((pid) => ({ ...process, pid, residentKib: pid === 8 ? 1 : 2 }));
    const pids = (text: string): (string | undefined)[] => psTable(text, others, { now, memoryKib: 1 }).processes.map((row) => row[0]);
    expect(pids('-o pid --sort pid')).toEqual(['8', '9', '10']);
    expect(pids('-o pid --sort=-rss,-pid')).toEqual(['10', '9', '8']);
  });

  it.each([
    ['--forest; rm', 'unsupported SysV option'],
    ['-z', 'unsupported SysV option'],
    ['x; y', 'unsupported option (BSD syntax)'],
    ['-o', 'format specification must follow -o'],
    ['-o pid,nope', 'unknown user-defined format specifier "nope"'],
    ['-o pid,constructor', 'unknown user-defined format specifier "constructor"'],
    ['-o ,', 'empty format list'],
    ['--sort nope', 'unknown sort specifier'],
  ])('refuses %s', (text, reason) => expect(() => table(text)).toThrow(`ps: error: ${reason}`));

  it('needs the pid', () => {
    for (const text of ['-o cmd', '-o pid=XX']) expect(() => table(text)).toThrow("Couldn't find PID field in ps output");
  });

  it('dates processes of earlier days', () => {
    const old = { ...process, startedAt: Date.parse('2026-11-05T08:00:00') };
    expect(psTable('-ef', [old], { now, memoryKib: 1 }).processes[0]?.[4]).toBe('Nov05');
  });
});

describe('factsOf', () => {
  it('is not fooled by a name with parentheses and blanks', () => {
    const rest = ['R', '42', '1', '1', '34816', '-1', '0', '0', '0', '0', '0', '250', '50', '0', '0', '20', '5', '3', '0', '1000', '1048576', '25'].join(' ');
    const facts = factsOf(`9 (a) R (b 1) ${rest} 0 0`, 'x\0y z\0', { pid: 9, uid: 5, user: 'u', uptimeSeconds: 30, now: 100_000 });
    expect(facts).toMatchObject({
      name: 'a) R (b 1',
      state: 'R',
      parent: 42,
      terminal: 'pts/0',
      cpuSeconds: 3,
      nice: 5,
      threads: 3,
      ageSeconds: 20,
      startedAt: 80_000,
      virtualKib: 1024,
      residentKib: 100,
      command: 'x y z',
    });
  });

  it('names a kernel thread by its name', () => {
    expect(factsOf('2 (kthreadd) S 0', '', { pid: 2, uid: 0, user: 'root', uptimeSeconds: 1, now: 0 }).command).toBe('[kthreadd]');
  });
});
