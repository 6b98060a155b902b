import { describe, expect, it } from 'vitest';
import { parseHeldSockets } from './proc-sockets.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

describe('parseHeldSockets', () => {
  it.each([
    ['a listener', '   0: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 16204 1 0 100 0 0 10 0', '0100007F', 631, 16204],
    ['UDP', '  99: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000   112        0 17130 2 0000000000000000 0', '00000000', 5353, 17130],
    [
      'IPv6',
      '   1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 77 1 0 100',
      '0'.repeat(32),
      80,
      77,
    ],
  ])('reads %s', (_, line, address, port, inode) => {
    expect(parseHeldSockets(`${HEAD}\n${line}\n`)).toEqual([{ address, port, inode }]);
  });

  it.each([
    ['a connection', '   0: 0100007F:0277 0100007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 16204 1'],
    ['nonsense', 'a b c d e f g h i j'],
    ['nothing', ''],
  ])('leaves %s out', (_, line) => {
    expect(parseHeldSockets(`${HEAD}\n${line}`)).toEqual([]);
  });
});
