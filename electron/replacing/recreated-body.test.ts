import { expect, it } from 'vitest';
import { containerSchema, recreatedBody } from './recreated-body.ts';

const ID = '0123456789abcdef';
const image = {
  Env: ['PATH=/bin', 'MODE=image'],
  Cmd: ['serve'],
  Entrypoint: ['/entry'],
  WorkingDir: '/srv',
  Labels: { maker: 'them', both: '1' },
  ExposedPorts: { '80/tcp': {} },
  Volumes: { '/data': {} },
  StopSignal: 'SIGQUIT',
};
const container = (config: object = {}, rest: object = {}) =>
  containerSchema.parse({
    Id: ID,
    Name: '/web',
    Image: 'sha256:old',
    State: { Status: 'running' },
    Config: { ...image, Image: 'nginx:1', Hostname: ID.slice(0, 12), ...config },
    HostConfig: { NetworkMode: 'bridge', Binds: null, Memory: 1000, RestartPolicy: { Name: 'always' }, PortBindings: { '80/tcp': [{ HostPort: '8080' }] } },
    Mounts: [],
    NetworkSettings: { Networks: {} },
    ...rest,
  });

it('leaves to the new image what the old one gave', () => {
  const body = recreatedBody(container(), image, 'nginx:2');
  expect(body).toMatchObject({ Image: 'nginx:2', Env: [], Labels: {}, ExposedPorts: {}, Volumes: {} });
  for (const key of ['Cmd', 'Entrypoint', 'WorkingDir', 'StopSignal', 'Hostname', 'User']) expect(body).not.toHaveProperty(key);
});

it('keeps what the container has of its own', () => {
  const own = { Env: ['PATH=/bin', 'MODE=own'], Cmd: ['other'], WorkingDir: '/own', Labels: { ...image.Labels, both: '2' }, Hostname: 'web', User: '7' };
  expect(recreatedBody(container(own), image, 'nginx:1')).toMatchObject({
    ...own,
    Env: ['MODE=own'],
    Labels: { both: '2' },
    HostConfig: { Memory: 1000, RestartPolicy: { Name: 'always' }, PortBindings: { '80/tcp': [{ HostPort: '8080' }] } },
  });
});

it('keeps the image’s command beside an entrypoint of its own, which would take it away', () => {
  expect(recreatedBody(container({ Entrypoint: ['/own'] }), image, 'nginx:1')).toMatchObject({ Entrypoint: ['/own'], Cmd: ['serve'] });
  expect(recreatedBody(container({ Entrypoint: ['/own'], Cmd: null }), image, 'nginx:1')).toMatchObject({ Entrypoint: ['/own'], Cmd: null });
});

it('keeps volumes without a name by the names that they got, and other mounts as they are', () => {
  const mounts = {
    HostConfig: { Binds: ['/host:/host:ro', 'named:/named'], Mounts: [{ Type: 'volume', Target: '/anonymous' }], Links: ['/db:/web/database'] },
    Mounts: [
      { Type: 'bind', Destination: '/host' },
      { Type: 'volume', Name: 'named', Destination: '/named' },
      { Type: 'volume', Name: 'aaa', Destination: '/anonymous' },
      { Type: 'volume', Name: 'bbb', Destination: '/data' },
    ],
  };
  expect(recreatedBody(container({}, mounts), image, 'nginx:1')['HostConfig']).toEqual({
    Binds: ['/host:/host:ro', 'named:/named', 'bbb:/data'],
    Mounts: [{ Type: 'volume', Target: '/anonymous', Source: 'aaa' }],
    Links: ['db:database'],
  });
});

it('keeps addresses and names on networks, but those of the engine’s own', () => {
  const networks = {
    HostConfig: { NetworkMode: 'front' },
    NetworkSettings: {
      Networks: { front: { IPAMConfig: { IPv4Address: '10.1.0.9' }, Aliases: ['web', ID.slice(0, 12)], IPAddress: '10.1.0.9' }, back: { Aliases: null } },
    },
  };
  expect(recreatedBody(container({}, networks), image, 'nginx:1')['NetworkingConfig']).toEqual({
    EndpointsConfig: { front: { IPAMConfig: { IPv4Address: '10.1.0.9' }, Aliases: ['web'] }, back: {} },
  });
  const host = { HostConfig: { NetworkMode: 'host' }, NetworkSettings: { Networks: { host: {} } } };
  expect(recreatedBody(container({}, host), image, 'nginx:1')['NetworkingConfig']).toEqual({ EndpointsConfig: {} });
});
