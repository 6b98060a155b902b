import type { Dockerfile, Instruction, LintSettings, LintWarning, Stage } from '../ast.ts';
import { finding } from './settings.ts';

const ONCE: ReadonlySet<Instruction['kind']> = new Set<Instruction['kind']>(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/** What a stage passes on to those that stand on it. */
interface Inherited {
  readonly hasShell: boolean;
  readonly hasWorkdir: boolean;
}

/** JSONArgsRecommended, WorkdirRelativePath and MultipleInstructionsDisallowed, which depend on what stands in front in the stage. */
export function stageRules({ stages, checks }: Pick<Dockerfile, 'stages' | 'checks'>): LintWarning[] {
  const ended = new Map<string, Inherited>();
  return stages.flatMap((stage) => {
    const base = ended.get(stage.from.image.toLowerCase());
    const { warnings, end } = inStage(checks, stage, base ?? { hasShell: false, hasWorkdir: false });
    ended.set(stage.name ?? String(stage.index), end);
    return warnings;
  });
}

function inStage(checks: LintSettings, { instructions }: Stage, start: Inherited): { readonly warnings: LintWarning[]; readonly end: Inherited } {
  let { hasShell, hasWorkdir } = start;
  const warnings: LintWarning[] = [];
  const last = new Map<Instruction['kind'], Instruction>();
  for (const instruction of instructions) {
    const { kind, range } = instruction;
    const earlier = last.get(kind);
    if (ONCE.has(kind) && earlier !== undefined) {
      const detail = `Multiple ${kind} instructions should not be used in the same stage because only the last one will be used`;
      warnings.push(...finding(checks, 'MultipleInstructionsDisallowed', detail, earlier.range));
    }
    last.set(kind, instruction);
    if (kind === 'SHELL') hasShell = true;
    if ((kind === 'CMD' || kind === 'ENTRYPOINT') && instruction.command.form === 'shell' && !hasShell) {
      const detail = `JSON arguments recommended for ${kind} to prevent unintended behavior related to OS signals`;
      warnings.push(...finding(checks, 'JSONArgsRecommended', detail, range));
    }
    if (kind !== 'WORKDIR') continue;
    // Where a variable leads is not known here.
    const isRelative = !instruction.value.startsWith('/') && !instruction.value.includes('$');
    if (isRelative && !hasWorkdir) {
      const detail = `Relative workdir ${JSON.stringify(instruction.value)} can have unexpected results if the base image changes`;
      warnings.push(...finding(checks, 'WorkdirRelativePath', detail, range));
    }
    hasWorkdir ||= !isRelative;
  }
  return { warnings, end: { hasShell, hasWorkdir } };
}
