import type { DockerContextState } from '../../electron/ipc/contract/docker.ts';
import type { EngineSettingsAnswer } from '../../runtime/api/types/settings.ts';
import { RequestError } from '../engine/transport.ts';
import type { Answers } from './fake-transport.ts';

const redacted = (text: string, part: string, kind: 'env' | 'credentials') => {
  const start = text.indexOf(part);
  return { start, end: start + part.length, kind };
};
const LOG =
  'listening on unix:///run/slipway/slipway.sock\npulling through http://[redacted credentials]@proxy.example:3128\nAPI_TOKEN=[redacted env] was given\n';

/** Settings, checks and a support bundle of an engine that exists only in the page. */
export function gallerySettings(): Answers {
  let engine: EngineSettingsAnswer = {
    path: '/etc/slipway/engine.json',
    root: '/var/lib/slipway',
    fixed: { 'registry-mirrors': [], 'insecure-registries': ['10.0.0.0/8'] },
    settings: {
      'registry-mirrors': ['https://mirror.example'],
      'insecure-registries': ['registry.local:5000'],
      dns: ['10.1.1.1', '10.1.1.2'],
      'dns-search': ['corp.example'],
      'dns-opts': [],
      'default-address-pools': [{ base: '10.10.0.0/16', size: 24 }],
      'log-driver': 'json-file',
      'log-opts': { 'max-size': '10m', 'max-file': '3' },
      proxies: { 'http-proxy': '', 'https-proxy': '', 'no-proxy': '' },
      builder: { gc: { defaultKeepStorage: '20GB' } },
    },
  };
  let context: DockerContextState = {
    on: false,
    current: 'default',
    config: '/home/ada/.docker/config.json',
    host: 'unix:///run/slipway/slipway.sock',
    overruledBy: '',
    socket: { path: '/var/run/docker.sock', state: 'other', target: '', name: 'Docker Engine - Community', version: '27.3.1' },
  };
  return {
    'engine.settings': () => engine,
    'engine.changeSettings': ({ change }) => {
      const wrong = change.dns?.findIndex((one) => !/^[\d.]+$/.test(one)) ?? -1;
      if (wrong >= 0) throw new RequestError(`settings: dns.${wrong} is no address`, 400);
      const proxies = { ...engine.settings.proxies, ...change.proxies };
      engine = { ...engine, settings: { ...engine.settings, ...change, proxies } as EngineSettingsAnswer['settings'] };
      return engine;
    },
    'engine.machine': () => ({
      cpus: 8,
      memory: 33_285_996_544,
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.18.0',
      architecture: 'x86_64',
      cgroups: '2',
      engine: { version: '0.1.0', apiVersion: '1.47', pid: 4127, root: '/var/lib/slipway', run: '/run/slipway', memory: 84_000_000 },
    }),
    'docker.context': () => context,
    'docker.setContext': ({ on }) => {
      context = { ...context, on, current: on ? 'slipway' : 'default' };
      return context;
    },
    'doctor.check': () => ({
      findings: [
        {
          id: 'forward-policy',
          status: 'error',
          code: 'forward-policy.drops',
          params: { chains: ['ip filter FORWARD'] },
          what: 'The chain FORWARD of the table filter drops what no rule lets through.',
          why: 'Containers reach neither each other nor the world.',
          fix: 'iptables -P FORWARD ACCEPT',
        },
        {
          id: 'disk',
          status: 'warning',
          code: 'disk.low',
          params: { path: '/var/lib/slipway', free: 1.4e9, total: 512.1e9, files: -1 },
          what: '/var/lib/slipway is nearly full: 1.4 GB of 512.1 GB left.',
          why: 'Images cannot be taken and containers cannot write.',
          fix: 'docker system prune, or give the disk more room.',
        },
        { id: 'subnets', status: 'ok', code: 'subnets.ok', params: {}, what: 'No subnet of a network is somewhere else as well.', why: '', fix: '' },
        { id: 'cgroups', status: 'ok', code: 'cgroups.ok', params: {}, what: 'Control groups hold limits.', why: '', fix: '' },
        { id: 'launcher', status: 'ok', code: 'launcher.ok', params: {}, what: 'The launcher is there.', why: '', fix: '' },
      ],
    }),
    'engine.log': () => ({ path: '/run/slipway/engine.log', text: LOG, isCut: true }),
    'engine.load': () => ({ maxStallMs: 31.2, maxBusyMs: 12.9, p99Ms: 1.4, since: Date.now() - 3_600_000 }),
    'support.gather': () => ({
      id: 'gallery',
      files: [
        { name: 'version.json', text: '{\n  "shell": "browser",\n  "platform": "linux"\n}\n', redactions: [] },
        { name: 'containers.json', text: '[]\n', redactions: [] },
        { name: 'engine.log', text: LOG, redactions: [redacted(LOG, '[redacted credentials]', 'credentials'), redacted(LOG, '[redacted env]', 'env')] },
      ],
    }),
  };
}
