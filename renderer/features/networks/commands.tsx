import { Cable, ClipboardCopy, Network, Plus, Trash2 } from 'lucide-react';
import type { NetworkRow } from '../../../runtime/api/types/feed.ts';
import type { AppCommand, CommandContext, ObjectCommand, ObjectKind } from '../../stores/commands.ts';
import { t } from '../../strings/t.ts';
import { isUnused } from './view-model.ts';

const words = t.networks;
const rowOf = ({ services }: CommandContext, id = ''): NetworkRow | undefined => services.engine.getState().networks.get(id);

export const NETWORKS: ObjectKind = {
  place: 'networks',
  title: words.one,
  heading: words.title,
  icon: <Network />,
  list: function* ({ networks }) {
    for (const { id, name, driver, subnets } of networks.values()) yield { id, name, note: [driver, ...subnets.map(({ subnet }) => subnet)].join(' ') };
  },
  nameOf: ({ networks }, id) => networks.get(id)?.name,
};

const hasUnused = ({ services }: CommandContext): boolean => {
  const { networks, containers } = services.engine.getState();
  return [...networks.values()].some((network) => isUnused(network, containers));
};

export const NETWORK_APP_COMMANDS: readonly AppCommand[] = [
  {
    id: 'network.create',
    title: words.createTitle,
    group: words.title,
    keys: 'N',
    place: 'networks',
    icon: <Plus />,
    menu: 'file',
    enabled: ({ services }) => services.engine.getState().link === 'live',
    run: ({ services }) => services.ui.setState({ asking: { command: 'network.create', ids: [] } }),
  },
  {
    id: 'network.prune',
    title: words.prune,
    group: words.title,
    keys: 'Shift+Del',
    place: 'networks',
    icon: <Trash2 />,
    danger: true,
    enabled: hasUnused,
    run: ({ services }) => services.ui.setState({ asking: { command: 'network.prune', ids: [] } }),
  },
];

export const NETWORK_COMMANDS: readonly ObjectCommand[] = [
  {
    id: 'network.connect',
    place: 'networks',
    title: words.connect,
    titleFor: ([name = '']) => words.connectTo(name),
    keys: 'C',
    icon: <Cable />,
    several: false,
    // Nobody joins the host's network or none while running.
    eligible: (context, id) => !['host', 'null'].includes(rowOf(context, id)?.driver ?? 'null'),
    run: ({ services }, ids) => services.ui.setState({ asking: { command: 'network.connect', ids } }),
  },
  {
    id: 'network.copy-subnet',
    place: 'networks',
    title: words.copySubnet,
    titleFor: ([name = '']) => words.copySubnetOf(name),
    keys: 'Y',
    icon: <ClipboardCopy />,
    apart: true,
    several: false,
    eligible: (context, id) => (rowOf(context, id)?.subnets.length ?? 0) > 0,
    run: (context, [id]) =>
      void navigator.clipboard.writeText(
        rowOf(context, id)
          ?.subnets.map(({ subnet }) => subnet)
          .join(' ') ?? '',
      ),
  },
  {
    id: 'network.copy-id',
    place: 'networks',
    title: words.copyId,
    titleFor: ([name = '']) => words.copyIdOf(name),
    keys: 'Shift+Y',
    icon: <ClipboardCopy />,
    several: false,
    eligible: (context, id) => rowOf(context, id) !== undefined,
    run: (_, [id = '']) => void navigator.clipboard.writeText(id),
  },
  {
    id: 'network.remove',
    place: 'networks',
    title: words.remove,
    titleFor: (names) => (names.length === 1 && names[0] !== undefined ? words.removeOne(names[0]) : words.removeMany(names.length)),
    keys: 'Del',
    icon: <Trash2 />,
    danger: true,
    apart: true,
    several: true,
    eligible: (context, id) => rowOf(context, id)?.builtIn === false,
    run: ({ services }, ids) => services.ui.setState({ asking: { command: 'network.remove', ids } }),
  },
];
