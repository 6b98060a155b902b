import { type ReactElement, useState } from 'react';
import { byteRate, joined, memorySize, percent } from '../../../strings/format.ts';
import { Chart } from '../../../ui/chart.tsx';
import { JsonTree } from '../../../ui/json-tree.tsx';
import { Split } from '../../../ui/split.tsx';
import { StatusDot } from '../../../ui/status-dot.tsx';
import type { Column } from '../../../ui/table-layout.ts';
import { VirtualTable } from '../../../ui/virtual-table.tsx';
import { Fields, Framed, Section } from './section.tsx';

const NAMES = ['web', 'api', 'postgres', 'a-container-with-a-name-that-is-far-too-long-for-its-column-and-goes-on', 'worker'];
const COLUMNS: readonly Column[] = [
  { id: 'name', label: 'Name', width: 160, grows: 2, header: true, sortable: true, dispensable: 0, Cell: ({ id }) => id },
  { id: 'state', label: 'State', width: 110, dispensable: 1, Cell: () => <StatusDot tone="running" /> },
  { id: 'memory', label: 'Memory', width: 100, align: 'end', sortable: true, dispensable: 2, Cell: ({ id }) => joined(memorySize(id.length * 7_300_000)) },
];
const nothing = () => undefined;

const START = 1_790_000_000;
const times = Array.from({ length: 300 }, (_, index) => START + index);
const line = (height: number, phase: number) =>
  times.map((time) => (time % 300 > 120 && time % 300 < 160 ? null : height * (1 + Math.sin(time / 24 + phase) / 2)));
const span = { from: START, to: START + 299 };

export function Charts(): ReactElement {
  return (
    <Section title="Charts">
      <Fields>
        <Chart
          title="CPU"
          lines={[{ label: 'CPU', color: '--series-1' }]}
          data={{ times, values: [line(40, 0)] }}
          format={(value) => joined(percent(value))}
          atLeast={2}
          {...span}
        />
        <Chart
          title="Memory"
          lines={[{ label: 'Used', color: '--series-1' }]}
          data={{ times, values: [line(2 ** 28, 2)] }}
          format={(value) => joined(memorySize(value))}
          binary
          atLeast={1}
          limit={{ value: 2 ** 29, label: 'limit 512 MiB' }}
          {...span}
        />
        <Chart
          title="Network"
          lines={['Received', 'Sent'].map((label, index) => ({ label, color: `--series-${index + 1}` }))}
          data={{ times, values: [line(40_000, 1), line(9000, 3)] }}
          format={(value) => joined(byteRate(value))}
          atLeast={1000}
          {...span}
        />
        <Chart
          title="Nothing"
          lines={[{ label: 'CPU', color: '--series-1' }]}
          data={{ times: [], values: [[]] }}
          format={(value) => joined(percent(value))}
          atLeast={2}
          {...span}
        />
      </Fields>
    </Section>
  );
}

const Table = (): ReactElement => {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(['api']));
  const [active, setActive] = useState('postgres');
  return (
    <VirtualTable
      label="Containers"
      ids={NAMES}
      columns={COLUMNS}
      widths={{}}
      sort={{ column: 'name', descending: false }}
      selected={selected}
      active={active}
      nameOf={(id) => id}
      onSort={nothing}
      onWidth={nothing}
      onSelect={setSelected}
      onActive={setActive}
      onOpen={nothing}
      menu={() => []}
    />
  );
};

const DOCUMENT = {
  Id: '4f1c2d9e',
  State: { Status: 'running', Pid: 4127, OOMKilled: false, Error: '' },
  Env: ['A=1', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  Mounts: [],
  Healthcheck: null,
};

export const Tables = (): ReactElement => (
  <Section title="Tables">
    <Framed height={240}>
      <Split below={false} second={<JsonTree document={DOCUMENT} query="" />} secondSize={46} saved={undefined} onSaved={nothing}>
        <Table />
      </Split>
    </Framed>
  </Section>
);
