import { EngineError } from '../../base/errors.ts';
import type { Dockerfile, Stage } from '../../formats/dockerfile/ast.ts';

/** The stage that `--from` means: any by its name, the last one of it, or by its number. Undefined: no stage. InvalidArgument for a number without a stage. */
export function stageOf({ stages }: Dockerfile, name: string): Stage | undefined {
  const named = stages.findLast((stage) => stage.name === name.toLowerCase());
  if (named !== undefined || !/^[+-]?[0-9]+$/.test(name)) return named;
  const numbered = stages[Number(name)];
  if (numbered === undefined) throw new EngineError('InvalidArgument', `invalid stage index ${name.slice(0, 20)}: there are ${stages.length} stages, from 0`);
  return numbered;
}

/** The stage that FROM means: an earlier one. */
export function baseStageOf({ stages }: Dockerfile, name: string, before: number): Stage | undefined {
  return stages.slice(0, before).findLast((stage) => stage.name === name.toLowerCase());
}

/** The last stage, or the one that the client asks for. Throws InvalidArgument. */
export function targetOf(dockerfile: Dockerfile, target: string): Stage {
  const { stages } = dockerfile;
  const last = stages.at(-1);
  if (last === undefined) throw new EngineError('InvalidArgument', 'dockerfile contains no stages to build');
  if (target === '') return last;
  const found = stages.findLast((stage) => stage.name === target.toLowerCase()) ?? (/^[0-9]+$/.test(target) ? stages[Number(target)] : undefined);
  if (found !== undefined) return found;
  const names = stages.flatMap(({ name }) => name ?? []);
  const hint = names.length === 0 ? 'no stage has a name' : `stages are: ${names.slice(0, 20).join(', ')}`;
  throw new EngineError('InvalidArgument', `target stage ${JSON.stringify(target.slice(0, 100))} could not be found (${hint})`);
}

/** A name for messages: its own or its number. */
export function nameOf({ name, index }: Stage): string {
  return name ?? `stage-${index}`;
}

/** Every image, stage and context that a stage names, before variables are put in. */
export function sourcesIn({ instructions }: Stage): string[] {
  return instructions.flatMap((instruction) => {
    if (instruction.kind === 'COPY') return instruction.from ?? [];
    return instruction.kind === 'RUN' ? instruction.mounts.flatMap(({ options }) => options['from'] || []) : [];
  });
}
