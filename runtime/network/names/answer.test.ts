import { type Answer, decode, encode, type Packet, type RecordType } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { answer, failure } from './answer.ts';
import { arpaAddress } from './arpa-address.ts';
import { NameTable } from './name-table.ts';
import { TcpMessages, withLength } from './tcp-messages.ts';
import { nameserversOf } from './upstream-servers.ts';

const NO_GATEWAY = { ipv4: '', ipv6: '' };
const same = <T>(items: readonly T[]): T[] => [...items];

function names(): NameTable {
  const table = new NameTable();
  table.addNetwork({ id: 'n1', name: 'front', internal: false, gateway: { ipv4: '172.18.0.1', ipv6: '' } });
  table.addNetwork({ id: 'n2', name: 'back', internal: true, gateway: NO_GATEWAY });
  const endpoint = (containerId: string, ipv4: string, ipv6: string, ...own: string[]) => ({ containerId, names: own, links: {}, ipv4, ipv6 });
  table.addEndpoint('n1', endpoint('web', '172.18.0.2', '', 'web', 'aaaaaaaaaaaa', 'www'));
  table.addEndpoint('n1', endpoint('cache-1', '172.18.0.3', 'fd00::3', 'p-cache-1', 'cache'));
  table.addEndpoint('n1', endpoint('cache-2', '172.18.0.4', '', 'p-cache-2', 'cache'));
  table.addEndpoint('n2', { ...endpoint('web', '172.19.0.2', '', 'web'), links: { Database: 'db' } });
  table.addEndpoint('n2', endpoint('db', '172.19.0.3', '', 'db'));
  return table;
}

function ask(name: string, type: RecordType, from = 'web', change: Partial<Packet> = {}) {
  const query = encode({ type: 'query', id: 77, flags: 0x100, questions: [{ name, type }], ...change });
  return answer(query, from, names(), same, false);
}

function rows(name: string, type: RecordType, from?: string): unknown[] | 'forward' | undefined {
  const verdict = ask(name, type, from);
  if (verdict === undefined || 'forward' in verdict) return verdict && 'forward';
  return decode(verdict.reply).answers?.map((row: Answer) => ('data' in row ? row.data : row.type));
}

describe('answer', () => {
  it.each([
    ['web', 'A', 'web', ['172.18.0.2']],
    ['WWW', 'A', 'web', ['172.18.0.2']],
    ['web.', 'A', 'web', ['172.18.0.2']],
    ['aaaaaaaaaaaa', 'A', 'cache-1', ['172.18.0.2']],
    ['cache', 'A', 'web', ['172.18.0.3', '172.18.0.4']],
    ['cache', 'AAAA', 'web', ['fd00::3']],
    ['web', 'AAAA', 'cache-1', []],
    ['web', 'MX', 'cache-1', []],
    ['web.front', 'A', 'web', ['172.18.0.2']],
    ['web.back', 'A', 'web', ['172.19.0.2']],
    ['web.back', 'A', 'cache-1', 'forward'],
    ['db', 'A', 'web', ['172.19.0.3']],
    ['db', 'A', 'cache-1', 'forward'],
    ['database', 'A', 'web', ['172.19.0.3']],
    ['database', 'A', 'db', 'forward'],
    ['example.org', 'A', 'web', 'forward'],
    ['host.docker.internal', 'A', 'web', ['172.18.0.1']],
    ['gateway.docker.internal', 'AAAA', 'web', []],
    ['3.0.18.172.in-addr.arpa', 'PTR', 'web', ['p-cache-1.front']],
    [`3.${'0.'.repeat(27)}0.0.d.f.ip6.arpa`, 'PTR', 'web', ['p-cache-1.front']],
    ['3.0.19.172.in-addr.arpa', 'PTR', 'cache-1', 'forward'],
    ['8.8.8.8.in-addr.arpa', 'PTR', 'web', 'forward'],
    ['web', 'A', 'nobody', 'forward'],
  ] as const)('%s %s asked by %s', (name, type, from, expected) => {
    expect(rows(name, type, from)).toEqual(expected);
  });

  it('answers under the id of the question, with recursion as asked for', () => {
    const verdict = ask('web', 'A');
    const reply = decode((verdict as { reply: Buffer }).reply);
    expect(reply).toMatchObject({ id: 77, type: 'response', flag_rd: true, flag_ra: true, rcode: 'NOERROR', questions: [{ name: 'web', type: 'A' }] });
    expect((ask('web', 'A', 'web', { flags: 0 }) as { reply: Buffer }).reply[2]).toBe(0x84);
  });

  it('says that an answer does not fit, unless the client takes more or asks by TCP', () => {
    const table = names();
    for (let number = 0; number < 60; number++) {
      table.addEndpoint('n1', { containerId: `r${number}`, names: ['many'], links: {}, ipv4: `172.18.1.${number}`, ipv6: '' });
    }
    const size = (udpPayloadSize: number, isTcp: boolean): unknown[] => {
      const additionals =
        udpPayloadSize > 0
          ? [{ type: 'OPT' as const, name: '.' as const, udpPayloadSize, flags: 0, options: [], extendedRcode: 0, ednsVersion: 0, flag_do: false }]
          : [];
      const query = encode({ type: 'query', id: 1, questions: [{ name: 'many', type: 'A' }], additionals });
      const verdict = answer(query, 'web', table, same, isTcp);
      const reply = decode((verdict as { reply: Buffer }).reply);
      expect((verdict as { reply: Buffer }).reply.length).toBeLessThanOrEqual(isTcp ? 65_535 : Math.max(512, udpPayloadSize));
      return [reply.flag_tc, reply.answers?.length];
    };
    expect(size(0, false)).toEqual([true, 24]);
    expect(size(1232, false)).toEqual([false, 60]);
    expect(size(0, true)).toEqual([false, 60]);
  });

  it.each([
    ['too short', Buffer.alloc(11), undefined],
    ['an answer', encode({ type: 'response', id: 9, questions: [{ name: 'web', type: 'A' }] }), undefined],
    ['no question', encode({ type: 'query', id: 9, questions: [] }), 1],
    [
      'two questions',
      encode({
        type: 'query',
        id: 9,
        questions: [
          { name: 'web', type: 'A' },
          { name: 'db', type: 'A' },
        ],
      }),
      1,
    ],
    ['a name that points to itself', Buffer.from('0009010000010000000000000 c00c00010001'.replaceAll(' ', ''), 'hex'), 1],
    ['a name that is cut off', Buffer.from('000901000001000000000000073132', 'hex'), 1],
    ['another operation', Buffer.from('000928000001000000000000037765620000010001', 'hex'), 4],
  ])('refuses %s', (_, query, code) => {
    const verdict = answer(query, 'web', names(), same, false);
    if (code === undefined) expect(verdict).toBeUndefined();
    else {
      const { reply } = verdict as { reply: Buffer };
      expect([reply.readUInt16BE(0), (reply[2] as number) >> 7, (reply[3] as number) & 0xf]).toEqual([9, 1, code]);
    }
  });

  it('leaves another class than IN to the outside', () => {
    expect(ask('web', 'A', 'web', { questions: [{ name: 'web', type: 'A', class: 'CH' }] })).toMatchObject({ forward: { name: 'web' } });
  });

  it('has failures that repeat the question', () => {
    const reply = decode(failure(encode({ type: 'query', id: 5, questions: [{ name: 'x.y', type: 'AAAA' }] })));
    expect(reply).toMatchObject({ id: 5, type: 'response', rcode: 'SERVFAIL', questions: [{ name: 'x.y', type: 'AAAA' }], answers: [] });
  });
});

it('forgets networks and who has left them', () => {
  const table = names();
  table.removeEndpoint('n1', 'cache-1');
  expect(table.lookUp('web', 'cache')?.ipv4).toEqual(['172.18.0.4']);
  expect(table.hasOutside('db')).toBe(false);
  table.removeNetwork('n1');
  expect(table.lookUp('web', 'cache')).toBeUndefined();
  expect(table.hasOutside('web')).toBe(false);
});

it.each([
  ['1.0.0.127.in-addr.arpa.', '127.0.0.1'],
  [`1.${'0.'.repeat(31)}ip6.arpa`, '::1'],
  ['0.0.127.in-addr.arpa', undefined],
  ['web', undefined],
])('reads %s as %s', (name, address) => {
  expect(arpaAddress(name)).toBe(address);
});

it('reads the first three name servers of resolv.conf', () => {
  expect(nameserversOf('# x\nnameserver 127.0.0.53\nsearch a\nnameserver  fd00::1 \nnameserver nonsense\nnameserver 1.1.1.1\nnameserver 9.9.9.9\n')).toEqual([
    '127.0.0.53',
    'fd00::1',
    '1.1.1.1',
  ]);
});

it('cuts a stream into messages wherever it breaks', () => {
  const stream = Buffer.concat([withLength(Buffer.from('one')), withLength(Buffer.alloc(0)), withLength(Buffer.from('three'))]);
  for (let at = 0; at <= stream.length; at++) {
    const messages = new TcpMessages();
    expect([...messages.push(stream.subarray(0, at)), ...messages.push(stream.subarray(at))].map(String)).toEqual(['one', '', 'three']);
  }
});
