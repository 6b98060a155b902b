import type { DoctorReport, FindingCode } from '../../../runtime/api/types/doctor.ts';
import type { FindingWords } from '../../strings/en/findings.ts';
import { diskSize, joined, listed, thousands } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';

type Finding = DoctorReport['findings'][number];
type Said = Pick<Finding, 'what' | 'why' | 'fix'>;

/** A finding in the app's language. One of a code that is not known here, or without what its words need, is in the engine's own words. */
export function findingWords({ code, params, ...own }: Finding): Said {
  // An engine of another version may know other codes.
  const words = (t.findings as Partial<Record<string, FindingWords>>)[code satisfies FindingCode];
  if (!words) return own;
  const texts = [words.what, words.why ?? '', words.fix ?? own.fix].map((text, index) => (index === 2 && !words.fix ? text : filled(text, params ?? {})));
  const [what, why, fix] = texts;
  return what === null || why === null || fix === null ? own : { what: what ?? '', why: why ?? '', fix: fix ?? '' };
}

/** Null: a parameter is not there. */
function filled(text: string, params: Finding['params']): string | null {
  let isWhole = true;
  const said = text.replaceAll(/\{(\w+)(:bytes)?\}/g, (_, name: string, bytes: string | undefined) => {
    const value = params[name];
    isWhole &&= value !== undefined;
    if (typeof value === 'number') return bytes ? joined(diskSize(value)) : thousands(value);
    return typeof value === 'string' ? value : listed(value ?? []);
  });
  return isWhole ? said : null;
}
