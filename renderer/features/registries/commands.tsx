import { ClipboardCopy, Download, KeyRound, Library, Plus, ShieldCheck, Trash2 } from 'lucide-react';
import type { RegistryRow } from '../../../electron/ipc/contract/registries.ts';
import type { AppCommand, CommandContext, ObjectCommand, ObjectKind } from '../../stores/commands.ts';
import type { Services } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { testLogin } from './actions.ts';
import { isRemovable } from './view-model.ts';

const words = t.registries;
const place = 'registries';
const rowOf = ({ registries }: Services, host: string): RegistryRow | undefined => registries.getState().list?.registries.find((row) => row.host === host);
const exists = ({ services }: CommandContext, host: string): boolean => rowOf(services, host) !== undefined;

export const REGISTRIES: ObjectKind = {
  place,
  title: words.one,
  heading: words.title,
  icon: <Library />,
  list: function* (_, { registries }) {
    for (const { host, username } of registries.getState().list?.registries ?? []) yield { id: host, name: host, note: username };
  },
  nameOf: (_, host, services) => rowOf(services, host)?.host,
};

export const REGISTRY_APP_COMMANDS: readonly AppCommand[] = [
  {
    id: 'registry.add',
    title: words.add,
    group: words.title,
    keys: 'N',
    place,
    icon: <Plus />,
    menu: 'file',
    run: ({ services }) => services.ui.setState({ asking: { command: 'registry.login', ids: [] } }),
  },
];

export const REGISTRY_COMMANDS: readonly ObjectCommand[] = [
  {
    id: 'registry.login',
    place,
    title: words.login,
    titleFor: ([host = '']) => words.loginTo(host),
    keys: 'L',
    icon: <KeyRound />,
    several: false,
    eligible: exists,
    run: ({ services }, ids) => services.ui.setState({ asking: { command: 'registry.login', ids } }),
  },
  {
    id: 'registry.test',
    place,
    title: words.test,
    titleFor: ([host = '']) => words.testOf(host),
    keys: 'T',
    icon: <ShieldCheck />,
    several: false,
    eligible: exists,
    run: ({ services }, [host = '']) => void testLogin(services, host),
  },
  {
    id: 'registry.pull',
    place,
    title: words.images,
    titleFor: () => words.images,
    keys: 'P',
    icon: <Download />,
    several: false,
    eligible: exists,
    run: ({ services }, [host = '']) => services.ui.setState({ asking: { command: 'image.pull', ids: [host === 'docker.io' ? '' : `${host}/`] } }),
  },
  {
    id: 'registry.copy',
    place,
    title: words.copy,
    titleFor: () => words.copy,
    keys: 'Y',
    icon: <ClipboardCopy />,
    apart: true,
    several: false,
    eligible: exists,
    run: (_, [host = '']) => void navigator.clipboard.writeText(host),
  },
  {
    id: 'registry.remove',
    place,
    title: words.remove,
    titleFor: (hosts) => (hosts.length === 1 && hosts[0] !== undefined ? words.removeOne(hosts[0]) : words.removeMany(hosts.length)),
    keys: 'Del',
    icon: <Trash2 />,
    danger: true,
    apart: true,
    several: true,
    eligible: ({ services }, host) => {
      const row = rowOf(services, host);
      return row !== undefined && isRemovable(row);
    },
    run: ({ services }, ids) => services.ui.setState({ asking: { command: 'registry.remove', ids } }),
  },
];
