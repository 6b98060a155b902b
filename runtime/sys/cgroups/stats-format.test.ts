import { describe, expect, it } from 'vitest';
import { blockIoV1, blockIoV2, keyedNumbers } from './stats-format.ts';

describe('figures of cgroup files', () => {
  it('reads key and value lines', () => {
    expect(keyedNumbers('usage_usec 12\nnr_periods 0\n\n')).toEqual({ usage_usec: 12, nr_periods: 0 });
  });

  it('reads v1 transfers without totals and other kinds', () => {
    expect(blockIoV1('254:0 Read 4096\n254:0 Write 8192\n254:0 Sync 1\n254:0 Total 12288\nTotal 12288\n')).toEqual([
      { major: 254, minor: 0, op: 'read', bytes: 4096 },
      { major: 254, minor: 0, op: 'write', bytes: 8192 },
    ]);
  });

  it('reads v2 transfers and skips devices without figures', () => {
    expect(blockIoV2('8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n7:1 \n')).toEqual([
      { major: 8, minor: 0, op: 'read', bytes: 1 },
      { major: 8, minor: 0, op: 'write', bytes: 2 },
    ]);
  });
});
