import type { RequestParams } from '../../../electron/ipc/contract.ts';
import type { Words } from '../../strings/words.ts';
import type { PairRow } from '../../ui/pair-rows.tsx';
import type { VolumeKind } from './view-model.ts';

export type Problem = keyof Words['volumes']['problems'];

export interface VolumeForm {
  readonly name: string;
  readonly kind: VolumeKind;
  readonly device: string;
  readonly readonly: boolean;
  readonly memory: string;
  readonly labels: readonly PairRow[];
}

export const EMPTY_FORM: VolumeForm = { name: '', kind: 'local', device: '', readonly: false, memory: '', labels: [] };

/** By field; a label's by `label.KEY`. */
export type Problems = Readonly<Record<string, Problem>>;

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const LONGEST = 255;

/** The engine's own rules for names of volumes. Null: it can be given. */
export function nameProblem(name: string, taken: ReadonlyMap<string, unknown>): Problem | null {
  if (!NAME.test(name)) return 'characters';
  if (name.length < 2) return 'short';
  if (name.length > LONGEST) return 'long';
  return taken.has(name) ? 'taken' : null;
}

export function problemsOf(form: VolumeForm, taken: ReadonlyMap<string, unknown>): Problems {
  const problems: Record<string, Problem> = {};
  const name = form.name === '' ? null : nameProblem(form.name, taken);
  if (name !== null) problems['name'] = name;
  if (form.kind === 'bind' && !form.device.startsWith('/')) problems['device'] = 'absolute';
  if (form.kind === 'tmpfs' && form.memory !== '' && !/^[1-9]\d{0,9}[kmg]?$/i.test(form.memory)) problems['memory'] = 'memory';
  const seen = new Set<string>();
  for (const { key, name: label } of form.labels) {
    if (label === '') problems[`label.${key}`] = 'label';
    else if (seen.has(label)) problems[`label.${key}`] = 'twice';
    seen.add(label);
  }
  return problems;
}

/** The options of Docker's driver `local` that a form stands for. */
export function createRequest({ name, kind, device, readonly, memory, labels }: VolumeForm): RequestParams<'volume.create'> {
  return { name, options: optionsOf({ kind, device, readonly, memory }), labels: Object.fromEntries(labels.map((row) => [row.name, row.value])) };
}

function optionsOf({ kind, device, readonly, memory }: Pick<VolumeForm, 'kind' | 'device' | 'readonly' | 'memory'>): Record<string, string> {
  if (kind === 'bind') return { type: 'none', device, o: readonly ? 'bind,ro' : 'bind' };
  if (kind === 'tmpfs') return { type: 'tmpfs', device: 'tmpfs', ...(memory !== '' && { o: `size=${memory}` }) };
  return {};
}
