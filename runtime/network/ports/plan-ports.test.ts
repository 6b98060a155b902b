import { describe, expect, it } from 'vitest';
import { collide, planAgain, planPorts } from './plan-ports.ts';
import type { PortRequest, PublishedPort } from './port-publisher.ts';

const target = { ipv4: '10.0.0.2', ipv6: 'fd00::2' };
const free = { first: 32768, last: 60999, from: 40000 };
const request = (options: Partial<PortRequest> = {}): PortRequest => ({
  protocol: 'tcp',
  containerPort: 80,
  hostAddress: '',
  hostPortFirst: 8080,
  hostPortLast: 8080,
  ...options,
});

describe('planPorts', () => {
  it.each([
    ['all addresses of both families', '', true, [[0, 0, 0, 0], Array<number>(16).fill(0)]],
    ['all addresses of a host without IPv6', '', false, [[0, 0, 0, 0]]],
    ['one address', '192.0.2.1', true, [[192, 0, 2, 1]]],
    ['one of IPv6', '::1', true, [[...Array<number>(15).fill(0), 1]]],
  ] as const)('holds %s', (_, hostAddress, hasIpv6, addresses) => {
    const [planned] = planPorts([request({ hostAddress })], target, free, hasIpv6);
    expect(planned?.held.addresses.map((bytes) => [...bytes])).toEqual(addresses);
    expect(planned?.held).toMatchObject({ first: 8080, last: 8080, from: 8080, target: { address: Uint8Array.of(10, 0, 0, 2), port: 80 } });
  });

  it('lets those choose last who have the widest choice', () => {
    const wanted = [request({ hostPortFirst: 0, hostPortLast: 0 }), request({ hostPortFirst: 9000, hostPortLast: 9010 }), request()];
    expect(planPorts(wanted, target, free, true).map(({ held: { first, last, from } }) => [first, last, from])).toEqual([
      [8080, 8080, 8080],
      [9000, 9010, 9000],
      [32768, 60999, 40000],
    ]);
  });

  it('leads to the address of IPv6 where the container has no other', () => {
    expect(planPorts([request()], { ...target, ipv4: '' }, free, true)[0]?.held.target.address).toHaveLength(16);
  });

  it.each([
    ['an address that is none', request({ hostAddress: 'localhost' }), target, 'invalid IP address "localhost"'],
    ['a container without addresses', request(), { ipv4: '', ipv6: '' }, 'without an address'],
  ])('refuses %s', (_, one, where, message) => {
    expect(() => planPorts([one], where, free, true)).toThrow(message);
  });
});

describe('collide', () => {
  const port = (hostAddress: string, hostPort = 80, protocol: 'tcp' | 'udp' = 'tcp'): PublishedPort => ({ protocol, containerPort: 1, hostAddress, hostPort });
  it.each([
    ['the same', port('0.0.0.0'), port('0.0.0.0'), true],
    ['one of all', port('0.0.0.0'), port('127.0.0.1'), true],
    ['all after one', port('127.0.0.1'), port(''), true],
    ['two addresses', port('127.0.0.1'), port('127.0.0.2'), false],
    ['another port', port('', 80), port('', 81), false],
    ['another protocol', port('', 80), port('', 80, 'udp'), false],
  ])('%s', (_, a, b, expected) => {
    expect(collide(a, b)).toBe(expected);
  });
});

it('asks again for exactly what was given', () => {
  expect(planAgain([{ protocol: 'udp', containerPort: 53, hostAddress: '::', hostPort: 5353 }])).toEqual([
    { protocol: 'udp', containerPort: 53, hostAddress: '::', hostPortFirst: 5353, hostPortLast: 5353 },
  ]);
});
