import { describe, expect, it } from 'vitest';
import { acknowledgements } from './acknowledgements.ts';
import { addTable } from './objects.ts';
import { encodeBatch } from './wire.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('encodeBatch', () => {
  it('puts messages between the begin and the end of a transaction, the last one with an acknowledgement', () => {
    const begin = '14000000' + '1000' + '0100' + '00000000' + '00000000' + '0000000a';
    const table = (flags: string, sequence: string): string => `1c000000000a${flags}${sequence}0000000001000000` + '0600010074000000';
    const end = '14000000' + '1100' + '0100' + '03000000' + '00000000' + '0000000a';
    expect(hex(encodeBatch([addTable('t'), addTable('t')]))).toBe(begin + table('0104', '01000000') + table('0504', '02000000') + end);
  });
});

describe('acknowledgements', () => {
  const answer = (sequence: number, errno: number, type = 2): Uint8Array => {
    const view = new DataView(new ArrayBuffer(36));
    view.setUint32(0, 36, true);
    view.setUint16(4, type, true);
    view.setUint32(8, sequence, true);
    view.setInt32(16, -errno, true);
    return new Uint8Array(view.buffer);
  };

  it('reads each of a datagram and skips what is none', () => {
    const datagram = Buffer.concat([answer(3, 17), answer(4, 5, 9), answer(5, 0)]);
    expect(acknowledgements(datagram)).toEqual([
      { sequence: 3, errno: 17 },
      { sequence: 5, errno: 0 },
    ]);
    expect(acknowledgements(new Uint8Array())).toEqual([]);
  });

  it.each([
    [answer(1, 0).subarray(0, 20), 'a message of 36 bytes in a datagram of 20'],
    [new Uint8Array(16), 'a message of 0 bytes'],
  ])('refuses what is cut off', (datagram, message) => {
    expect(() => acknowledgements(datagram)).toThrow(message);
  });
});
