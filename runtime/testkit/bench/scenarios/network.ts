import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { EngineClient } from '../client.ts';
import { outsideOf } from '../engines.ts';
import { nothing, type Scenario, timed } from '../scenario.ts';

const run = promisify(execFile);
const inspectSchema = z.object({
  State: z.object({ Pid: z.number() }),
  NetworkSettings: z.object({ Networks: z.record(z.string(), z.object({ IPAddress: z.string() })) }),
});
const resultSchema = z.object({ error: z.string().optional(), end: z.object({ sum_received: z.object({ bits_per_second: z.number() }).optional() }) });
const PORT = 5201;
const PUBLISHED = 15201;

/** What is counted ends with the answer to the start: the network is there then. */
function starts(title: string, host: Host): Scenario {
  return {
    title,
    unit: 'ms',
    rounds: 30,
    prepare: (engine, { image }) =>
      Promise.resolve({
        once: async () => {
          const id = await engine.create(image, ['sleep', '1000'], host);
          const time = await timed(() => engine.start(id));
          await engine.remove(id);
          return time;
        },
        [Symbol.asyncDispose]: nothing,
      }),
  };
}

export const network = starts('start on the default bridge', {});
export const networkWithPort = starts('start on the default bridge with a published port', { PortBindings: { '80/tcp': [{ HostPort: '18080' }] } });

type Host = Parameters<EngineClient['create']>[2];

interface Place {
  readonly pid: number;
  readonly address: string;
}

/** Gbit/s by iperf3 from `client` to what `server` answers at. */
function throughput(
  title: string,
  client: (engine: EngineClient, other: Place, server: Place) => { readonly pid: number; readonly host: string; readonly port: number },
): Scenario {
  return {
    title,
    unit: 'Gbit/s',
    rounds: 7,
    prepare: async (engine, { image }) => {
      await using undo = new AsyncDisposableStack();
      const place = async (host: Host): Promise<Place> => {
        const id = await engine.create(image, ['sleep', '1000'], host);
        undo.defer(() => engine.remove(id));
        await engine.start(id);
        const facts = inspectSchema.parse(await engine.json('GET', `/containers/${id}/json`));
        return { pid: facts.State.Pid, address: Object.values(facts.NetworkSettings.Networks)[0]?.IPAddress ?? '' };
      };
      const server = await place({ PortBindings: { [`${PORT}/tcp`]: [{ HostPort: String(PUBLISHED) }] } });
      const other = await place({});
      const listener = spawn('nsenter', ['-t', String(server.pid), '-n', 'iperf3', '-s', '-p', String(PORT), '--forceflush'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      undo.defer(() => void listener.kill());
      await once(listener.stdout, 'data');
      const { pid, host, port } = client(engine, other, server);
      const kept = undo.move();
      return {
        once: async () => {
          const { stdout } = await run('nsenter', ['-t', String(pid), '-n', 'iperf3', '-J', '-t', '1', '-c', host, '-p', String(port)]);
          const result = resultSchema.parse(JSON.parse(stdout));
          if (result.error !== undefined) throw new Error(`${engine.name}: iperf3 to ${host}:${port}: ${result.error}`);
          return (result.end.sum_received?.bits_per_second ?? 0) / 1e9;
        },
        [Symbol.asyncDispose]: () => kept.disposeAsync(),
      };
    },
  };
}

function machineBeside(engine: EngineClient): number {
  return Number(readFileSync(outsideOf(dirname(engine.socket)), 'utf8'));
}

export const throughputs: readonly Scenario[] = [
  throughput('TCP from container to container', (_engine, other, server) => ({ pid: other.pid, host: server.address, port: PORT })),
  throughput('TCP to a published port from another machine', (engine) => ({ pid: machineBeside(engine), host: '192.0.2.1', port: PUBLISHED })),
  throughput('TCP to a published port from a container', (_engine, other) => ({ pid: other.pid, host: '192.0.2.1', port: PUBLISHED })),
];
