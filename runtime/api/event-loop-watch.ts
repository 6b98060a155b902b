import { createHistogram, type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { EventLoopReport } from './types/metrics.ts';

const INTERVAL_MS = 10;
/** Checks of a second in which the engine did less than this are the last ones. */
const QUIET_MS = 25;
const CHECKS_A_SECOND = 1000 / INTERVAL_MS;
/** A histogram counts whole numbers from 1 on: hundredths of a millisecond. */
const PER_MS = 100;

/**
 * Measures how late the event loop comes to what is due. It looks every ten milliseconds while the engine works and not at
 * all while it idles: a request wakes it, and so does a glance, once a second while containers run, that finds the loop busy.
 * Up to a second of work that no request has begun is therefore not measured.
 */
export class EventLoopWatch implements Disposable {
  #timer: NodeJS.Timeout | null = null;
  #checks = 0;
  #last = 0;
  #cpu = 0;
  #used: EventLoopUtilization = performance.eventLoopUtilization();
  #stalls = createHistogram();
  #maxStall = 0;
  #maxBusy = 0;
  #since = Date.now();

  /** Idempotent and cheap. */
  wake(): void {
    if (this.#timer !== null) return;
    this.#checks = 0;
    this.#last = performance.now();
    this.#cpu = threadCpuMs();
    this.#used = performance.eventLoopUtilization();
    this.#timer = setInterval(() => this.#check(), INTERVAL_MS).unref();
  }

  /** To be called now and then by somebody who is awake anyway. */
  glance(): void {
    if (this.#timer === null && this.#activeMs() > QUIET_MS) this.wake();
  }

  /** What was measured since the last reset. */
  read(options: { readonly reset: boolean }): EventLoopReport {
    const report = {
      maxStallMs: this.#maxStall,
      maxBusyMs: this.#maxBusy,
      p99Ms: this.#stalls.count === 0 ? 0 : (this.#stalls.percentile(99) - 1) / PER_MS,
      since: this.#since,
    };
    if (options.reset) {
      this.#stalls = createHistogram();
      this.#maxStall = this.#maxBusy = 0;
      this.#since = Date.now();
    }
    return report;
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #check(): void {
    const now = performance.now();
    const cpu = threadCpuMs();
    const late = Math.max(0, now - this.#last - INTERVAL_MS);
    this.#maxStall = Math.max(this.#maxStall, late);
    this.#maxBusy = Math.max(this.#maxBusy, Math.min(late, cpu - this.#cpu));
    this.#stalls.record(1 + Math.round(late * PER_MS));
    this.#last = now;
    this.#cpu = cpu;
    if (++this.#checks < CHECKS_A_SECOND) return;
    this.#checks = 0;
    if (this.#activeMs() < QUIET_MS) this[Symbol.dispose]();
  }

  /** How long the loop has worked since this was asked last. */
  #activeMs(): number {
    const now = performance.eventLoopUtilization();
    const { active } = performance.eventLoopUtilization(now, this.#used);
    this.#used = now;
    return active;
  }
}

/** Of the main thread alone: the helpers of the garbage collector stall nobody. */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
