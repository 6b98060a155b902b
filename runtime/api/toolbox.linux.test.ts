import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import type { MetricsMessage } from './types/metrics.ts';
import type { ToolboxAnswer } from './types/toolbox.ts';

let engine: RealEngine;
beforeAll(async () => {
  if (canRunDocker) engine = await RealEngine.start();
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const make = async () => {
  const { status, json } = await engine.call('POST', '/slipway/v1/toolbox');
  return { status, answer: json as ToolboxAnswer };
};

describe.skipIf(!canRunDocker)('the toolbox', () => {
  it("is made of this machine's programs, once, also when several ask", async () => {
    const [one, other] = await Promise.all([make(), make()]);
    expect([one.status, other.answer.id]).toEqual([201, one.answer.id]);
    expect(one.answer).toMatchObject({ reference: 'slipway/toolbox:latest', created: true });
    expect(one.answer.size).toBeGreaterThan(1_000_000);
    expect(one.answer.programs).toEqual(expect.arrayContaining(['sh', 'ls', 'grep', 'find', 'ps']));
    const again = await make();
    expect([again.status, again.answer]).toEqual([200, { ...one.answer, created: false }]);
  });

  it('is looked for again without a stall, and read again only where a file has changed', async () => {
    await make();
    await engine.call('GET', '/slipway/v1/metrics?reset=1');
    for (let asked = 0; asked < 3; asked++) expect((await make()).status).toBe(200);
    await engine.docker(['rmi', '-f', 'slipway/toolbox']);
    expect((await make()).status).toBe(201);
    const { eventLoop } = (await engine.call('GET', '/slipway/v1/metrics')).json as MetricsMessage;
    console.log(`the engine's event loop while a toolbox is asked for and made: busy ${eventLoop?.maxBusyMs} ms`);
    expect(eventLoop?.maxBusyMs).toBeLessThan(50);
  });

  it('runs them, without a network', async () => {
    const { programs } = (await make()).answer;
    const script = 'for p; do command -v "$p" >/dev/null || echo "missing $p"; done; ls / >/dev/null && ps >/dev/null && grep -c root /etc/passwd';
    const ran = await engine.docker(['run', '--rm', '--network', 'none', 'slipway/toolbox', 'sh', '-c', script, 'sh', ...programs]);
    expect([ran.code, ran.out.trim(), ran.err]).toEqual([0, '1', '']);
  });

  it('every program finds all of its libraries', async () => {
    const { programs } = (await make()).answer;
    const script = `for p; do f=$(command -v "$p"); case $f in /*) "$f" --version </dev/null 2>&1 | grep 'error while loading shared libraries' && echo "$p"; esac; done; :`;
    const ran = await engine.docker([
      'run',
      '--rm',
      '--network',
      'none',
      'slipway/toolbox',
      'sh',
      '-c',
      script,
      'sh',
      ...programs.filter((name) => name !== 'tee'),
    ]);
    expect([ran.code, ran.out]).toEqual([0, '']);
  });

  it('has no program with rights of its own', async () => {
    const ran = await engine.docker(['run', '--rm', '--network', 'none', 'slipway/toolbox', 'find', '/usr', '/root', '/etc', '-perm', '/7000']);
    expect([ran.code, ran.out]).toEqual([0, '']);
  });

  it('is made anew under its name when it was lost', async () => {
    const before = (await make()).answer;
    await engine.docker(['rmi', before.reference]);
    const after = await make();
    expect([after.status, after.answer.created, after.answer.size]).toEqual([201, true, before.size]);
  });
});
