import type { LintSettings, LintWarning, SourceRange } from '../ast.ts';
import { suggestion } from '../syntax-error.ts';
import { finding } from './settings.ts';

/** A variable that an instruction uses and nothing sets; `known` are those that are set where it stands. */
export function undefinedVariable(settings: LintSettings, name: string, known: Iterable<string>, range: SourceRange): LintWarning[] {
  const hint = suggestion(name, known).replace('did you mean ', 'did you mean $');
  return finding(settings, 'UndefinedVar', `Usage of undefined variable '$${name}'${hint}`, range);
}

/** A source of COPY or ADD that the context's .dockerignore leaves out. */
export function copyOfIgnored(settings: LintSettings, kind: 'ADD' | 'COPY', source: string, range: SourceRange): LintWarning[] {
  const verb = kind === 'ADD' ? 'Add' : 'Copy';
  return finding(settings, 'CopyIgnoredFile', `Attempting to ${verb} file ${JSON.stringify(source)} that is excluded by .dockerignore`, range);
}

/** A base image that is here for another platform than the build's only. */
export function otherBasePlatform(
  settings: LintSettings,
  base: { readonly reference: string; readonly actual: string; readonly expected: string },
  range: SourceRange,
): LintWarning[] {
  const { reference, actual, expected } = base;
  const detail = `Base image ${reference} was pulled with platform ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)} for current build`;
  return finding(settings, 'InvalidBaseImagePlatform', detail, range);
}
