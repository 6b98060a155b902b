import type { BuildResults, ImageBuild } from '../../../electron/ipc/contract/builds.ts';
import { t } from '../../strings/t.ts';
import { quoteWord } from '../../ui/command-words.ts';
import type { Keyed } from '../../ui/field-rows.tsx';
import type { PairRow } from '../../ui/pair-rows.tsx';

const words = t.buildDialog;

export interface SecretRow extends Keyed {
  readonly id: string;
  readonly from: 'file' | 'env';
  readonly value: string;
}

/** What stands in the fields, as text. */
export interface BuildForm {
  readonly context: string;
  readonly dockerfile: string;
  /** Separated by spaces or commas. */
  readonly tags: string;
  readonly target: string;
  readonly platform: string;
  readonly network: ImageBuild['network'];
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly args: readonly PairRow[];
  readonly labels: readonly PairRow[];
  readonly contexts: readonly PairRow[];
  readonly secrets: readonly SecretRow[];
}

export const EMPTY_FORM: BuildForm = {
  context: '',
  dockerfile: 'Dockerfile',
  tags: '',
  target: '',
  platform: '',
  network: 'default',
  noCache: false,
  pull: false,
  args: [],
  labels: [],
  contexts: [],
  secrets: [],
};

/** What the shell says of the folder and the Dockerfile; null: it has not been asked yet. */
export type Facts = BuildResults['build.facts'] | null;

/** By field; rows of tables as `args.3`, with their keys. */
export type FormErrors = Readonly<Record<string, string>>;
export type Checked = { readonly task: ImageBuild; readonly errors: null } | { readonly task: null; readonly errors: FormErrors };

/** The engine's own rule for names. */
const TAG =
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?)\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?$/;
const PLATFORM = /^[a-z0-9_]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/;
const ARG = /^[A-Za-z_]\w*$/;
/** What FROM and --from can say. */
const CONTEXT = /^[A-Za-z0-9][\w.:/@-]*$/;
const ADDRESS = /^(?:https?|git|ssh):\/\/|^git@/;

export const isAddress = (context: string): boolean => ADDRESS.test(context.trim());
const tagsOf = ({ tags }: BuildForm): readonly string[] => tags.split(/[\s,]+/).filter(Boolean);

export function checkForm(form: BuildForm, facts: Facts): Checked {
  const errors: Record<string, string> = {};
  const set = (field: string, text: string | undefined) => {
    if (text !== undefined) errors[field] = text;
  };
  set('context', contextError(form, facts));
  set('dockerfile', dockerfileError(form, facts));
  const bad = tagsOf(form).find((tag) => !TAG.test(tag));
  if (bad !== undefined) errors['tags'] = words.badTag(bad);
  const target = form.target.trim();
  if (
    target !== '' &&
    facts?.context === 'directory' &&
    facts.dockerfile &&
    !facts.stages.some((stage) => stage.toLowerCase() === target.toLowerCase()) &&
    !/^\d+$/.test(target)
  )
    errors['target'] = words.noTarget(target);
  if (form.platform.trim() !== '' && !PLATFORM.test(form.platform.trim())) errors['platform'] = words.badPlatform;
  for (const [field, rows] of [
    ['args', form.args],
    ['labels', form.labels],
  ] as const) {
    const seen = new Set<string>();
    for (const { key, name, value } of rows) {
      if (name === '' && value === '') continue;
      if (name === '') errors[`${field}.${key}`] = words.needsName;
      else if (field === 'args' && !ARG.test(name)) errors[`${field}.${key}`] = words.badArg;
      else if (seen.has(name)) errors[`${field}.${key}`] = words.twice(name);
      seen.add(name);
    }
  }
  const names = new Set<string>();
  for (const { key, name, value } of form.contexts) {
    if (name === '' && value === '') continue;
    set(`contexts.${key}`, contextRowError(name, value.trim(), names));
    names.add(name);
  }
  const ids = new Set<string>();
  for (const { key, id, value } of form.secrets) {
    if (id === '' && value === '') continue;
    if (id === '') errors[`secrets.${key}`] = words.needsName;
    else if (ids.has(id)) errors[`secrets.${key}`] = words.twice(id);
    else if (value === '') errors[`secrets.${key}`] = words.needsValue;
    ids.add(id);
  }
  return Object.keys(errors).length > 0 ? { task: null, errors } : { task: taskOf(form, facts), errors: null };
}

function contextError({ context }: BuildForm, facts: Facts): string | undefined {
  const path = context.trim();
  if (path === '') return words.contextNeeded;
  if (isAddress(path)) return undefined;
  if (!path.startsWith('/')) return words.contextRelative;
  return facts?.context === 'missing' ? words.contextMissing : undefined;
}

function contextRowError(name: string, value: string, names: ReadonlySet<string>): string | undefined {
  if (name === '') return words.needsName;
  if (!CONTEXT.test(name) || name === 'context' || name === 'dockerfile') return words.badContext(name);
  if (names.has(name)) return words.twice(name);
  if (value === '') return words.needsValue;
  return isAddress(value) || /^(?:\/|docker-image:\/\/.|oci-layout:\/\/\/.)/.test(value) ? undefined : words.badPlace;
}

function dockerfileError({ dockerfile }: BuildForm, facts: Facts): string | undefined {
  const path = dockerfile.trim();
  if (path === '') return words.dockerfileNeeded;
  if (facts?.context !== 'directory' || facts.dockerfile) return undefined;
  return path.startsWith('/') ? words.dockerfileMissingElsewhere(path) : words.dockerfileMissing(path);
}

const given = (rows: readonly PairRow[]): ImageBuild['args'] => rows.filter(({ name }) => name !== '').map(({ name, value }) => ({ name, value }));

function taskOf(form: BuildForm, facts: Facts): ImageBuild {
  // The field shows the default: what is left empty means it.
  const defaults = new Set((facts?.args ?? []).filter(({ value }) => value !== '').map(({ name }) => name));
  const context = form.context.trim();
  return {
    kind: 'image.build',
    context: context.length > 1 ? context.replace(/\/+$/, '') : context,
    dockerfile: form.dockerfile.trim(),
    tags: [...tagsOf(form)],
    target: form.target.trim(),
    args: given(form.args).filter(({ name, value }) => value !== '' || !defaults.has(name)),
    labels: given(form.labels),
    platform: form.platform.trim(),
    noCache: form.noCache,
    pull: form.pull,
    network: form.network,
    contexts: given(form.contexts).map(({ name, value }) => ({ name, value: value.trim() })),
    secrets: form.secrets.filter(({ id }) => id !== '').map(({ id, from, value }) => ({ id, from, value })),
  };
}

/** What would do the same on a command line. */
export function dockerCommand(form: BuildForm, facts: Facts): string {
  const { context, dockerfile, tags, target, args, labels, platform, noCache, pull, network, contexts, secrets } = taskOf(form, facts);
  const file = dockerfile === 'Dockerfile' ? [] : ['-f', dockerfile.startsWith('/') || isAddress(context) ? dockerfile : `${context}/${dockerfile}`];
  const parts = [
    'docker',
    'build',
    ...tags.flatMap((tag) => ['-t', tag]),
    ...file,
    ...(target === '' ? [] : ['--target', target]),
    ...args.flatMap(({ name, value }) => ['--build-arg', `${name}=${value}`]),
    ...labels.flatMap(({ name, value }) => ['--label', `${name}=${value}`]),
    ...contexts.flatMap(({ name, value }) => ['--build-context', `${name}=${value}`]),
    ...(platform === '' ? [] : ['--platform', platform]),
    ...secrets.flatMap(({ id, from, value }) => ['--secret', `id=${id},${from === 'file' ? 'src' : 'env'}=${value}`]),
    ...(network === 'default' ? [] : ['--network', network]),
    ...(noCache ? ['--no-cache'] : []),
    ...(pull ? ['--pull'] : []),
    context || '.',
  ];
  return parts.map(quoteWord).join(' ');
}
