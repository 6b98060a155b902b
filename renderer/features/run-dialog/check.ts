import type { CreateBody } from '../../../electron/ipc/contract/create-body.ts';
import { parseMemory } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { splitCommand } from '../../ui/command-words.ts';
import { type RunForm, usedEnv, usedLabels, usedMounts, usedNetworks, usedPorts, usedSecrets } from './form.ts';
import { durationNanoseconds, parsePort } from './parse.ts';
import { bodyOf } from './to-body.ts';

/** By field; rows of tables as `env.3` and `mounts.1`, with their keys. */
export type FormErrors = Readonly<Record<string, string>>;
export type Checked = { readonly body: CreateBody; readonly errors: null } | { readonly body: null; readonly errors: FormErrors };

/** What is known around the form. */
export interface Surroundings {
  readonly takenNames: ReadonlySet<string>;
  /** Who holds a port of this machine, in words, by `8080/tcp`; absent: nobody that is known. */
  readonly heldPorts: ReadonlyMap<string, string>;
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const HOSTNAME = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;
const VOLUME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const CAPABILITIES = /^(?:ALL|(?:CAP_)?[A-Z_]+)(?:[\s,]+(?:ALL|(?:CAP_)?[A-Z_]+))*$/i;
/** Docker refuses less: the runtime itself needs about that much. */
const LEAST_MEMORY = 6 * 2 ** 20;

/** Turns the fields into a request, or says what is wrong with which of them. */
export function checkForm(form: RunForm, around: Surroundings): Checked {
  const errors: Record<string, string> = { ...basics(form, around), ...tables(form), ...ports(form, around), ...limits(form), ...health(form) };
  return Object.keys(errors).length > 0 ? { body: null, errors } : { body: bodyOf(form), errors: null };
}

function basics(form: RunForm, { takenNames }: Surroundings): FormErrors {
  const errors: Record<string, string> = {};
  const words = t.run.errors;
  if (form.image.trim() === '') errors.image = words.image;
  if (form.name !== '' && !NAME.test(form.name)) errors.name = words.name;
  else if (takenNames.has(form.name)) errors.name = words.nameTaken;
  if (!splitCommand(form.command)) errors.command = words.quote;
  if (!splitCommand(form.entrypoint)) errors.entrypoint = words.quote;
  if (form.workingDir !== '' && !form.workingDir.startsWith('/')) errors.workingDir = words.mountTarget;
  if (form.hostname !== '' && (!HOSTNAME.test(form.hostname) || form.hostname.length > 63)) errors.hostname = t.runForm.errors.hostname;
  for (const field of ['capAdd', 'capDrop'] as const) {
    if (form[field].trim() !== '' && !CAPABILITIES.test(form[field].trim())) errors[field] = t.runForm.errors.capability;
  }
  for (const line of form.devices.split('\n'))
    if (line.trim() !== '' && !/^\/[^:]*(?::\/[^:]*)?(?::[rwm]+)?$/.test(line.trim())) errors.devices = t.runForm.errors.device;
  if (form.autoRemove && form.restart !== 'no') errors.restart = t.runForm.errors.restartRemoved;
  return errors;
}

function tables(form: RunForm): FormErrors {
  const errors: Record<string, string> = {};
  const words = t.run.errors;
  const more = t.runForm.errors;
  for (const { key, name } of usedEnv(form)) if (name === '' || name.includes('=')) errors[`env.${key}`] = words.envName;
  for (const { key, name } of usedLabels(form)) if (name === '') errors[`labels.${key}`] = more.labelName;
  const targets = new Set<string>();
  for (const { key, kind, source, target } of usedMounts(form)) {
    if (kind === 'bind' && !source.startsWith('/')) errors[`mounts.${key}`] = words.mountSource;
    else if (kind === 'volume' && source !== '' && !VOLUME.test(source)) errors[`mounts.${key}`] = more.volume;
    else if (kind === 'tmpfs' && source.trim() !== '' && parseMemory(source) === null) errors[`mounts.${key}`] = more.tmpfs;
    else if (!target.startsWith('/') || target === '/') errors[`mounts.${key}`] = words.mountTarget;
    else if (targets.has(target)) errors[`mounts.${key}`] = more.mountTwice(target);
    targets.add(target);
  }
  for (const { key, kind, name, source } of usedSecrets(form)) {
    if (name === '' || /[/=]/.test(name)) errors[`secrets.${key}`] = more.secretName;
    else if (kind === 'file' && !source.startsWith('/')) errors[`secrets.${key}`] = words.mountSource;
  }
  const networks = new Set<string>();
  for (const { key, network } of usedNetworks(form)) {
    if (networks.has(network)) errors[`networks.${key}`] = more.networkTwice(network);
    networks.add(network);
  }
  return errors;
}

function ports(form: RunForm, { heldPorts }: Surroundings): FormErrors {
  const errors: Record<string, string> = {};
  const more = t.runForm.errors;
  const seen = new Set<string>();
  for (const { key, host, container, protocol } of usedPorts(form)) {
    const inside = parsePort(container);
    const outside = host === '' ? null : parsePort(host);
    const id = outside && `${outside.address}${outside.port}/${protocol}`;
    const held = outside && heldPorts.get(`${outside.port}/${protocol}`);
    if (!inside || inside.address !== '') errors[`ports.${key}`] = more.containerPort;
    else if (host !== '' && !outside) errors[`ports.${key}`] = more.hostPort;
    else if (id && seen.has(id)) errors[`ports.${key}`] = more.portTwice(host);
    else if (held) errors[`ports.${key}`] = held;
    if (id) seen.add(id);
  }
  if (usedPorts(form).length > 0 && (form.networkMode === 'none' || form.networkMode === 'host')) errors.networkMode = more.portsNeedNetwork;
  return errors;
}

function limits(form: RunForm): FormErrors {
  const errors: Record<string, string> = {};
  const words = t.run.errors;
  const memory = form.memory.trim() === '' ? 0 : parseMemory(form.memory);
  if (memory === null || (memory !== 0 && memory < LEAST_MEMORY)) errors.memory = words.memory;
  const cpus = Number(form.cpus.trim());
  if (!(cpus >= 0 && cpus <= 1024) || (form.cpus.trim() !== '' && cpus === 0)) errors.cpus = words.cpus;
  const pids = Number(form.pids.trim());
  if (!Number.isInteger(pids) || pids < 0 || (form.pids.trim() !== '' && pids === 0)) errors.pids = words.pids;
  if (form.restart === 'on-failure' && form.retries !== '' && !/^\d{1,6}$/.test(form.retries.trim())) errors.retries = t.runForm.errors.retries;
  return errors;
}

function health({ health: { mode, command, interval, timeout, startPeriod, retries } }: RunForm): FormErrors {
  if (mode !== 'command') return {};
  const errors: Record<string, string> = {};
  const words = t.runForm.errors;
  if (command.trim() === '') errors['health.command'] = words.healthCommand;
  for (const [field, text] of Object.entries({ interval, timeout, startPeriod })) {
    const value = durationNanoseconds(text);
    if (text.trim() !== '' && (value === null || value < 1_000_000)) errors[`health.${field}`] = words.duration;
  }
  if (retries !== '' && !/^[1-9]\d{0,5}$/.test(retries.trim())) errors['health.retries'] = words.retries;
  return errors;
}
