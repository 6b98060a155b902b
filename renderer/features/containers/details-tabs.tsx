import { t } from '../../strings/t.ts';
import type { DetailsTab } from './details-tab.ts';
import { EditTab } from './edit-tab.tsx';
import { FilesTab } from './files-tab.tsx';
import { HealthTab } from './health-tab.tsx';
import { InspectTab } from './inspect-tab.tsx';
import { LogPanel } from './logs/log-panel.tsx';
import { ProcessesTab } from './processes-tab.tsx';
import { Stats } from './stats.tsx';
import { TerminalTab } from './terminal-tab.tsx';
import { isUp } from './view-model.ts';

const words = t.detailsView.tabs;
const more = t.containerTabs;

/** In the order shown: one line a tab. */
export const DETAILS_TABS: readonly DetailsTab[] = [
  { id: 'logs', label: words.logs, Content: ({ row }) => <LogPanel ids={[row.id]} sources={[{ name: row.name, colour: '' }]} running={isUp(row)} /> },
  {
    id: 'terminal',
    label: words.terminal,
    keep: true,
    Content: ({ row, visible }) => <TerminalTab id={row.id} visible={visible} running={row.state === 'running'} paused={row.state === 'paused'} />,
  },
  { id: 'stats', label: words.stats, Content: ({ row }) => <Stats id={row.id} running={isUp(row)} /> },
  { id: 'files', label: words.files, Content: FilesTab },
  { id: 'processes', label: more.processes.tab, Content: ProcessesTab },
  { id: 'health', label: more.health.tab, shown: ({ health }) => health !== 'none', Content: HealthTab },
  { id: 'inspect', label: words.inspect, Content: InspectTab },
  { id: 'edit', label: more.edit.tab, Content: EditTab },
];
