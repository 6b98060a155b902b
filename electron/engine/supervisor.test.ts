import { describe, expect, it } from 'vitest';
import { type EngineHost, type Probe, Supervisor, TIMES } from './supervisor.ts';

const RUNNING: Probe = { kind: 'answers', version: '1.0' };

/** A world in which sleeping takes no time but moves the clock. */
function world(over: Partial<EngineHost> = {}) {
  const state = {
    engine: { kind: 'gone' } as Probe,
    clock: 0,
    slept: [] as number[],
    spawned: 0,
    terminated: 0,
    watchers: [] as (() => void)[],
    lookouts: [] as (() => void)[],
    startsWith: RUNNING,
  };
  let end: (words: string) => void = () => undefined;
  const host: EngineHost = {
    probe: () => Promise.resolve(state.engine),
    permission: () => ({ kind: 'free' }),
    spawn: () => {
      state.spawned++;
      state.engine = state.startsWith;
      const exited = new Promise<string>((resolve) => {
        end = resolve;
      });
      return { exited, terminate: () => (state.terminated++, (state.engine = { kind: 'gone' }), end('')) };
    },
    watch: (onEnd) => {
      state.watchers.push(onEnd);
      return { [Symbol.dispose]: () => void state.watchers.splice(state.watchers.indexOf(onEnd), 1) };
    },
    signs: (onSign) => {
      state.lookouts.push(onSign);
      return { [Symbol.dispose]: () => void state.lookouts.splice(state.lookouts.indexOf(onSign), 1) };
    },
    sleep: (milliseconds) => {
      state.slept.push(milliseconds);
      state.clock += milliseconds;
      return Promise.resolve();
    },
    now: () => state.clock,
    ...over,
  };
  const supervisor = new Supervisor(host);
  const states: string[] = [];
  supervisor.subscribe(({ state: name, reason, version }) => states.push(`${name}: ${reason}${version}`));
  return {
    state,
    supervisor,
    states,
    exit: (words: string) => end(words),
    /** The engine goes, leaving `left`. */
    lose: async (left: Probe) => {
      state.engine = left;
      state.watchers[0]?.();
      await supervisor.start();
    },
  };
}

describe('start', () => {
  it('finds an engine that runs', async () => {
    const { state, supervisor, states } = world();
    state.engine = RUNNING;
    await supervisor.start();
    expect([states, state.spawned]).toEqual([['starting: Looking for the engine.', 'running: 1.0'], 0]);
  });

  it('starts one where there is none, and waits until it answers', async () => {
    const { state, supervisor, states } = world();
    await supervisor.start();
    expect(states).toEqual(['starting: Looking for the engine.', 'starting: Starting the engine.', 'running: 1.0']);
    expect([state.spawned, state.watchers.length]).toEqual([1, 1]);
  });

  it('starts one where a crash left a socket', async () => {
    const { state, supervisor } = world();
    state.engine = { kind: 'dead' };
    await supervisor.start();
    expect([supervisor.state.state, state.spawned]).toEqual(['running', 1]);
  });

  it('says why it may not start one', async () => {
    const { state, supervisor } = world({ permission: () => ({ kind: 'none', reason: 'needs root: sudo x' }) });
    await supervisor.start();
    expect([supervisor.state, state.spawned]).toEqual([{ state: 'failed', reason: 'needs root: sudo x', version: '' }, 0]);
  });

  it('asks for a password only when a person asks for the engine', async () => {
    const { state, supervisor } = world({ permission: () => ({ kind: 'asks' }) });
    await supervisor.start();
    expect([supervisor.state.state, supervisor.state.reason, state.spawned]).toEqual([
      'stopped',
      'The engine is not running. Starting it asks for an administrator’s password.',
      0,
    ]);
    await supervisor.restart();
    expect([supervisor.state.state, state.spawned]).toEqual(['running', 1]);
  });

  it('leaves alone what it may not speak to', async () => {
    const { state, supervisor } = world();
    state.engine = { kind: 'refused', reason: 'no permission' };
    await supervisor.start();
    expect([supervisor.state.state, supervisor.state.reason, state.spawned]).toEqual(['failed', 'no permission', 0]);
  });

  it('gives the last words of an engine that ended at its start', async () => {
    const { state, supervisor, exit } = world();
    state.startsWith = { kind: 'gone' };
    const starting = supervisor.start();
    await Promise.resolve();
    await Promise.resolve();
    exit('cgroup: no permission');
    await starting;
    expect(supervisor.state).toMatchObject({ state: 'failed', reason: 'The engine ended at its start: cgroup: no permission' });
  });

  it('gives up on an engine that never answers', async () => {
    const { state, supervisor } = world();
    state.startsWith = { kind: 'dead' };
    await supervisor.start();
    expect(supervisor.state).toMatchObject({ state: 'failed', reason: 'The engine does not answer 20 s after its start.' });
    expect(state.clock).toBe(TIMES.startWithin);
  });

  it('is one and the same when asked twice', async () => {
    const { state, supervisor } = world();
    await Promise.all([supervisor.start(), supervisor.start()]);
    expect(state.spawned).toBe(1);
  });

  it('says so when the program cannot be run', async () => {
    const { supervisor } = world({
      spawn: () => {
        throw new Error('EACCES: /run/slipway');
      },
    });
    await supervisor.start();
    expect(supervisor.state).toMatchObject({ state: 'failed', reason: 'The engine could not be started: EACCES: /run/slipway' });
  });
});

describe('loss', () => {
  it('leaves an engine stopped that was stopped in order', async () => {
    const { state, supervisor, lose } = world();
    state.engine = RUNNING;
    await supervisor.start();
    await lose({ kind: 'gone' });
    expect(supervisor.state).toMatchObject({ state: 'stopped', reason: 'The engine was stopped. Containers keep running.' });
  });

  it('starts an engine again that crashed', async () => {
    const { state, supervisor, states, lose } = world();
    await supervisor.start();
    await lose({ kind: 'dead' });
    expect(states.slice(3)).toEqual([
      'starting: The engine ended unexpectedly; starting it again.',
      'starting: Looking for the engine.',
      'starting: Starting the engine.',
      'running: 1.0',
    ]);
    expect(state.spawned).toBe(2);
  });

  it('pauses longer after each crash and gives up at the cap', async () => {
    const { state, supervisor, lose } = world();
    await supervisor.start();
    state.slept.length = 0;
    for (let count = 0; count <= TIMES.backOff.length; count++) await lose({ kind: 'dead' });
    expect(state.slept.filter((time) => time !== TIMES.pollEvery)).toEqual([...TIMES.backOff]);
    expect(supervisor.state).toMatchObject({ state: 'failed', reason: 'The engine ended unexpectedly 5 times in a row.' });
  });

  it('forgets crashes of long ago', async () => {
    const { state, supervisor, lose } = world();
    await supervisor.start();
    for (let count = 0; count < 10; count++) {
      state.clock += TIMES.settledAfter + 1;
      await lose({ kind: 'dead' });
    }
    expect([supervisor.state.state, state.spawned]).toEqual(['running', 11]);
  });

  it('holds on to an engine that only dropped the connection', async () => {
    const { state, supervisor, lose } = world();
    state.engine = RUNNING;
    await supervisor.start();
    await lose(RUNNING);
    expect([supervisor.state.state, state.spawned, state.watchers.length]).toEqual(['running', 0, 1]);
  });
});

describe('an engine that somebody else starts', () => {
  const stopped = async (over?: Partial<EngineHost>) => {
    const made = world(over);
    made.state.engine = RUNNING;
    await made.supervisor.start();
    await made.lose({ kind: 'gone' });
    return made;
  };

  it('is found by its socket, without being started again', async () => {
    const { state, supervisor } = await stopped();
    expect(state.lookouts).toHaveLength(1);
    state.engine = RUNNING;
    state.lookouts[0]?.();
    await expect.poll(() => supervisor.state).toEqual({ state: 'running', reason: '', version: '1.0' });
    expect([state.spawned, state.watchers.length, state.lookouts.length]).toEqual([0, 1, 0]);
  });

  it('is waited for where it does not answer yet, and looked for again at the next sign', async () => {
    const probes: Probe[] = [{ kind: 'gone' }, { kind: 'dead' }, { kind: 'refused', reason: 'not yet' }, RUNNING];
    const { state, supervisor, lose } = world();
    state.engine = RUNNING;
    await supervisor.start();
    await lose({ kind: 'gone' });
    Object.defineProperty(state, 'engine', { get: () => probes.shift() ?? RUNNING });
    state.lookouts[0]?.();
    await expect.poll(() => probes).toHaveLength(3);
    expect(supervisor.state.state).toBe('stopped');
    state.lookouts[0]?.();
    await expect.poll(() => supervisor.state.state).toBe('running');
  });

  it('is not missed when its sign comes while the one before is looked at', async () => {
    const held = Promise.withResolvers<Probe>();
    let asked = 0;
    const { state, supervisor } = await stopped({
      probe: () => (++asked === 3 ? held.promise : Promise.resolve(asked < 3 ? (asked === 1 ? RUNNING : { kind: 'gone' }) : RUNNING)),
    });
    state.lookouts[0]?.();
    state.lookouts[0]?.();
    held.resolve({ kind: 'gone' });
    await expect.poll(() => supervisor.state.state).toBe('running');
  });

  it('is left to the person who asks for one', async () => {
    const { state, supervisor } = await stopped();
    await supervisor.restart();
    expect([supervisor.state.state, state.spawned, state.lookouts.length]).toEqual(['running', 1, 0]);
    await supervisor.restart().catch(() => undefined);
    supervisor[Symbol.dispose]();
    expect(state.lookouts).toEqual([]);
  });
});

describe('restart', () => {
  it('starts a stopped engine', async () => {
    const { state, supervisor, lose } = world();
    await supervisor.start();
    await lose({ kind: 'gone' });
    await supervisor.restart();
    expect([supervisor.state.state, state.spawned, state.terminated]).toEqual(['running', 2, 0]);
  });

  it('stops and starts a running engine of its own', async () => {
    const { state, supervisor } = world();
    await supervisor.start();
    await supervisor.restart();
    expect([supervisor.state.state, state.spawned, state.terminated, state.watchers.length]).toEqual(['running', 2, 1, 1]);
  });

  it('does not stop an engine that somebody else started', async () => {
    const { state, supervisor } = world();
    state.engine = RUNNING;
    await supervisor.start();
    await expect(supervisor.restart()).rejects.toMatchObject({ status: 409 });
  });
});

it('leaves the engine running when it is disposed', async () => {
  const { state, supervisor, states } = world();
  await supervisor.start();
  const said = states.length;
  supervisor[Symbol.dispose]();
  expect([state.terminated, state.watchers.length, states.length]).toEqual([0, 0, said]);
});
