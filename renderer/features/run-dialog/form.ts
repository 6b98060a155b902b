import type { RunRequest } from '../../../electron/ipc/contract/containers.ts';
import { parseMemory } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { quoteWord, splitCommand } from '../../ui/command-words.ts';

export interface EnvRow {
  readonly key: number;
  readonly name: string;
  readonly value: string;
}
export interface MountRow {
  readonly key: number;
  readonly source: string;
  readonly target: string;
  readonly readonly: boolean;
}

/** What stands in the fields, as text. */
export interface RunForm {
  readonly image: string;
  readonly name: string;
  readonly command: string;
  readonly entrypoint: string;
  readonly user: string;
  readonly workingDir: string;
  readonly env: readonly EnvRow[];
  readonly mounts: readonly MountRow[];
  readonly memory: string;
  readonly cpus: string;
  readonly pids: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly autoRemove: boolean;
  readonly network: string;
}

export const emptyForm = (image: string): RunForm => ({
  image,
  name: '',
  command: '',
  entrypoint: '',
  user: '',
  workingDir: '',
  env: [],
  mounts: [],
  memory: '',
  cpus: '',
  pids: '',
  tty: false,
  openStdin: false,
  autoRemove: false,
  network: 'bridge',
});

/** By field; rows of tables as `env.3` and `mounts.1`, with their keys. */
export type FormErrors = Readonly<Record<string, string>>;
export type Checked = { readonly request: RunRequest; readonly errors: null } | { readonly request: null; readonly errors: FormErrors };

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
/** Docker refuses less: the runtime itself needs about that much. */
const LEAST_MEMORY = 6 * 2 ** 20;

const usedEnv = (form: RunForm): readonly EnvRow[] => form.env.filter(({ name, value }) => name !== '' || value !== '');
const usedMounts = (form: RunForm): readonly MountRow[] => form.mounts.filter(({ source, target }) => source !== '' || target !== '');

/** Turns the fields into a request, or says what is wrong with which of them. */
export function checkForm(form: RunForm, takenNames: ReadonlySet<string>): Checked {
  const errors: Record<string, string> = {};
  const words = t.run.errors;
  if (form.image.trim() === '') errors.image = words.image;
  if (form.name !== '' && !NAME.test(form.name)) errors.name = words.name;
  else if (takenNames.has(form.name)) errors.name = words.nameTaken;
  const command = splitCommand(form.command);
  if (!command) errors.command = words.quote;
  const entrypoint = splitCommand(form.entrypoint);
  if (!entrypoint) errors.entrypoint = words.quote;
  for (const { key, name } of usedEnv(form)) if (name === '' || name.includes('=')) errors[`env.${key}`] = words.envName;
  for (const { key, source, target } of usedMounts(form)) {
    if (!source.startsWith('/')) errors[`mounts.${key}`] = words.mountSource;
    else if (!target.startsWith('/') || target === '/') errors[`mounts.${key}`] = words.mountTarget;
  }
  const memory = form.memory.trim() === '' ? 0 : parseMemory(form.memory);
  if (memory === null || (memory !== 0 && memory < LEAST_MEMORY)) errors.memory = words.memory;
  const cpus = Number(form.cpus.trim());
  if (!(cpus >= 0 && cpus <= 1024) || (form.cpus.trim() !== '' && cpus === 0)) errors.cpus = words.cpus;
  const pids = Number(form.pids.trim());
  if (!Number.isInteger(pids) || pids < 0 || (form.pids.trim() !== '' && pids === 0)) errors.pids = words.pids;
  if (Object.keys(errors).length > 0) return { request: null, errors };
  return {
    errors: null,
    request: {
      image: form.image.trim(),
      name: form.name,
      command: [...(command ?? [])],
      entrypoint: [...(entrypoint ?? [])],
      env: usedEnv(form).map(({ name, value }) => `${name}=${value}`),
      mounts: usedMounts(form).map(({ source, target, readonly }) => ({ source, target, readonly })),
      tty: form.tty,
      openStdin: form.openStdin,
      autoRemove: form.autoRemove,
      user: form.user.trim(),
      workingDir: form.workingDir.trim(),
      network: form.network,
      memory: memory ?? 0,
      cpus,
      pids,
    },
  };
}

/** The same container by the docker client. */
export function dockerCommand(form: RunForm): string {
  const words = ['docker', 'run', '-d'];
  const option = (name: string, value: string) => {
    if (value !== '') words.push(name, quoteWord(value));
  };
  if (form.openStdin) words.push('-i');
  if (form.tty) words.push('-t');
  if (form.autoRemove) words.push('--rm');
  option('--name', form.name);
  if (form.network !== 'bridge') option('--network', form.network);
  for (const { name, value } of usedEnv(form)) option('-e', `${name}=${value}`);
  for (const { source, target, readonly } of usedMounts(form)) option('-v', `${source}:${target}${readonly ? ':ro' : ''}`);
  option('-m', form.memory.trim());
  option('--cpus', form.cpus.trim());
  option('--pids-limit', form.pids.trim());
  option('-u', form.user.trim());
  option('-w', form.workingDir.trim());
  const [entry, ...entryArguments] = splitCommand(form.entrypoint) ?? [];
  if (entry !== undefined) option('--entrypoint', entry);
  words.push(quoteWord(form.image.trim() || 'IMAGE'), ...[...entryArguments, ...(splitCommand(form.command) ?? [form.command])].map(quoteWord));
  return words.join(' ');
}

/** Lines of a `.env` file: `NAME=value`, comments, `export`, quotes around a value. Null: the text is no such file. */
export function parseDotEnv(text: string): readonly { readonly name: string; readonly value: string }[] | null {
  const rows: { name: string; value: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#')) continue;
    const match = /^(?:export\s+)?([A-Za-z_][\w.-]*)=(.*)$/.exec(bare);
    if (!match) return null;
    const raw = (match[2] ?? '').trim();
    const quoted = /^(["'])(.*)\1$/s.exec(raw);
    const value = quoted
      ? quoted[1] === '"'
        ? (quoted[2] ?? '').replaceAll('\\n', '\n').replaceAll('\\"', '"')
        : (quoted[2] ?? '')
      : raw.replace(/\s+#.*$/, '');
    rows.push({ name: match[1] ?? '', value });
  }
  return rows.length > 0 ? rows : null;
}
