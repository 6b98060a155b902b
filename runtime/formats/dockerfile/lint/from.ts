import { isKind } from '../../../base/errors.ts';
import { parseReference } from '../../reference.ts';
import type { Dockerfile, Instruction, LintWarning } from '../ast.ts';
import { expandWord } from '../expand.ts';
import { suggestion } from '../syntax-error.ts';
import { finding } from './settings.ts';

type From = Instruction & { readonly kind: 'FROM' };
type File = Pick<Dockerfile, 'globalArgs' | 'stages' | 'escape' | 'checks'>;

const RESERVED = new Set(['context', 'scratch']);
const PLATFORM_PARTS = ['PLATFORM', 'OS', 'OSVERSION', 'ARCH', 'VARIANT'];
const PREDEFINED = [...PLATFORM_PARTS.flatMap((part) => [`BUILD${part}`, `TARGET${part}`]), 'TARGETSTAGE'];

/** Of the names of stages: StageNameCasing, ReservedStageName, DuplicateStageName. */
export function stageNames({ stages, checks }: File): LintWarning[] {
  const seen = new Set<string>();
  return stages.flatMap(({ from, name }) => {
    if (name === undefined || from.name === undefined) return [];
    const isAgain = seen.has(name);
    seen.add(name);
    return [
      ...(from.name === name ? [] : finding(checks, 'StageNameCasing', `Stage name '${from.name}' should be lowercase`, from.range)),
      ...(RESERVED.has(name)
        ? finding(checks, 'ReservedStageName', `Stage name should not use the same name as reserved stage ${JSON.stringify(name)}`, from.range)
        : []),
      ...(isAgain ? finding(checks, 'DuplicateStageName', `Duplicate stage name ${JSON.stringify(from.name)}, stage names should be unique`, from.range) : []),
    ];
  });
}

/** RedundantTargetPlatform, FromPlatformFlagConstDisallowed. */
export function fromPlatform({ checks }: File, { platform, name, range }: From): LintWarning[] {
  if (platform === undefined) return [];
  if (platform === '$TARGETPLATFORM' || platform === '${TARGETPLATFORM}') {
    return finding(checks, 'RedundantTargetPlatform', `Setting platform to predefined ${platform} in FROM is redundant as this is the default behavior`, range);
  }
  // A stage that bears the architecture in its name is one of several to choose from.
  const architecture = platform.split('/')[1] ?? platform;
  if (platform.includes('$') || name?.toLowerCase().includes(architecture) === true) return [];
  return finding(checks, 'FromPlatformFlagConstDisallowed', `FROM --platform flag should not use constant value ${JSON.stringify(platform)}`, range);
}

/** UndefinedArgInFrom, InvalidDefaultArgInFrom: judged by the defaults alone, as whoever builds without arguments has them. */
export function fromArguments({ checks, escape }: File, from: From, defaults: ReadonlyMap<string, string>): LintWarning[] {
  const missing = new Set<string>();
  const lookup = (name: string): string | undefined => defaults.get(name);
  let image: string | undefined;
  try {
    image = expandWord(from.image, { lookup, escape, onUndefined: (name) => missing.add(name) });
    if (from.platform !== undefined) expandWord(from.platform, { lookup, escape, onUndefined: (name) => missing.add(name) });
  } catch (error) {
    if (!isKind(error, 'InvalidArgument')) throw error;
  }
  const undeclared = [...missing].flatMap((name) =>
    finding(checks, 'UndefinedArgInFrom', `FROM argument '${name}' is not declared${suggestion(name, defaults.keys())}`, from.range),
  );
  const isUsable = image === undefined || undeclared.length > 0 || !from.image.includes('$') || isReference(image);
  return [
    ...undeclared,
    ...(isUsable
      ? []
      : finding(checks, 'InvalidDefaultArgInFrom', `Default value for ARG ${from.image} results in empty or invalid base image name`, from.range)),
  ];
}

/** What FROM's variables have without build arguments; one without a default is empty. */
export function defaultsOf({ globalArgs, escape }: File): Map<string, string> {
  const values = new Map(PREDEFINED.map((name) => [name, name.toLowerCase()]));
  for (const { key, value } of globalArgs.flatMap(({ args }) => args)) {
    try {
      values.set(key, value === undefined ? (values.get(key) ?? '') : expandWord(value, { lookup: (name) => values.get(name), escape }));
    } catch (error) {
      if (!isKind(error, 'InvalidArgument')) throw error;
      values.set(key, '');
    }
  }
  return values;
}

function isReference(image: string): boolean {
  try {
    parseReference(image);
    return true;
  } catch (error) {
    if (!isKind(error, 'InvalidArgument')) throw error;
    return false;
  }
}
