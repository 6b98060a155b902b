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
  it.each<readonly [object, string]>([
    [{ 'registry-mirrors': ['ftp://x'] }, 'settings: registry-mirrors.0 is no http or https URL'],
    [{ 'registry-mirrors': ['https://mirror.example.com/?a=b'] }, 'settings: registry-mirrors.0 has more than a host and a path'],
    ...['', 'a b', 'a/b', '10.0.0.0/99', 'example.com:70000', '[::1'].map(
      (name) => [{ 'insecure-registries': [name] }, 'settings: insecure-registries.0 is no HOST, HOST:PORT or subnet'] as const,
    ),
    [{ 'dns-search': ['bad domain'] }, 'settings: dns-search.0 is no domain'],
    [{ 'default-address-pools': [{ base: '10.0.0.0', size: 24 }] }, 'settings: default-address-pools.0.base is no IPv4 subnet'],
    [{ 'default-address-pools': [{ base: '10.0.0.0/16', size: 8 }] }, 'settings: default-address-pools.0.size is not from 16 to 30'],
    [{ 'log-opts': { 'max-size': 'x' } }, "invalid value for max-size: x: invalid size: 'x'"],
    [{ 'log-opts': { color: 'red' } }, "unknown log opt 'color' for json-file log driver"],
    [{ builder: { gc: { defaultKeepStorage: 'lots' } } }, 'settings: builder.gc.defaultKeepStorage is no size such as 20GB'],
    ...['not a url', 'socks5://proxy.example.com:1080'].map(
      (proxy) => [{ proxies: { 'http-proxy': proxy } }, 'settings: proxies.http-proxy is no http or https URL'] as const,
    ),
  ])('to %j is refused and changes nothing', (value, message) => {
    const settings = new EngineSettings(path, {});
    expect(() => settings.replace(value)).toThrow(message);
    expect([settings.current, existsSync(path)]).toEqual([daemonConfigSchema.parse({}), false]);
  });

  it('of registries takes names, ports and subnets, with a scheme as Docker does', () => {
    const names = ['registry', 'registry.example.com:5000', '[::1]:5000', '10.0.0.0/8', 'fd00::/8', 'http://plain.example.com'];
    const kept = new EngineSettings(path, {}).replace({ 'insecure-registries': names })['insecure-registries'];
    expect(kept).toEqual([...names.slice(0, -1), 'plain.example.com']);
  });

  it('by hand in the file is taken, and never written over', () => {
    const environment: NodeJS.ProcessEnv = {};
    const settings = new EngineSettings(path, environment);
    settings.replace({ dns: ['10.0.0.53'] });
    writeFileSync(path, '{"dns":["10.0.0.54"],"proxies":{"http-proxy":"http://proxy.example.com:1"}}');
    expect(() => settings.replace({})).toThrow(`${path} was changed meanwhile: read the settings again`);
    expect(settings.current.dns).toEqual(['10.0.0.53']);
    expect([settings.refresh().dns, environment]).toEqual([['10.0.0.54'], { HTTP_PROXY: 'http://proxy.example.com:1' }]);
    writeFileSync(path, '{"dns":["x"]}');
    expect(() => settings.refresh()).toThrow('daemon.json: dns.0 is no address');
    expect(() => settings.replace({})).toThrow('was changed meanwhile');
    expect([settings.current.dns, readFileSync(path, 'utf8')]).toEqual([['10.0.0.54'], '{"dns":["x"]}']);
    rmSync(path);
    expect([settings.refresh().dns, settings.replace({ dns: ['10.0.0.55'] }).dns]).toEqual([[], ['10.0.0.55']]);
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
