import { t } from '../../strings/t.ts';
import type { Column } from '../../ui/table-layout.ts';
import {
  ActionsCell,
  CommandCell,
  CpuCell,
  CreatedCell,
  HealthCell,
  IdCell,
  ImageCell,
  MemoryCell,
  NameCell,
  NetworkCell,
  NetworksCell,
  PortsCell,
  StateCell,
  TrendCell,
} from './cells.tsx';
import { GroupActions, GroupCpu, GroupMemory, GroupName, GroupNetwork, GroupState } from './group-cells.tsx';

const words = t.containerList.columns;

/** All columns, in the order in which they come. */
export const COLUMNS: readonly Column[] = [
  { id: 'name', label: words.name, width: 180, grows: 3, header: true, sortable: true, dispensable: 0, Cell: NameCell, GroupCell: GroupName },
  { id: 'image', label: words.image, width: 140, grows: 2, sortable: true, dispensable: 3, Cell: ImageCell },
  { id: 'state', label: words.state, width: 150, sortable: true, dispensable: 1, Cell: StateCell, GroupCell: GroupState },
  { id: 'cpu', label: words.cpu, width: 72, align: 'end', sortable: true, dispensable: 2, Cell: CpuCell, GroupCell: GroupCpu },
  { id: 'trend', label: words.trend, labelHidden: true, width: 76, sortable: false, dispensable: 7, Cell: TrendCell },
  { id: 'memory', label: words.memory, width: 124, align: 'end', sortable: true, dispensable: 4, Cell: MemoryCell, GroupCell: GroupMemory },
  { id: 'network', label: words.network, width: 180, align: 'end', sortable: true, optional: true, dispensable: 9, Cell: NetworkCell, GroupCell: GroupNetwork },
  { id: 'ports', label: words.ports, width: 100, sortable: true, dispensable: 5, Cell: PortsCell },
  { id: 'command', label: words.command, width: 200, sortable: true, optional: true, dispensable: 12, Cell: CommandCell },
  { id: 'networks', label: words.networks, width: 140, sortable: true, optional: true, dispensable: 11, Cell: NetworksCell },
  { id: 'health', label: words.health, width: 96, sortable: true, optional: true, dispensable: 10, Cell: HealthCell },
  { id: 'id', label: words.id, width: 116, sortable: true, optional: true, dispensable: 8, Cell: IdCell },
  { id: 'created', label: words.created, width: 92, align: 'end', sortable: true, dispensable: 6, Cell: CreatedCell },
  { id: 'actions', label: words.actions, labelHidden: true, fixed: true, lazy: true, width: 84, dispensable: 0, Cell: ActionsCell, GroupCell: GroupActions },
];
