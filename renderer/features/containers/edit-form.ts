import type { ContainerInspect } from '../../../electron/ipc/contract/containers.ts';
import type { RequestParams } from '../../../electron/ipc/contract.ts';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { parseMemory } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { nameError } from './names.ts';

type Update = RequestParams<'container.update'>;
type Restart = NonNullable<Update['restart']>['name'];

/** What can be changed while a container exists, as text. */
export interface EditForm {
  readonly name: string;
  readonly memory: string;
  readonly cpus: string;
  readonly pids: string;
  readonly restart: Restart;
  readonly retries: string;
}
export type EditErrors = Readonly<Partial<Record<keyof EditForm, string>>>;

export const RESTARTS: readonly Restart[] = ['no', 'always', 'unless-stopped', 'on-failure'];
const UNITS = [
  [2 ** 30, 'g'],
  [2 ** 20, 'm'],
  [2 ** 10, 'k'],
] as const;
const LEAST_MEMORY = 6 * 2 ** 20;

function sizeText(bytes: number): string {
  if (bytes === 0) return '';
  const [factor, unit] = UNITS.find(([size]) => bytes % size === 0) ?? [1, ''];
  return `${bytes / factor}${unit}`;
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

export function editForm({ Name, HostConfig }: ContainerInspect): EditForm {
  const policy = typeof HostConfig.RestartPolicy === 'object' ? (HostConfig.RestartPolicy as Readonly<Record<string, unknown>> | null) : null;
  const pids = number(HostConfig.PidsLimit);
  const retries = number(policy?.MaximumRetryCount);
  return {
    name: Name.replace(/^\//, ''),
    memory: sizeText(number(HostConfig.Memory)),
    cpus: number(HostConfig.NanoCpus) === 0 ? '' : String(number(HostConfig.NanoCpus) / 1e9),
    pids: pids > 0 ? String(pids) : '',
    restart: RESTARTS.find((name) => name === policy?.Name) ?? 'no',
    retries: retries > 0 ? String(retries) : '',
  };
}

export interface Changes {
  /** Null: it keeps its name. */
  readonly name: string | null;
  /** Null: nothing of it changes. */
  readonly update: Omit<Update, 'id'> | null;
}
export type CheckedEdit = { readonly changes: Changes; readonly errors: null } | { readonly changes: null; readonly errors: EditErrors };

/** What has to be asked of the engine to come from `before` to `after`. */
export function checkEdit(before: EditForm, after: EditForm, id: string, containers: ReadonlyMap<string, ContainerRow>): CheckedEdit {
  const errors: { -readonly [K in keyof EditForm]?: string } = {};
  const words = t.run.errors;
  const name = after.name.trim();
  const wrongName = name === before.name ? null : nameError(name, id, containers);
  if (wrongName !== null) errors.name = wrongName;
  const memory = after.memory.trim() === '' ? null : parseMemory(after.memory);
  if (after.memory.trim() === '' && before.memory !== '') errors.memory = t.containerTabs.edit.keepsLimit;
  else if (after.memory.trim() !== '' && (memory === null || memory < LEAST_MEMORY)) errors.memory = words.memory;
  const cpus = Number(after.cpus.trim());
  if (after.cpus.trim() === '' && before.cpus !== '') errors.cpus = t.containerTabs.edit.keepsLimit;
  else if (after.cpus.trim() !== '' && !(cpus >= 0.001 && cpus <= 1024)) errors.cpus = words.cpus;
  const pids = Number(after.pids.trim());
  if (after.pids.trim() !== '' && (!Number.isInteger(pids) || pids < 1)) errors.pids = words.pids;
  const retries = Number(after.retries.trim());
  if (after.restart === 'on-failure' && (!Number.isInteger(retries) || retries < 0)) errors.retries = t.runForm.errors.retries;
  if (Object.keys(errors).length > 0) return { changes: null, errors };
  const update = {
    ...(after.memory.trim() !== before.memory && memory !== null && { memory }),
    ...(after.cpus.trim() !== before.cpus && { cpus }),
    ...(after.pids.trim() !== before.pids && { pids: pids > 0 ? pids : -1 }),
    ...((after.restart !== before.restart || (after.restart === 'on-failure' && after.retries.trim() !== before.retries)) && {
      restart: { name: after.restart, retries: after.restart === 'on-failure' ? retries : 0 },
    }),
  };
  return { errors: null, changes: { name: name === before.name ? null : name, update: Object.keys(update).length > 0 ? update : null } };
}

/** The form on what the container has become meanwhile: what was typed stays, the rest is as it is now. */
export const rebased = (form: EditForm, before: EditForm, now: EditForm): EditForm => ({
  name: form.name === before.name ? now.name : form.name,
  memory: form.memory === before.memory ? now.memory : form.memory,
  cpus: form.cpus === before.cpus ? now.cpus : form.cpus,
  pids: form.pids === before.pids ? now.pids : form.pids,
  restart: form.restart === before.restart ? now.restart : form.restart,
  retries: form.retries === before.retries ? now.retries : form.retries,
});
