import { beforeAll, describe, expect, it } from 'vitest';
import { type GuestRun, runGuest, whyNoGuest } from '../../testkit/guest/boot.ts';
import { GROUPS } from '../../testkit/guest/groups.ts';

const obstacle = whyNoGuest();
if (obstacle !== null) console.warn(`The tests in a guest with cgroup v2 are skipped: ${obstacle}`);

describe.skipIf(obstacle !== null)('on a machine with cgroup v2 alone', () => {
  let guest: GuestRun;

  beforeAll(async () => {
    guest = await runGuest();
    for (const note of guest.notes) console.log(note);
  }, 450_000);

  it('the guest boots, runs every check and switches itself off', () => {
    expect(guest.isComplete, guest.console).toBe(true);
  });

  it.each(GROUPS.flatMap(({ names }) => names))('%s', (name) => {
    const result = guest.results.get(name);
    expect(result, 'the guest has not run this check; the first test says how its console ends').toBeDefined();
    expect(result?.error).toBeNull();
  });
});
