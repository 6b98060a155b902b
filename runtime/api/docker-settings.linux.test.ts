import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import type { EngineSettingsAnswer } from './types/settings.ts';

describe.skipIf(!canRunDocker)('settings of the engine', () => {
  let engine: RealEngine;
  beforeAll(async () => {
    engine = await RealEngine.start('busybox:latest');
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
  });

  const put = (value: unknown) => engine.call('PUT', '/slipway/v1/settings', value);
  const inspect = async (name: string, format: string) => (await engine.dockerOutput('inspect', '-f', format, name)).trim();

  it('are read and replaced, and survive a restart', async () => {
    const before = (await engine.call('GET', '/slipway/v1/settings')).json as EngineSettingsAnswer;
    expect(before).toMatchObject({ path: join(engine.root, 'daemon.json'), root: engine.root, settings: { dns: [], 'log-driver': 'json-file' } });
    expect((await put({ dns: ['192.0.2.53'] })).json).toMatchObject({ settings: { dns: ['192.0.2.53'] } });
    await engine.stop();
    await engine.start();
    expect((await engine.call('GET', '/slipway/v1/settings')).json).toMatchObject({ settings: { dns: ['192.0.2.53'] } });
  });

  it('are refused whole with the key at fault', async () => {
    await put({ dns: ['192.0.2.53'] });
    const refused = await put({ dns: ['192.0.2.54'], 'log-opts': { 'max-size': 'x' } });
    expect([refused.status, refused.json]).toEqual([400, { message: "invalid value for max-size: x: invalid size: 'x'" }]);
    expect(JSON.parse(readFileSync(join(engine.root, 'daemon.json'), 'utf8'))).toEqual({ dns: ['192.0.2.53'] });
    expect(existsSync(join(engine.root, 'daemon.json.new'))).toBe(false);
  });

  it('give containers their log and their names, unless they say otherwise', async () => {
    await put({ 'log-opts': { 'max-size': '10m' }, 'dns-search': ['corp.test'], 'dns-opts': ['ndots:2'] });
    await engine.dockerOutput('create', '--name', 'plain', 'busybox', 'true');
    await engine.dockerOutput('create', '--name', 'own', '--log-opt', 'max-size=1m', '--log-opt', 'max-file=2', '--dns-search', 'own.test', 'busybox', 'true');
    await engine.dockerOutput('create', '--name', 'other', '--log-driver', 'local', 'busybox', 'true');
    expect(
      await inspect('plain', '{{.HostConfig.LogConfig.Type}} {{json .HostConfig.LogConfig.Config}} {{.HostConfig.DnsSearch}} {{.HostConfig.DnsOptions}}'),
    ).toBe('json-file {"max-size":"10m"} [corp.test] [ndots:2]');
    expect(await inspect('own', '{{json .HostConfig.LogConfig.Config}} {{.HostConfig.DnsSearch}}')).toBe('{"max-file":"2","max-size":"1m"} [own.test]');
    expect(await inspect('other', '{{.HostConfig.LogConfig.Type}} {{json .HostConfig.LogConfig.Config}}')).toBe('local {}');
    await engine.dockerOutput('rm', 'plain', 'own', 'other');
  });

  it('give new networks their subnets', async () => {
    await put({ 'default-address-pools': [{ base: '10.213.0.0/23', size: 24 }] });
    for (const name of ['pool1', 'pool2']) await engine.dockerOutput('network', 'create', name);
    const subnets = await engine.dockerOutput('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Subnet}}', 'pool1', 'pool2');
    expect(subnets.trim().split('\n')).toEqual(['10.213.0.0/24', '10.213.1.0/24']);
    expect((await engine.docker(['network', 'create', 'pool3'])).err).toContain('all predefined address pools have been fully subnetted');
    await engine.dockerOutput('network', 'rm', 'pool1', 'pool2');
  });

  it('say which mirrors and registries there are', async () => {
    await put({ 'registry-mirrors': ['https://mirror.test'], 'insecure-registries': ['plain.test:5000'] });
    const info = await engine.dockerOutput('info', '-f', '{{.RegistryConfig.Mirrors}} {{range $name, $_ := .RegistryConfig.IndexConfigs}}{{$name}} {{end}}');
    expect(info).toContain('https://mirror.test');
    expect(info).toContain('plain.test:5000');
  });
});
