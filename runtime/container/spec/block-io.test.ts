import { describe, expect, it } from 'vitest';
import { blockIoOf } from './block-io.ts';

describe('blockIoOf', () => {
  it('gathers what is asked of each device', () => {
    expect(
      blockIoOf({
        BlkioWeightDevice: [{ Path: '/dev/sda', Weight: 300 }],
        BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: 1 }],
        BlkioDeviceWriteBps: [{ Path: '/dev/sda', Rate: 2 }],
        BlkioDeviceReadIOps: [{ Path: '/dev/sda', Rate: 3 }],
        BlkioDeviceWriteIOps: [{ Path: '/dev/sdb', Rate: 0 }],
      }),
    ).toEqual({
      weights: [{ path: '/dev/sda', weight: 300 }],
      throttles: [
        { kind: 'readBps', path: '/dev/sda', rate: 1 },
        { kind: 'writeBps', path: '/dev/sda', rate: 2 },
        { kind: 'readIops', path: '/dev/sda', rate: 3 },
        { kind: 'writeIops', path: '/dev/sdb', rate: 0 },
      ],
    });
    expect(blockIoOf({})).toEqual({ weights: [], throttles: [] });
  });

  it.each([
    [{ BlkioWeightDevice: [{ Path: '/dev/sda', Weight: 5 }] }, 'BlkioWeightDevice: Range of blkio weight is from 10 to 1000'],
    [{ BlkioWeightDevice: [{ Path: 'sda', Weight: 50 }] }, 'BlkioWeightDevice: bad format for path: sda'],
    [{ BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: -1 }] }, 'BlkioDeviceReadBps: invalid rate for device /dev/sda'],
    [{ BlkioDeviceWriteIOps: [{ Path: '', Rate: 1 }] }, 'BlkioDeviceWriteIOps: bad format for path: '],
  ])('refuses %j', (host, text) => {
    expect(() => blockIoOf(host)).toThrow(text);
  });
});
