import { get, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busyboxEntries, imageArchive, tarOf } from '../testkit/image-archives.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import type { MetricsMessage } from './types/metrics.ts';

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

/** Two megabytes of lines, ten times a second. */
const SCRIPT = "yes 'a line as programs write them, with a little more text behind it' | head -c 2000000 >/lines; while :; do cat /lines; usleep 100000; done";
const CONTAINERS = 10;
const SECONDS = 5;
const LIMIT_MS = 50;

let engine: RealEngine;
beforeAll(async () => {
  if (!canRun) return;
  engine = await RealEngine.start();
  await engine.call('POST', '/images/load', await imageArchive([await tarOf(busyboxEntries())], 'busybox:latest'), { 'Content-Type': 'application/x-tar' });
});
afterAll(async () => {
  if (canRun) await engine[Symbol.asyncDispose]();
});

class Reader {
  bytes = 0;
  readonly end: () => void;

  constructor(path: string, isAttach: boolean) {
    const options = { socketPath: engine.socket, path, method: isAttach ? 'POST' : 'GET', headers: isAttach ? { Connection: 'Upgrade', Upgrade: 'tcp' } : {} };
    const outgoing = isAttach ? request(options) : get(options);
    outgoing.on('error', () => undefined);
    outgoing.on('response', (response) => response.on('data', (data: Buffer) => void (this.bytes += data.length)).on('error', () => undefined));
    outgoing.on('upgrade', (_, socket) => socket.on('data', (data: Buffer) => void (this.bytes += data.length)).on('error', () => undefined));
    outgoing.end();
    this.end = () => void outgoing.destroy();
  }
}

const eventLoop = async (): Promise<NonNullable<MetricsMessage['eventLoop']>> => {
  const { eventLoop: report } = (await engine.call('GET', '/slipway/v1/metrics?reset=1')).json as MetricsMessage;
  if (report === undefined) throw new Error('the engine reports no event loop');
  return report;
};

describe.skipIf(!canRun)('ten chatty containers', () => {
  it('hold the event loop up for 50 ms at most, with a follower of the log and one of the output each', { timeout: 120_000 }, async () => {
    const HostConfig = { NetworkMode: 'none', LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } } };
    for (let index = 0; index < CONTAINERS; index++) {
      await engine.call('POST', `/containers/create?name=chatty-${index}`, { Image: 'busybox', Cmd: ['sh', '-c', SCRIPT], HostConfig });
    }
    await eventLoop();
    await Promise.all(Array.from({ length: CONTAINERS }, (_, index) => engine.call('POST', `/containers/chatty-${index}/start`)));
    const readers = Array.from({ length: CONTAINERS }, (_, index) => [
      new Reader(`/containers/chatty-${index}/logs?follow=1&stdout=1&tail=10`, false),
      new Reader(`/containers/chatty-${index}/attach?stream=1&stdout=1`, true),
    ]).flat();
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    const report = await eventLoop();
    const read = readers.reduce((sum, { bytes }) => sum + bytes, 0);
    console.log(`read ${Math.round(read / 1e6)} MB in ${SECONDS} s; event loop: ${JSON.stringify(report)}`);
    for (const reader of readers) reader.end();
    for (const reader of readers) expect(reader.bytes).toBeGreaterThan(10_000);
    expect(report.maxBusyMs).toBeLessThanOrEqual(LIMIT_MS);
    expect(report.maxStallMs).toBeGreaterThan(0);
  });
});
