import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { CopyArguments, Instruction } from '../../formats/dockerfile/ast.ts';
import { gitAddress } from '../git/git-address.ts';
import type { FileAction, FileSource, InlineFile, Input } from '../graph.ts';
import { fileNameOf } from '../remote/file-name.ts';
import { expand, expandText } from './expand.ts';
import type { StagePlan } from './stage-plan.ts';

type CopyInstruction = Extract<Instruction, { readonly kind: 'ADD' | 'COPY' }>;

/** ADD and COPY: one layer, or with --link a layer that stands on nothing. Throws InvalidArgument. */
export async function copyFiles(plan: StagePlan, instruction: CopyInstruction): Promise<void> {
  const { state, dockerfile } = plan;
  const { copy } = instruction;
  const word = (text: string): string => expand(dockerfile, text, state.lookup);
  const sources: (FileSource | InlineFile)[] = [];
  const told: string[] = [];
  checkChecksum(instruction);
  const from = instruction.kind === 'COPY' && instruction.from !== undefined ? await plan.from(instruction.from) : undefined;
  for (const source of copy.sources) {
    if (typeof source !== 'string') {
      sources.push({ name: source.name, inline: source.expand ? expandText(source.content, state.lookup) : source.content });
      told.push(`<<${source.name}`);
      continue;
    }
    const path = word(source);
    told.push(path);
    sources.push(instruction.kind === 'ADD' ? addSource(plan, instruction, path) : fileSource(from === undefined ? plan.context() : from, path, copy, false));
  }
  const destination = word(copy.destination);
  const chown = copy.chown === undefined ? undefined : word(copy.chown);
  const chmod = copy.chmod === undefined ? undefined : word(copy.chmod);
  const action: FileAction & { readonly kind: 'copy' } = {
    kind: 'copy',
    sources,
    destination: state.absolute(destination),
    ...(chown ? { chown } : {}),
    ...(chmod ? { chmod } : {}),
    parents: copy.parents,
    exclude: copy.exclude.map(word),
  };
  const flags = [...(copy.parents ? ['--parents'] : []), ...(chown ? [`--chown=${chown}`] : []), ...(chmod ? [`--chmod=${chmod}`] : [])];
  put(plan, action, instruction);
  state.record(`${[instruction.kind, ...flags, ...told, destination].join(' ')} # buildkit`, state.root);
}

function put({ state, step, part }: StagePlan, action: FileAction & { readonly kind: 'copy' }, { copy, text, range }: CopyInstruction): void {
  if (!copy.link || state.root === null) {
    state.root = step({ kind: 'file', base: state.root, actions: [action] }, text, range);
    return;
  }
  const upper = part({ kind: 'file', base: null, actions: [{ ...action, isLinked: true }] }, `${text} (files)`, range);
  state.root = step({ kind: 'merge', base: state.root, upper }, text, range);
}

function fileSource(input: Input, path: string, { parents }: CopyArguments, unpack: boolean): FileSource {
  // With --parents `/./` in a path says what of it is kept, so it stays as it is.
  const relative = parents ? path.replace(/^\/+/, '') : posix.join('/', path).slice(1);
  return { input, path: relative === '' ? '.' : relative, unpack, allowEmpty: /[*?[]/.test(path) };
}

function addSource(plan: StagePlan, instruction: Extract<CopyInstruction, { readonly kind: 'ADD' }>, path: string): FileSource {
  const { copy, range, keepGitDir } = instruction;
  const checksum = instruction.checksum === undefined ? undefined : expand(plan.dockerfile, instruction.checksum, plan.state.lookup);
  const checked = checksum === undefined ? {} : { checksum };
  const git = gitAddress(path);
  if (git !== undefined) {
    const input = plan.part({ kind: 'git', ...git, keepGitDir, ...checked }, path, range);
    return { ...fileSource(input, '.', { ...copy, parents: false }, false) };
  }
  if (/^https?:\/\//.test(path)) {
    const fileName = fileNameOf(path, undefined);
    const input = plan.part({ kind: 'http', url: path, fileName, ...checked }, path, range);
    return { input, path: fileName, unpack: instruction.unpack ?? false, allowEmpty: false };
  }
  if (checksum !== undefined) throw new EngineError('InvalidArgument', 'checksum requires HTTP(S) or Git sources');
  return fileSource(plan.context(), path, copy, instruction.unpack ?? true);
}

function checkChecksum(instruction: CopyInstruction): void {
  if (instruction.kind !== 'ADD' || instruction.checksum === undefined) return;
  if (instruction.copy.sources.length !== 1) throw new EngineError('InvalidArgument', "checksum can't be specified for multiple sources");
}
