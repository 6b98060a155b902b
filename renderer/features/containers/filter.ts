import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { healthNow, isUp } from './view-model.ts';

const PROJECT_LABEL = 'com.docker.compose.project';
/** As kubelets name the pod of a container, and what plays the same files. */
const POD_LABEL = 'io.kubernetes.pod.name';
const NAMESPACE_LABEL = 'io.kubernetes.pod.namespace';

/** Name of the Compose project; empty: none. */
const projectOf = (row: ContainerRow): string => row.labels[PROJECT_LABEL] ?? '';

/** Name of the pod, with its namespace where that is not the usual one; empty: none. */
function podOf({ labels }: ContainerRow): string {
  const pod = labels[POD_LABEL] ?? '';
  const namespace = labels[NAMESPACE_LABEL] ?? 'default';
  return pod === '' || namespace === 'default' ? pod : `${namespace}/${pod}`;
}

/** Leads the groups that are pods: the name of a project has no slash. */
export const POD_PREFIX = 'pod/';

/** What a container stands under: its Compose project, else its pod; empty: by itself. */
export const groupNameOf = (row: ContainerRow): string => projectOf(row) || (podOf(row) && POD_PREFIX + podOf(row));

type Test = (row: ContainerRow) => boolean;

const has = (text: string, part: string): boolean => text.toLowerCase().includes(part);
const labelTexts = (row: ContainerRow): readonly string[] => Object.entries(row.labels).map(([name, value]) => `${name}=${value}`);
const portTexts = (row: ContainerRow): readonly string[] => row.ports.map(({ host, container, protocol }) => `${host ?? ''}:${container}/${protocol}`);

/** Words of the filter that begin with the name of a field. */
const FIELDS: Readonly<Record<string, (row: ContainerRow, value: string) => boolean>> = {
  name: (row, value) => has(row.name, value),
  image: (row, value) => has(row.image, value),
  id: (row, value) => row.id.startsWith(value),
  command: (row, value) => has(row.command, value),
  project: (row, value) => has(projectOf(row), value),
  pod: (row, value) => has(podOf(row), value),
  network: (row, value) => row.networks.some((network) => has(network, value)),
  volume: (row, value) => row.volumes.some((volume) => has(volume, value)),
  label: (row, value) => labelTexts(row).some((label) => has(label, value)),
  port: (row, value) => row.ports.some(({ host, container }) => String(host ?? '') === value || String(container) === value),
  health: (row, value) => healthNow(row).startsWith(value),
  state: (row, value) =>
    value === 'up' ? isUp(row) : value === 'stopped' ? !isUp(row) : value === 'unhealthy' ? healthNow(row) === value : row.state.startsWith(value),
};

function test(word: string): Test {
  const colon = word.indexOf(':');
  const field = colon > 0 ? FIELDS[word.slice(0, colon)] : undefined;
  const value = word.slice(colon + 1);
  // A field that is still being typed matches all.
  if (field) return (row) => value === '' || field(row, value);
  return (row) =>
    has(row.name, word) ||
    has(row.image, word) ||
    has(row.command, word) ||
    row.id.startsWith(word) ||
    row.networks.some((network) => has(network, word)) ||
    portTexts(row).some((port) => port.includes(word)) ||
    labelTexts(row).some((label) => has(label, word));
}

/** Every word has to match: `state:running`, `port:8080`, or a text somewhere. A word led by `-` must not. */
export function filterOf(filter: string): Test {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const tests = words.map((word): Test => {
    if (!word.startsWith('-') || word.length === 1) return test(word);
    const not = test(word.slice(1));
    return (row) => !not(row);
  });
  return (row) => tests.every((one) => one(row));
}
