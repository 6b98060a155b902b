import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatBlock } from './base/cidr.ts';
import { EngineSettings } from './engine-settings.ts';
import { daemonConfigSchema, poolBlocks } from './formats/docker/daemon-config.ts';

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-settings-'));
  path = join(directory, 'etc/daemon.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the file', () => {
  it('may be absent or empty', () => {
    expect(new EngineSettings(path, {}).current).toEqual(daemonConfigSchema.parse({}));
    const empty = join(directory, 'daemon.json');
    writeFileSync(empty, '\n');
    expect(new EngineSettings(empty, {}).current.dns).toEqual([]);
  });

  it('keeps only what was chosen, and is read again', () => {
    new EngineSettings(path, {}).replace({ dns: ['10.0.0.53'], 'log-opts': { 'max-size': '10m' } });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ dns: ['10.0.0.53'], 'log-opts': { 'max-size': '10m' } });
    const again = new EngineSettings(path, {});
    expect([again.current.dns, again.containerDefaults.LogConfig]).toEqual([['10.0.0.53'], { Type: 'json-file', Config: { 'max-size': '10m' } }]);
  });

  it.each([
    ['{', /daemon.json: .*JSON/],
    ['{"dns":["x"]}', 'daemon.json: dns.0 is no address'],
    ['{"exec-opts":[],"storage-driver":"vfs"}', 'daemon.json: the following directives are not known: exec-opts, storage-driver'],
    ['[]', /daemon.json: Invalid input/],
  ])('stops the engine when it is %s', (text, message) => {
    const bad = join(directory, 'daemon.json');
    writeFileSync(bad, text);
    expect(() => new EngineSettings(bad, {})).toThrow(message);
  });
});

describe('a change', () => {
  it.each([
    [{ 'registry-mirrors': ['ftp://x'] }, 'settings: registry-mirrors.0 is no http or https URL'],
    [{ 'insecure-registries': ['a b'] }, 'settings: insecure-registries.0 is no HOST, HOST:PORT or subnet'],
    [{ 'dns-search': ['bad domain'] }, 'settings: dns-search.0 is no domain'],
    [{ 'default-address-pools': [{ base: '10.0.0.0', size: 24 }] }, 'settings: default-address-pools.0.base is no IPv4 subnet'],
    [{ 'default-address-pools': [{ base: '10.0.0.0/16', size: 8 }] }, 'settings: default-address-pools.0.size is not from 16 to 30'],
    [{ 'log-opts': { 'max-size': 'x' } }, "invalid value for max-size: x: invalid size: 'x'"],
    [{ 'log-opts': { color: 'red' } }, "unknown log opt 'color' for json-file log driver"],
    [{ builder: { gc: { defaultKeepStorage: 'lots' } } }, 'settings: builder.gc.defaultKeepStorage is no size such as 20GB'],
    [{ proxies: { 'http-proxy': 'not a url' } }, 'settings: proxies.http-proxy is no URL'],
  ])('to %j is refused and changes nothing', (value, message) => {
    const settings = new EngineSettings(path, {});
    expect(() => settings.replace(value)).toThrow(message);
    expect([settings.current, existsSync(path)]).toEqual([daemonConfigSchema.parse({}), false]);
  });

  it('of proxies reaches the environment, and gives back what was inherited', () => {
    const environment: NodeJS.ProcessEnv = { HTTPS_PROXY: 'http://inherited:1' };
    const settings = new EngineSettings(path, environment);
    settings.replace({ proxies: { 'https-proxy': 'http://chosen:2', 'no-proxy': 'localhost' } });
    expect(environment).toEqual({ HTTPS_PROXY: 'http://chosen:2', NO_PROXY: 'localhost' });
    settings.replace({});
    expect(environment).toEqual({ HTTPS_PROXY: 'http://inherited:1' });
  });

  it('of the build cache is a number of bytes', () => {
    const settings = new EngineSettings(path, {});
    expect(settings.buildCacheLimit).toBeNull();
    settings.replace({ builder: { gc: { defaultKeepStorage: '2GB' } } });
    expect(settings.buildCacheLimit).toBe(2 * 1024 ** 3);
  });
});

describe('poolBlocks', () => {
  it('cuts each pool into blocks of its size, in order', () => {
    const pools = [
      { base: '10.20.0.0/23', size: 24 },
      { base: '10.30.0.0/24', size: 26 },
    ];
    expect(poolBlocks({ 'default-address-pools': pools })?.map(formatBlock)).toEqual([
      '10.20.0.0/24',
      '10.20.1.0/24',
      '10.30.0.0/26',
      '10.30.0.64/26',
      '10.30.0.128/26',
      '10.30.0.192/26',
    ]);
    expect(poolBlocks({ 'default-address-pools': [] })).toBeNull();
  });

  it('is bounded', () => {
    expect(poolBlocks({ 'default-address-pools': [{ base: '10.0.0.0/8', size: 30 }] })).toHaveLength(4096);
  });
});
