import { expect, it } from 'vitest';
import type { ContainerInspect } from '../../../electron/ipc/contract/containers.ts';
import { filteredFacts, inspectSummary } from './inspect-summary.ts';

const inspect: ContainerInspect = {
  Id: 'abc',
  Name: '/web',
  Image: 'sha256:0123456789abcdef',
  Created: '2026-01-01T00:00:00Z',
  Path: 'sh',
  Args: ['-c', 'a b'],
  State: { Status: 'running', Pid: 7, ExitCode: 0, Error: '', StartedAt: '2026-01-01T00:00:00Z', FinishedAt: '0001-01-01T00:00:00Z' },
  Config: { Image: 'nginx', Env: ['Z=1', 'A=b=c', 'BARE'], Labels: { y: '2', x: '1' } },
  HostConfig: { Memory: 2 ** 20, PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] } },
  Mounts: [{ Type: 'volume', Name: 'data', Destination: '/data', RW: false }],
  NetworkSettings: { Networks: { front: { IPAddress: '10.0.0.2', Aliases: ['w'] } } },
};
const sections = inspectSummary(inspect, (name) => (name === 'front' ? 'net1' : undefined));
const facts = (title: string) => sections.find((section) => section.title === title)?.facts;

it('sorts the environment, and links to image, volumes and networks', () => {
  expect(facts('Environment')).toEqual([
    { name: 'A', value: 'b=c' },
    { name: 'BARE', value: '' },
    { name: 'Z', value: '1' },
  ]);
  expect(facts('General')).toContainEqual({ name: 'Image', value: 'nginx (0123456789ab)', link: '/images/sha256:0123456789abcdef' });
  expect(facts('General')).toContainEqual({ name: 'Command', value: "sh -c 'a b'" });
  expect(facts('Mounts')).toEqual([{ name: '/data', value: 'data (read only)', link: '/volumes/data' }]);
  expect(facts('Networks')).toEqual([{ name: 'front', value: '10.0.0.2, w', link: '/networks/net1' }]);
  expect(facts('Ports')).toEqual([{ name: '80/tcp', value: '127.0.0.1:8080' }]);
});

it('is filtered by words in names and values', () => {
  expect(filteredFacts(sections, 'A=b').map(({ title }) => title)).toEqual(['Environment', 'Mounts'].slice(0, 1));
  expect(filteredFacts(sections, 'nothing of it')).toEqual([]);
});
