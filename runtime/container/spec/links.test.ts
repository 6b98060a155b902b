import { describe, expect, it } from 'vitest';
import { linkEnvironment, parseLink } from './links.ts';

describe('parseLink', () => {
  it('reads a target, an alias and the form of inspect', () => {
    expect(parseLink('db')).toEqual({ target: 'db', alias: 'db' });
    expect(parseLink('db:store')).toEqual({ target: 'db', alias: 'store' });
    expect(parseLink('/db:/app/store')).toEqual({ target: 'db', alias: 'store' });
  });

  it.each(['a:b:c', ':b', 'a:', '/', 'a:b c', 'a:b\nc', 'a:..'])('refuses %j', (text) => {
    expect(() => parseLink(text)).toThrow(`bad format for links: ${text}`);
  });
});

describe('linkEnvironment', () => {
  const link = { alias: 'the-db', owner: 'app', address: '172.17.0.2' };

  it('tells of each port, the smallest number first of all', () => {
    expect(linkEnvironment(link, ['5432/tcp', '53/udp'], [])).toEqual([
      'THE_DB_PORT=udp://172.17.0.2:53',
      'THE_DB_PORT_5432_TCP=tcp://172.17.0.2:5432',
      'THE_DB_PORT_5432_TCP_ADDR=172.17.0.2',
      'THE_DB_PORT_5432_TCP_PORT=5432',
      'THE_DB_PORT_5432_TCP_PROTO=tcp',
      'THE_DB_PORT_53_UDP=udp://172.17.0.2:53',
      'THE_DB_PORT_53_UDP_ADDR=172.17.0.2',
      'THE_DB_PORT_53_UDP_PORT=53',
      'THE_DB_PORT_53_UDP_PROTO=udp',
      'THE_DB_NAME=/app/the-db',
    ]);
  });

  it('sums neighbouring ports of one protocol up', () => {
    expect(linkEnvironment(link, ['81', '80/tcp', '82/tcp', '82/udp'], []).slice(1, 7)).toEqual([
      'THE_DB_PORT_80_TCP_START=tcp://172.17.0.2:80',
      'THE_DB_PORT_80_TCP_ADDR=172.17.0.2',
      'THE_DB_PORT_80_TCP_PROTO=tcp',
      'THE_DB_PORT_80_TCP_PORT_START=80',
      'THE_DB_PORT_80_TCP_END=tcp://172.17.0.2:82',
      'THE_DB_PORT_80_TCP_PORT_END=82',
    ]);
  });

  it('hands on the other’s variables but those that every container has', () => {
    expect(linkEnvironment(link, [], ['HOME=/x', 'PATH=/y', 'A=b=c', 'NONE'])).toEqual(['THE_DB_NAME=/app/the-db', 'THE_DB_ENV_A=b=c']);
  });
});
