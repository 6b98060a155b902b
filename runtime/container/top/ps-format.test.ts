import { describe, expect, it } from 'vitest';
import { type ProcessFacts, psTable } from './ps-format.ts';
import { factsOf } from './read-process.ts';

const now = Date.parse('2026-11-21T12:00:00');
const process: ProcessFacts = {
  pid: 7,
  parent: 1,
  user: 'root',
  uid: 0,
  state: 'S',
  nice: 0,
  threads: 2,
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
      processes: [['root', '7', '50.0', '50.0', '1024', '512', '?', 'S', '09:55', '01:02:05', 'sh -c sleep']],
    });
  });

  it.each(['-o pid,args', '-eo pid,cmd=CMD', '-o pid -o cmd', '-opid,cmd'])('takes %s', (text) => {
    expect(table(text)).toEqual({ titles: ['PID', 'CMD'], processes: [['7', 'sh -c sleep']] });
  });

  it.each(['--forest; rm', '-z', '-o', '-o pid,nope', '-o pid,constructor'])('refuses %s', (text) => {
    expect(() => table(text)).toThrow('ps arguments are not supported');
  });

  it('needs the pid', () => {
    expect(() => table('-o cmd')).toThrow("Couldn't find PID field in ps output");
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
