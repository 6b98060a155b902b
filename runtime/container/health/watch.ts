import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { probeDelay, unwatchedHealth, withResult } from './health.ts';
import { runProbe } from './probe.ts';
import { type HealthSettings, healthSettingsOf } from './settings.ts';
import { timerDelay } from './timer-delay.ts';

/** The probes of one run of a container: one after another, each an interval after the end of the one before. */
class HealthWatch {
  readonly #engine: ContainerEngine;
  readonly #entity: Entity;
  readonly #settings: HealthSettings;
  readonly #ended = new AbortController();
  #timer: NodeJS.Timeout | null = null;

  constructor(engine: ContainerEngine, entity: Entity, settings: HealthSettings) {
    this.#engine = engine;
    this.#entity = entity;
    this.#settings = settings;
    this.#schedule();
  }

  /** Kills the probe that runs. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#ended.abort();
  }

  #schedule(): void {
    const { health, state } = this.#entity.container;
    if (health === null) return;
    const delay = probeDelay(health, this.#settings, state.startedAt, this.#engine.deps.now());
    this.#timer = setTimeout(() => void this.#probe(), timerDelay(delay));
  }

  async #probe(): Promise<void> {
    const { now } = this.#engine.deps;
    const start = now();
    const outcome = await runProbe(this.#engine, this.#entity, this.#settings, this.#ended.signal);
    if (this.#ended.signal.aborted) return;
    this.#take({ start, end: now(), ...outcome });
    this.#schedule();
  }

  #take(result: Parameters<typeof withResult>[1]): void {
    const before = this.#entity.container.health;
    if (before === null) return;
    const health = withResult(before, result, this.#settings, this.#entity.state.startedAt);
    // A check that goes on as before is not worth a write each time.
    if (health.status === before.status && health.failingStreak === before.failingStreak) this.#engine.show(this.#entity, { health });
    else this.#engine.change(this.#entity, { health });
    if (health.status !== before.status) this.#engine.announce(this.#entity, `health_status: ${health.status}`);
  }
}

/** Begins to probe a container that runs and has a health check. */
export function watchHealth(engine: ContainerEngine, entity: Entity): void {
  entity.healthWatch?.end();
  const settings = healthSettingsOf(entity.container.config);
  entity.healthWatch =
    settings === null || entity.container.health === null || entity.state.status !== 'running' ? null : new HealthWatch(engine, entity, settings);
}

/** Ends the probes of a container that stops or pauses. */
export function unwatchHealth(engine: ContainerEngine, entity: Entity): void {
  entity.healthWatch?.end();
  entity.healthWatch = null;
  if (entity.container.health !== null) engine.show(entity, { health: unwatchedHealth(entity.container.health) });
}
