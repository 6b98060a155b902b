import { expect, it } from 'vitest';
import { interfaceCounters, parseNetDev } from './interfaces.ts';

it('reads the counters of all interfaces but loopback', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  eth0:    1000      10    1    2    0     0          0         0     2000      20    3    4    0     0       0          0
`;
  expect(parseNetDev(text)).toEqual({
    eth0: { rxBytes: 1000, rxPackets: 10, rxErrors: 1, rxDropped: 2, txBytes: 2000, txPackets: 20, txErrors: 3, txDropped: 4 },
  });
});

it('has none of a process that has ended', () => {
  expect(interfaceCounters(2 ** 30)).toEqual({});
});
