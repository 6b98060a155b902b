import type { LogLine } from '../../electron/ipc/contract/logs.ts';
import { numbers } from './fake-objects.ts';
import type { FakeStream } from './fake-transport.ts';

const PATHS = ['/', '/health', '/api/orders?limit=50', '/api/orders/7f3a', '/assets/app-4c1d.js', '/login', '/api/cart'];

function line(index: number, time: number): LogLine {
  const next = numbers(index + 3);
  const roll = next();
  const path = PATHS[Math.floor(next() * PATHS.length)] ?? '/';
  if (roll < 0.06)
    return {
      stream: 2,
      time,
      text: `\x1b[31mERROR\x1b[0m upstream timed out (110: Connection timed out) while reading response header from upstream, request: "GET ${path} HTTP/1.1"`,
    };
  if (roll < 0.14) return { stream: 1, time, text: `\x1b[33mWARN \x1b[0m slow request \x1b[1m${Math.floor(next() * 3000)} ms\x1b[0m ${path}` };
  if (roll < 0.3)
    return {
      stream: 1,
      time,
      text: `\x1b[90m[worker ${Math.floor(next() * 8)}]\x1b[0m job \x1b[36m${Math.floor(next() * 1e6)}\x1b[0m done in \x1b[32m${Math.floor(next() * 90)} ms\x1b[0m`,
    };
  return { stream: 1, time, text: `172.17.0.1 - - "GET ${path} HTTP/1.1" ${roll > 0.93 ? 404 : 200} ${Math.floor(next() * 40_000)} "-" "Mozilla/5.0"` };
}

/** A few hundred lines at once, then a few each second while it is followed. */
export function fakeLog(stream: FakeStream<'logs'>, running: boolean): () => void {
  const now = Date.now();
  let index = 0;
  const batch = (count: number, from: number, step: number): readonly LogLine[] => Array.from({ length: count }, (_, at) => line(index++, from + at * step));
  queueMicrotask(() => {
    stream.push({ lines: batch(400, now - 400_000, 997) });
    if (!running) stream.end(null);
  });
  const timer = setInterval(() => stream.push({ lines: batch(3, Date.now(), 7) }), 700);
  return () => clearInterval(timer);
}
