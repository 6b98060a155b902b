import { EngineError } from '../../base/errors.ts';
import type { Dockerfile } from '../../formats/dockerfile/ast.ts';
import { formatPlatform, type Platform } from '../../formats/platform.ts';
import { expand } from './expand.ts';
import type { PlanRequest } from './plan.ts';
import { atSource } from './source-error.ts';

/** Given to every RUN without a declaration, and kept out of its cache key and of the history. */
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);

/** Values a Dockerfile can refer to before its first stage, and which stages take over by `ARG name`. */
export type GlobalArguments = ReadonlyMap<string, string>;

/** The platforms of a build and the stage asked for, as BuildKit predefines them; a build argument of the name goes before. */
function platformArguments(build: Platform, target: Platform, { buildArgs, target: stage }: PlanRequest): Map<string, string> {
  const values: Record<string, string> = { TARGETSTAGE: stage || 'default' };
  for (const [prefix, platform] of [
    ['BUILD', build],
    ['TARGET', target],
  ] as const) {
    values[`${prefix}PLATFORM`] = formatPlatform(platform);
    values[`${prefix}OS`] = platform.os;
    values[`${prefix}OSVERSION`] = '';
    values[`${prefix}ARCH`] = platform.architecture;
    values[`${prefix}VARIANT`] = platform.variant ?? '';
  }
  return new Map(Object.entries(values).map(([key, value]) => [key, buildArgs[key] ?? value]));
}

/** Evaluates the ARG instructions before the first FROM. */
export function globalArguments(
  dockerfile: Dockerfile,
  request: PlanRequest,
  platforms: { readonly build: Platform; readonly target: Platform },
): GlobalArguments {
  const values = platformArguments(platforms.build, platforms.target, request);
  for (const instruction of dockerfile.globalArgs) {
    atSource(dockerfile, request.dockerfileName, instruction.range, () => {
      for (const { key, value } of instruction.args) {
        const given = request.buildArgs[key] ?? undefined;
        const found = given ?? (value === undefined ? undefined : expand(dockerfile, value, (name) => values.get(name)));
        if (found !== undefined) values.set(key, found);
      }
    });
  }
  return values;
}

/** `KEY=value` of the proxies that the request gives, by both of their names: programs look at one or the other. */
export function proxyVariables({ buildArgs }: PlanRequest): string[] {
  return PROXIES.flatMap((name) => {
    const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
    const value = buildArgs[name] || buildArgs[other] || '';
    return value === '' ? [] : [`${name}=${value}`];
  });
}

/** SOURCE_DATE_EPOCH in seconds; undefined when it is not given. Throws InvalidArgument. */
export function sourceDateEpoch({ buildArgs }: PlanRequest): number | undefined {
  const text = buildArgs['SOURCE_DATE_EPOCH'] ?? '';
  if (text === '') return undefined;
  if (!/^[0-9]{1,11}$/.test(text)) throw new EngineError('InvalidArgument', `invalid SOURCE_DATE_EPOCH: ${text.slice(0, 60)}: seconds since 1970 are expected`);
  return Number(text);
}
