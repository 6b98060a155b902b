import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, release, totalmem } from 'node:os';
import type { ApiBackends, EngineFacts } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { sendJson } from '../reply.ts';
import type { EngineStatus } from '../types/status.ts';
import { API_VERSION, NEWEST_API, OLDEST_API_VERSION } from '../version.ts';

const STARTED_AT = new Date().toISOString();

/** Go's names of processors, which clients compare with those of images. */
const GO_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

function operatingSystem(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  } catch {
    return 'Linux';
  }
}

function ping(context: RequestContext): void {
  const { response, request } = context;
  response.writeHead(200, {
    'Cache-Control': 'no-cache, no-store, must-revalidate',
    Pragma: 'no-cache',
    Swarm: 'inactive',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': request.method === 'HEAD' ? 0 : 2,
  });
  response.end(request.method === 'HEAD' ? undefined : 'OK');
}

function versionJson(engine: EngineFacts): object {
  const common = { Arch: GO_ARCH[arch()] ?? arch(), Os: 'linux', KernelVersion: release(), BuildTime: STARTED_AT };
  return {
    Platform: { Name: `Slipway ${engine.version}` },
    Components: [
      {
        Name: 'Engine',
        Version: engine.version,
        Details: { ...common, ApiVersion: API_VERSION, MinAPIVersion: OLDEST_API_VERSION, Experimental: 'false', GitCommit: '', GoVersion: '' },
      },
    ],
    Version: engine.version,
    ApiVersion: API_VERSION,
    MinAPIVersion: OLDEST_API_VERSION,
    GitCommit: '',
    GoVersion: '',
    ...common,
  };
}

/** Docker's own registry with its mirrors, and those that need no valid certificate. */
function indexConfigs({ mirrors, insecure }: EngineFacts['registries']): object {
  const own = { 'docker.io': { Name: 'docker.io', Mirrors: mirrors, Secure: true, Official: true } };
  return Object.assign(own, Object.fromEntries(insecure.map((host) => [host, { Name: host, Mirrors: [], Secure: false, Official: false }])));
}

function infoJson({ containers, images, engine }: ApiBackends): object {
  const all = containers.list({ all: true, filters: {} });
  const count = (status: string): number => all.filter((one) => one.state.status === status).length;
  const running = count('running');
  const paused = count('paused');
  return {
    ID: engine.id,
    Containers: all.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: all.length - running - paused,
    Images: images.list({ all: true }).length,
    Driver: engine.storageDriver,
    DriverStatus: [],
    Plugins: { Volume: ['local'], Network: ['bridge', 'host', 'null'], Authorization: null, Log: ['json-file', 'none'] },
    MemoryLimit: engine.limits.memory,
    SwapLimit: engine.limits.swap,
    KernelMemoryTCP: engine.limits.kernelMemoryTcp,
    CpuCfsPeriod: engine.limits.cpuBandwidth,
    CpuCfsQuota: engine.limits.cpuBandwidth,
    CPUShares: engine.limits.cpuShares,
    CPUSet: engine.limits.cpuset,
    PidsLimit: engine.limits.pids,
    IPv4Forwarding: true,
    Debug: false,
    NFd: 0,
    OomKillDisable: engine.limits.oomKillDisable,
    NGoroutines: 0,
    SystemTime: new Date().toISOString(),
    LoggingDriver: 'json-file',
    CgroupDriver: engine.cgroupDriver,
    CgroupVersion: engine.cgroupVersion,
    NEventsListener: 0,
    KernelVersion: release(),
    OperatingSystem: operatingSystem(),
    OSVersion: '',
    OSType: 'linux',
    Architecture: arch() === 'x64' ? 'x86_64' : arch() === 'arm64' ? 'aarch64' : arch(),
    IndexServerAddress: '',
    RegistryConfig: {
      AllowNondistributableArtifactsCIDRs: null,
      AllowNondistributableArtifactsHostnames: null,
      InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8'],
      IndexConfigs: indexConfigs(engine.registries),
      Mirrors: engine.registries.mirrors,
    },
    NCPU: cpus().length,
    MemTotal: totalmem(),
    GenericResources: null,
    DockerRootDir: engine.root,
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: hostname(),
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: engine.version,
    Runtimes: { slipway: { path: 'slipway' } },
    DefaultRuntime: 'slipway',
    Swarm: { NodeID: '', NodeAddr: '', LocalNodeState: 'inactive', ControlAvailable: false, Error: '', RemoteManagers: null },
    LiveRestoreEnabled: true,
    Isolation: '',
    InitBinary: '',
    ContainerdCommit: { ID: '', Expected: '' },
    RuncCommit: { ID: '', Expected: '' },
    InitCommit: { ID: '', Expected: '' },
    SecurityOptions: engine.securityOptions,
    CDISpecDirs: null,
    Warnings: engine.warnings,
  };
}

function status(engine: EngineFacts): EngineStatus {
  return { version: engine.version, apiVersion: `1.${NEWEST_API}`, pid: process.pid, root: engine.root, run: engine.run, memory: process.memoryUsage.rss() };
}

export function systemRoutes(backends: ApiBackends): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/_ping', handler: ping },
    { method: 'HEAD', pattern: '/_ping', handler: ping },
    { method: 'GET', pattern: '/version', handler: (context) => sendJson(context, 200, versionJson(backends.engine)) },
    { method: 'GET', pattern: '/info', handler: (context) => sendJson(context, 200, infoJson(backends)) },
    { method: 'GET', pattern: '/slipway/v1/status', handler: (context) => sendJson(context, 200, status(backends.engine)) },
  ];
}
