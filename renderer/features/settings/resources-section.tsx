import { type ReactElement, useEffect, useState } from 'react';
import type { Machine } from '../../../electron/ipc/contract/engine-settings.ts';
import { useEngine, useMetrics, useServices } from '../../stores/services.tsx';
import { joined, memorySize, percent } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { SettingRow } from './row.tsx';
import styles from './settings.module.css';

const words = t.settings;
const size = (bytes: number) => joined(memorySize(bytes));

/** What there is, and what is used of it now. */
export function ResourcesSection(): ReactElement {
  const { transport } = useServices();
  const link = useEngine((state) => state.link);
  const [machine, setMachine] = useState<Machine | null>(null);
  const [error, setError] = useState('');
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (link !== 'live') return;
    let gone = false;
    transport.request('engine.machine', {}).then(
      (found) => {
        if (gone) return;
        setMachine(found);
        setError('');
      },
      (reason: unknown) => !gone && setError(reason instanceof Error ? reason.message : String(reason)),
    );
    return () => {
      gone = true;
    };
  }, [transport, link, asked]);
  if (link === 'down') return <Banner>{words.engineDown}</Banner>;
  if (error !== '') {
    return (
      <Banner
        look="error"
        action={
          <Button small onClick={() => setAsked(asked + 1)}>
            {t.retry}
          </Button>
        }
      >
        {words.engineFailed}. {error}
      </Banner>
    );
  }
  if (!machine) return <SkeletonRows label={t.loading} />;
  return <Facts machine={machine} />;
}

function Facts({ machine }: { readonly machine: Machine }): ReactElement {
  const { metrics } = useServices();
  useEffect(() => metrics.start(), [metrics]);
  const points = useMetrics((state) => state.points);
  const containers = useEngine((state) => state.containers);
  let [running, cpu, memory] = [0, 0, 0];
  for (const { id, state } of containers.values()) {
    if (state !== 'running') continue;
    running++;
    const last = points.get(id)?.at(-1);
    cpu += last?.cpuPercent ?? 0;
    memory += last?.memory ?? 0;
  }
  const { facts } = words;
  const { engine } = machine;
  return (
    <SettingRow id="machine" wide note={<div className={styles.note}>{`${words.runningContainers(running)}: ${words.measured}`}</div>}>
      <dl className={styles.facts}>
        <dt>{facts.processors}</dt>
        <dd>{words.cpus(machine.cpus, machine.architecture)}</dd>
        <dt>{facts.containersCpu}</dt>
        <dd>{words.ofAll(joined(percent(cpu)), joined(percent(machine.cpus * 100)))}</dd>
        <dt>{facts.containersMemory}</dt>
        <dd>{words.ofAll(size(memory), size(machine.memory))}</dd>
        <dt>{facts.engineMemory}</dt>
        <dd>{words.ofAll(size(engine.memory), size(machine.memory))}</dd>
        <dt>{facts.system}</dt>
        <dd>{machine.os}</dd>
        <dt>{facts.kernel}</dt>
        <dd className={styles.mono}>{machine.kernel}</dd>
        <dt>{facts.cgroups}</dt>
        <dd>{machine.cgroups}</dd>
        <dt>{facts.version}</dt>
        <dd>{engine.version}</dd>
        <dt>{facts.api}</dt>
        <dd>{engine.apiVersion}</dd>
        <dt>{facts.process}</dt>
        <dd>{engine.pid}</dd>
        <dt>{facts.root}</dt>
        <dd className={styles.mono}>{engine.root}</dd>
        <dt>{facts.run}</dt>
        <dd className={styles.mono}>{engine.run}</dd>
      </dl>
    </SettingRow>
  );
}
