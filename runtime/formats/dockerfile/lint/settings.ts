import { EngineError } from '../../../base/errors.ts';
import type { LintSettings, LintWarning, SourceRange } from '../ast.ts';
import { pageOf, type RuleName, ruleOf } from './rules.ts';

/** `skip=A,B;error=true;experimental=all`. Throws InvalidArgument for anything else. */
export function lintSettings(text: string): LintSettings {
  let settings: LintSettings = { skip: new Set(), experimental: new Set(), isError: false };
  for (const part of text.split(';').map((one) => one.trim())) {
    if (part === '') continue;
    const [, name = '', value = ''] = /^([^=]*?)\s*=\s*([^]*)$/.exec(part) ?? [];
    if (name === 'skip' || name === 'experimental') settings = { ...settings, [name]: rulesOf(value) };
    else if (name !== 'error') throw new EngineError('InvalidArgument', `invalid check option ${JSON.stringify(part.slice(0, 100))}`);
    else if (/^(?:1|t|true)$/i.test(value)) settings = { ...settings, isError: true };
    else if (/^(?:0|f|false)$/i.test(value)) settings = { ...settings, isError: false };
    else throw new EngineError('InvalidArgument', `failed to parse check option ${JSON.stringify(part.slice(0, 100))}: true or false is expected`);
  }
  return settings;
}

function rulesOf(text: string): 'all' | ReadonlySet<string> {
  return text === 'all' ? 'all' : new Set(text.split(',').map((name) => name.trim()));
}

/** A finding, or nothing where the settings leave its rule out. */
export function finding(settings: LintSettings, rule: RuleName, detail: string, range: SourceRange): LintWarning[] {
  const { description, isExperimental } = ruleOf(rule);
  const isAskedFor = isExperimental !== true || settings.experimental === 'all' || settings.experimental.has(rule);
  if (!isAskedFor || settings.skip === 'all' || settings.skip.has(rule)) return [];
  return [{ rule, description, url: pageOf(rule), detail, range }];
}

/** Throws InvalidArgument when findings are to end the build and there are any. */
export function refuseFindings(settings: LintSettings, warnings: readonly LintWarning[]): void {
  if (!settings.isError || warnings.length === 0) return;
  const rules = [...new Set(warnings.map(({ rule }) => rule))].sort();
  throw new EngineError('InvalidArgument', `lint violation found for rules: ${rules.join(', ')}`);
}
