import type { CreateBody } from '../../../electron/ipc/contract/create-body.ts';
import type { Keyed } from '../../ui/field-rows.tsx';
import type { PairRow } from '../../ui/pair-rows.tsx';

export type MountKind = 'bind' | 'volume' | 'tmpfs';
export interface MountRow extends Keyed {
  readonly kind: MountKind;
  readonly source: string;
  readonly target: string;
  readonly readonly: boolean;
}
export interface PortRow extends Keyed {
  /** `8080` or `127.0.0.1:8080`; empty: the engine chooses. */
  readonly host: string;
  readonly container: string;
  readonly protocol: 'tcp' | 'udp';
}
export interface NetworkRow extends Keyed {
  readonly network: string;
  readonly aliases: string;
}
/** A secret reaches the program as a file of this machine that is mounted, or in its environment. */
export interface SecretRow extends Keyed {
  readonly kind: 'file' | 'env';
  readonly name: string;
  /** Path on this machine, or the value. */
  readonly source: string;
}

export interface HealthFields {
  readonly mode: 'image' | 'none' | 'command';
  readonly command: string;
  /** `30s`, `2m`; empty: the engine's own. */
  readonly interval: string;
  readonly timeout: string;
  readonly startPeriod: string;
  readonly retries: string;
}

/** What stands in the fields, as text. */
export interface RunForm {
  readonly image: string;
  readonly name: string;
  readonly command: string;
  readonly entrypoint: string;
  readonly user: string;
  readonly workingDir: string;
  readonly hostname: string;
  readonly env: readonly PairRow[];
  readonly secrets: readonly SecretRow[];
  readonly ports: readonly PortRow[];
  readonly mounts: readonly MountRow[];
  /** `networks`: those of the rows; else a mode of its own. */
  readonly networkMode: 'networks' | 'host' | 'none' | 'other';
  readonly networks: readonly NetworkRow[];
  readonly restart: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  readonly retries: string;
  readonly memory: string;
  readonly cpus: string;
  readonly pids: string;
  readonly capAdd: string;
  readonly capDrop: string;
  readonly devices: string;
  readonly labels: readonly PairRow[];
  readonly health: HealthFields;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly autoRemove: boolean;
  readonly init: boolean;
  readonly readonlyRoot: boolean;
  readonly privileged: boolean;
  /** What a container that is duplicated has and no field shows; it is kept. */
  readonly rest: Partial<CreateBody>;
}

export const emptyForm = (image: string): RunForm => ({
  image,
  name: '',
  command: '',
  entrypoint: '',
  user: '',
  workingDir: '',
  hostname: '',
  env: [],
  secrets: [],
  ports: [],
  mounts: [],
  networkMode: 'networks',
  networks: [],
  restart: 'no',
  retries: '',
  memory: '',
  cpus: '',
  pids: '',
  capAdd: '',
  capDrop: '',
  devices: '',
  labels: [],
  health: { mode: 'image', command: '', interval: '', timeout: '', startPeriod: '', retries: '' },
  tty: false,
  openStdin: false,
  autoRemove: false,
  init: false,
  readonlyRoot: false,
  privileged: false,
  rest: {},
});

/** A row in which nothing has been written counts as none. */
export const usedEnv = ({ env }: RunForm): readonly PairRow[] => env.filter(({ name, value }) => name !== '' || value !== '');
export const usedSecrets = ({ secrets }: RunForm): readonly SecretRow[] => secrets.filter(({ name, source }) => name !== '' || source !== '');
export const usedPorts = ({ ports }: RunForm): readonly PortRow[] => ports.filter(({ host, container }) => host !== '' || container !== '');
export const usedMounts = ({ mounts }: RunForm): readonly MountRow[] => mounts.filter(({ source, target }) => source !== '' || target !== '');
export const usedLabels = ({ labels }: RunForm): readonly PairRow[] => labels.filter(({ name, value }) => name !== '' || value !== '');
export const usedNetworks = ({ networks, networkMode }: RunForm): readonly NetworkRow[] =>
  networkMode === 'networks' ? networks.filter(({ network }) => network !== '') : [];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** Ports that an image says it listens on, as rows to be published under the same number. */
export function exposedPorts(config: unknown): readonly Omit<PortRow, 'key'>[] {
  const exposed = isRecord(config) && isRecord(config.Config) ? config.Config.ExposedPorts : null;
  if (!isRecord(exposed)) return [];
  return Object.keys(exposed).flatMap((text) => {
    const [, port = '', protocol = 'tcp'] = /^(\d+)(?:\/(tcp|udp))?$/.exec(text) ?? [];
    return port === '' ? [] : [{ host: port, container: port, protocol: protocol === 'udp' ? 'udp' : 'tcp' } as const];
  });
}
