import type { Instruction, LintSettings, LintWarning } from '../ast.ts';
import { isLegacyPair } from '../instructions/key-values.ts';
import type { Line } from './line.ts';
import { finding } from './settings.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { readonly kind: Kind }>;

const SECRET = /(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
const PUBLIC = /(?:_|^)public(?:_|$)/i;

/** LegacyKeyValueFormat. */
export function legacyPairs(settings: LintSettings, kind: 'ENV' | 'LABEL', { sentence, instruction }: Line): LintWarning[] {
  if (!isLegacyPair(instruction.text.slice(kind.length).trim(), sentence.escape)) return [];
  return finding(settings, 'LegacyKeyValueFormat', `"${kind} key=value" should be used instead of legacy "${kind} key value" format`, instruction.range);
}

/** SecretsUsedInArgOrEnv. */
export function secretNames(settings: LintSettings, kind: 'ARG' | 'ENV', keys: readonly string[], { range }: Instruction): LintWarning[] {
  return keys
    .filter((key) => SECRET.test(key) && !PUBLIC.test(key))
    .flatMap((key) =>
      finding(settings, 'SecretsUsedInArgOrEnv', `Do not use ARG or ENV instructions for sensitive data (${kind} ${JSON.stringify(key)})`, range),
    );
}

/** ExposeProtoCasing, ExposeInvalidFormat; of a port with variables nothing can be said. */
export function exposedPorts(settings: LintSettings, { ports, range }: Of<'EXPOSE'>): LintWarning[] {
  return ports
    .filter((port) => !port.includes('$'))
    .flatMap((port) => {
      const protocol = port.split('/')[1] ?? '';
      const isMapped = port.includes(':');
      return [
        ...(protocol === protocol.toLowerCase()
          ? []
          : finding(settings, 'ExposeProtoCasing', `Defined protocol '${port}' in EXPOSE instruction should be lowercase`, range)),
        ...(isMapped
          ? finding(settings, 'ExposeInvalidFormat', `EXPOSE instruction should not define an IP address or host-port mapping, found '${port}'`, range)
          : []),
      ];
    });
}

/** InvalidDefinitionDescription: the comment right above an argument or a stage. */
export function description(settings: LintSettings, { sentence, instruction }: Line): LintWarning[] {
  const comment = sentence.comments.at(-1);
  const names =
    instruction.kind === 'ARG'
      ? instruction.args.map(({ key }) => key)
      : instruction.kind === 'FROM' && instruction.name !== undefined
        ? [instruction.name]
        : [];
  if (comment === undefined || names.length === 0 || names.includes(comment.split(' ')[0] ?? '')) return [];
  const example = names.length > 1 ? '<arg_key>' : names[0];
  return finding(
    settings,
    'InvalidDefinitionDescription',
    `Comment for ${instruction.kind} should follow the format: \`# ${example} <description>\``,
    instruction.range,
  );
}
