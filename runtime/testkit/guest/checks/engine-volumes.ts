import assert from 'node:assert/strict';
import type { GuestEngine } from '../engine.ts';
import { BUSYBOX_ARCHIVE, DEEP_ARCHIVE, DEEP_LAYERS } from '../places.ts';

/** What is different on older kernels: how layers are mounted to be copied from, and how a place below a volume is bound. */
export const engineVolumes: Readonly<Record<string, (engine: GuestEngine) => Promise<void>>> = {
  [`fills a volume from an image of ${DEEP_LAYERS} layers`]: async (engine) => {
    await engine.load(DEEP_ARCHIVE);
    const count = 'ls /bin | wc -l; stat -c "%a %u" /bin /bin/busybox';
    const plain = await engine.ended(await engine.run(count, {}, 'deep'));
    const filled = await engine.ended(await engine.run(count, { Binds: ['filled:/bin'] }, 'deep'));
    assert.equal(filled.output, plain.output);
    const script = 'ls /data | wc -l; stat -c "%a %u" /data /data/busybox';
    const kept = await engine.ended(await engine.run(script, { Binds: ['filled:/data:ro'] }, 'deep'));
    assert.equal(kept.output, plain.output);
  },

  'binds a place below a volume and none outside of it': async (engine) => {
    await engine.load(BUSYBOX_ARCHIVE);
    await engine.ended(await engine.run('mkdir /x/deep; echo inside > /x/deep/file; ln -s /etc /x/out', { Binds: ['parts:/x'] }));
    const at = (Subpath: string): object => ({ Mounts: [{ Type: 'volume', Source: 'parts', Target: '/y', VolumeOptions: { Subpath } }] });
    assert.equal((await engine.ended(await engine.run('cat /y/file', at('deep')))).output, 'inside');
    await assert.rejects(engine.run('cat /y/hostname', at('out')), /the subpath leads out of the volume/);
  },
};
