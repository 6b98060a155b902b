import { expect, it } from 'vitest';
import { startProxy } from './port-proxy.ts';

it('says of too long a run directory that it is, before anything is started', async () => {
  const socket = `/run/${'x'.repeat(120)}/ports`;
  await expect(startProxy({} as never, { socket, ports: [] })).rejects.toMatchObject({
    kind: 'InvalidArgument',
    message: expect.stringContaining(`${socket} has 131 bytes of at most 107`) as string,
  });
});
