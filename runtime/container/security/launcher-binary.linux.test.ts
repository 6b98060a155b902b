import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAUNCHER_BINARY } from '../../sys/launcher/create-launcher.ts';
import { ContainerSession } from '../../testkit/container-session.ts';
import { installProbe } from '../../testkit/probe.ts';
import { eventually } from '../../testkit/raw-client.ts';

const MARK = 'overwritten-by-a-container';

let session: ContainerSession;
let before: string;
beforeAll(async () => {
  session = await ContainerSession.open();
  before = hashOfLauncher();
  session.rig.addImage('hostile', (root) => {
    installProbe(root);
    // Programs that lead back to the one which starts them (CVE-2019-5736).
    writeFileSync(`${root}/bin/back`, '#!/proc/self/exe\n');
    chmodSync(`${root}/bin/back`, 0o755);
    symlinkSync('/proc/self/exe', `${root}/bin/link`);
  });
});
afterAll(() => session[Symbol.asyncDispose]());

function hashOfLauncher(): string {
  return createHash('sha256').update(readFileSync(LAUNCHER_BINARY)).digest('hex');
}

describe('the launcher, as a container sees it', () => {
  it.each(['/bin/back', '/bin/link', '/proc/self/exe'])('is a sealed copy when init runs %s, and ends without doing anything', async (program) => {
    const { output, exitCode } = await session.run([program], { Image: 'hostile' });
    expect([output, exitCode]).toEqual(['slipway-launcher: started by the engine only\n', 64]);
    expect(hashOfLauncher()).toBe(before);
  });

  it('cannot be written by way of descriptors that outlive the processes which enter', async () => {
    const name = await session.start(['/bin/probe', 'overwrite', MARK], { Image: 'hostile' });
    for (let round = 0; round < 40; round++) {
      const { exitCode } = await session.exec(name, [round % 2 === 0 ? '/bin/back' : '/bin/link']);
      expect(exitCode).toBe(64);
    }
    await session.exec(name, ['touch', '/stop']);
    await eventually(() => session.rig.containers.inspect(name).state.status === 'exited', 'the attack has ended');
    const attempts = (await session.logs(name)).trim().split('\n');
    const launchers = attempts.filter((line) => line.includes('slipway-launcher'));
    // Reached, or the attack would prove nothing.
    expect(launchers.length).toBeGreaterThan(0);
    for (const line of launchers) expect(line).toMatch(/memfd:slipway-launcher \(deleted\) write (EPERM|ETXTBSY)$/);
    expect(attempts.join('\n')).not.toContain(LAUNCHER_BINARY);
    expect(hashOfLauncher()).toBe(before);
    expect(readFileSync(LAUNCHER_BINARY, 'latin1')).not.toContain(MARK);
    await session.remove(name);
  });
});
