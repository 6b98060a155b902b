import { describe, expect, it } from 'vitest';
import { changeOf, type EngineConfig, textOf, wordsOfError } from './engine-values.ts';
import { matching, placeOf } from './entries.ts';

const CONFIG: EngineConfig = {
  'registry-mirrors': ['https://a.example', 'https://b.example'],
  'insecure-registries': [],
  dns: ['10.0.0.1'],
  'dns-search': [],
  'dns-opts': [],
  'default-address-pools': [{ base: '10.10.0.0/16', size: 24 }],
  'log-driver': 'json-file',
  'log-opts': { 'max-size': '10m', tag: 'a=b' },
  proxies: { 'http-proxy': 'http://p:1', 'https-proxy': '', 'no-proxy': '' },
  builder: { gc: { defaultKeepStorage: '20GB' } },
};

describe('engine settings', () => {
  it.each(['registry-mirrors', 'dns', 'default-address-pools', 'log-opts', 'http-proxy', 'builder'])('%s reads as it is written', (id) => {
    const { change } = changeOf(id, textOf(id, CONFIG)) as { change: object };
    expect(CONFIG).toMatchObject(change);
  });

  it('leaves out lines without anything, and changes one proxy alone', () => {
    expect(changeOf('dns', ' 1.1.1.1 \n\n')).toEqual({ change: { dns: ['1.1.1.1'] } });
    expect(changeOf('no-proxy', 'localhost')).toEqual({ change: { proxies: { 'no-proxy': 'localhost' } } });
    expect(changeOf('builder', ' ')).toEqual({ change: { builder: { gc: {} } } });
  });

  it('says which line has the wrong form', () => {
    const errorOf = (id: string, text: string) => (changeOf(id, text) as { error: string }).error;
    expect(errorOf('default-address-pools', '10.0.0.0/8 24\n10.1.0.0/16')).toMatch(/^Line 2:/);
    expect(errorOf('log-opts', 'max-size')).toMatch(/^Line 1:/);
  });

  it.each([
    ['settings: dns.1 is no address', 'Line 2: is no address'],
    ['settings: default-address-pools.0.size is not from 16 to 30', 'Line 1: is not from 16 to 30'],
    ['settings: proxies.http-proxy is no URL', 'is no URL'],
    ['the engine is not running', 'the engine is not running'],
  ])('says %s next to the field', (message, wanted) => {
    expect(wordsOfError(message)).toBe(wanted);
  });
});

describe('the search', () => {
  it('finds settings by title, hint, key and section, all words of it', () => {
    expect(matching('  ')).toBeNull();
    expect([...(matching('dns') ?? [])]).toEqual(['dns', 'dns-search', 'dns-opts']);
    expect([...(matching('engine MIRROR') ?? [])]).toEqual(['registry-mirrors']);
    expect([...(matching('unhealthy') ?? [])]).toEqual(['notifications']);
    expect([...(matching('no such thing') ?? [])]).toEqual([]);
  });

  it('takes addresses apart, and unknown ones as the first section', () => {
    expect(placeOf('engine.dns-search')).toEqual({ section: 'engine', entry: 'dns-search' });
    expect(placeOf('docker')).toEqual({ section: 'docker', entry: null });
    expect(placeOf('x.y').section).toBe('appearance');
    expect(placeOf(null).section).toBe('appearance');
  });
});
