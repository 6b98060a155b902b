import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { leftOfSteps, openStepRig, type StepRig } from '../../testkit/step-rig.ts';

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

describe.skipIf(!canRun)('RUN', () => {
  let rig: StepRig;
  beforeAll(async () => {
    rig = await openStepRig();
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  afterEach(async () => {
    expect(rig.rig.containers.list({ all: true, filters: {} })).toEqual([]);
    await expect.poll(() => leftOfSteps(rig.rig)).toEqual([]);
  });

  it('makes a layer of what the command has changed', async () => {
    const { tree } = await rig.run('mkdir /made; echo hello > /made/file; rm /bin/vi');
    expect(Object.keys(rig.newLayer(tree) ?? {})).toEqual(['/bin', '/bin/vi', '/made', '/made/file']);
  });
  it('makes none of a command that changes nothing', async () => {
    const { tree, out } = await rig.run('echo out; echo err >&2');
    expect(tree.layers).toEqual(rig.base.layers);
    expect(out).toBe('out\nerr\n');
  });
});
