import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabNode, NetworkLab } from '../testkit/network-lab.ts';
import { type CommandResult, RealEngine, runCommand } from '../testkit/real-engine.ts';

const hasDocker = process.getuid?.() === 0 && ['dockerd', 'iptables'].every((program) => spawnSync(program, ['--version']).status === 0);
if (!hasDocker) console.warn('skipped: needs root, dockerd and iptables');

/** Between two of its calls a listener is away for a moment. */
const PATIENT = { timeout: 20_000, interval: 200 };
const OURS = 8082;
const DOCKERS = 8081;
/** Says its word to whoever connects. */
const saying = (word: string): string[] => ['sh', '-c', `while true; do echo ${word} | nc -l -p 80; done`];

let lab: NetworkLab;
let outside: LabNode;
let engine: RealEngine;
let dockerd: ChildProcess;
const directory = mkdtempSync(join(tmpdir(), 'slipway-beside-'));
/** What dockerd complains of. */
const words = join(directory, 'words');
const asked = (...args: readonly string[]): Promise<CommandResult> => runCommand('docker', ['-H', `unix://${directory}/docker.sock`, ...args]);
const docker = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await asked(...args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${err}`);
  return out.trim();
};
/** Docker's rules, without what counts packets; ours are in tables of both families at once. */
const othersRules = (): string =>
  execFileSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .split(/^(?=table )/m)
    .filter((table) => /^table ip6? /.test(table))
    .join('');
const from = (node: LabNode | null, address: string, port: number): string => {
  const command = ['busybox', 'timeout', '3', 'busybox', 'nc', '-w', '2', address, String(port)];
  const [program = '', ...args] = node === null ? command : ['nsenter', '-t', String(node.pid), '-n', ...command];
  return spawnSync(program, args, { encoding: 'utf8', input: '' }).stdout.trim();
};
const doctor = async (): Promise<{ id: string; status: string; fix: string } | undefined> => {
  const { findings } = (await engine.call('GET', '/slipway/v1/doctor')).json as { findings: { id: string; status: string; fix: string }[] };
  return findings.find(({ id }) => id === 'forward-policy');
};

// Both engines run on one host, a network namespace of this test's own at 192.0.2.1; `outside` is another machine.
beforeAll(async () => {
  if (!hasDocker) return;
  lab = NetworkLab.open();
  outside = await lab.add();
  lab.link(outside, 'uplink', { host: ['192.0.2.1/24'], inside: ['192.0.2.2/24'], gateways: ['192.0.2.1'] });
  await outside.serve('who:7000');
  // Docker drops what is forwarded where it is the one who turns forwarding on, as on a machine that has just booted.
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '0');
  const places = ['--data-root', `${directory}/root`, '--exec-root', `${directory}/run`, '--pidfile', `${directory}/pid`];
  dockerd = spawn('dockerd', [...places, '--host', `unix://${directory}/docker.sock`, '--storage-driver=overlay2', '--log-level=error'], {
    stdio: ['ignore', 'ignore', openSync(words, 'w')],
  });
  while ((await asked('version')).code !== 0) {
    if (dockerd.exitCode !== null) throw new Error(`dockerd has ended: ${readFileSync(words, 'utf8')}`);
    await sleep(100);
  }
  engine = await RealEngine.start('box:1');
  await docker('load', '-q', '-i', join(engine.directory, 'box-1.tar'));
  await docker('run', '-d', '--name', 'theirs', '-p', `${DOCKERS}:80`, 'box:1', ...saying('docker'));
});
afterAll(async () => {
  if (hasDocker) {
    await docker('rm', '-f', 'theirs').catch(() => undefined);
    dockerd.kill('SIGTERM');
    if (dockerd.exitCode === null) await once(dockerd, 'exit');
    await lab[Symbol.asyncDispose]();
  }
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!hasDocker)('beside Docker on one host', () => {
  it('leaves its rules and containers as they are, serves its own ports on the host, and says which rules let its containers reach others', async () => {
    const before = othersRules();
    expect(before).toMatch(/hook forward .*policy drop/);
    await expect.poll(() => from(outside, '192.0.2.1', DOCKERS), PATIENT).toBe('docker');

    await engine.dockerOutput('run', '-d', '--name', 'ours', '-p', `${OURS}:80`, 'box:1', ...saying('slipway'));
    expect(othersRules()).toBe(before);
    await expect.poll(() => from(null, '127.0.0.1', OURS), PATIENT).toBe('slipway');
    await expect.poll(() => from(outside, '192.0.2.1', DOCKERS), PATIENT).toBe('docker');
    await expect.poll(() => from(null, '127.0.0.1', DOCKERS), PATIENT).toBe('docker');

    // A drop is final whoever says it: what is forwarded waits for the rules that the doctor names, with br_netfilter what is bridged, too.
    expect(from(outside, '192.0.2.1', OURS)).toBe('');
    const finding = await doctor();
    expect(finding).toMatchObject({ status: 'warning', fix: expect.stringMatching(/^iptables -I FORWARD -i \S+ -j ACCEPT$/m) as string });
    execFileSync('sh', ['-ec', finding?.fix ?? '']);
    await expect.poll(() => from(outside, '192.0.2.1', OURS), PATIENT).toBe('slipway');
    const address = (await engine.dockerOutput('inspect', '-f', '{{.NetworkSettings.IPAddress}}', 'ours')).trim();
    await expect.poll(async () => (await engine.docker(['run', '--rm', 'box:1', 'nc', '-w', '2', address, '80'])).out.trim(), PATIENT).toBe('slipway');
    await expect.poll(async () => (await engine.docker(['exec', 'ours', 'nc', '-w', '2', '192.0.2.2', '7000'])).out.trim(), PATIENT).toBe('192.0.2.1');
    execFileSync('sh', ['-ec', (finding?.fix ?? '').replaceAll(' -I ', ' -D ')]);

    await engine[Symbol.asyncDispose]();
    expect(othersRules()).toBe(before);
    await expect.poll(() => from(outside, '192.0.2.1', DOCKERS), PATIENT).toBe('docker');
  });
});
