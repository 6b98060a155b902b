import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../parse.ts';
import { copyOfIgnored, otherBasePlatform, undefinedVariable } from './plan-rules.ts';
import { pageOf, RULES, type RuleName } from './rules.ts';
import { lintSettings, refuseFindings } from './settings.ts';

const parsed = (text: string, checks?: string) => parseDockerfile(text, { fileName: 'Dockerfile', ...(checks === undefined ? {} : { checks }) });

/** `line rule: detail` of each finding. */
const found = (text: string): string[] => parsed(text).warnings.map(({ rule, detail, range }) => `${range.start.line} ${rule}: ${detail}`);

describe('the checks find', () => {
  it.each<[string, string[]]>([
    ['FROM a AS b\nRUN x', []],
    ['FROM a AS Build', ["1 StageNameCasing: Stage name 'Build' should be lowercase"]],
    ['FROM a as b', ["1 FromAsCasing: 'as' and 'FROM' keywords' casing do not match"]],
    ['from a AS b', ["1 FromAsCasing: 'AS' and 'from' keywords' casing do not match"]],
    ['from a as b', []],
    ['FROM a\nRUN x \\\n\n y', ['2 NoEmptyContinuation: Empty continuation line']],
    ['FROM a\nRUN x\nrun y', ["3 ConsistentInstructionCasing: Command 'run' should match the case of the command majority (uppercase)"]],
    ['from a\nrun x\nRun y', ["3 ConsistentInstructionCasing: Command 'Run' should match the case of the command majority (lowercase)"]],
    ['from a\nRUN x', ["1 ConsistentInstructionCasing: Command 'from' should match the case of the command majority (uppercase)"]],
    ['FROM a AS b\nFROM c AS b', ['2 DuplicateStageName: Duplicate stage name "b", stage names should be unique']],
    ['FROM a AS scratch', ['1 ReservedStageName: Stage name should not use the same name as reserved stage "scratch"']],
    ['FROM a AS context', ['1 ReservedStageName: Stage name should not use the same name as reserved stage "context"']],
    ['FROM a\nCMD x', ['2 JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals']],
    ['FROM a\nENTRYPOINT x', ['2 JSONArgsRecommended: JSON arguments recommended for ENTRYPOINT to prevent unintended behavior related to OS signals']],
    ['FROM a\nSHELL ["bash", "-c"]\nCMD x', []],
    ['FROM a AS b\nSHELL ["bash", "-c"]\nFROM b\nCMD x', []],
    ['FROM a\nMAINTAINER me', ['2 MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label']],
    ['FROM $X', ["1 UndefinedArgInFrom: FROM argument 'X' is not declared"]],
    ['ARG VERSION=1\nFROM a:$VERSIN', ["2 UndefinedArgInFrom: FROM argument 'VERSIN' is not declared (did you mean VERSION?)"]],
    ['ARG V=1\nFROM a:${V}', []],
    ['FROM --platform=$BUILDPLATFORM a', []],
    ['FROM a:${X:-1}', []],
    ['ARG V\nFROM $V', ['2 InvalidDefaultArgInFrom: Default value for ARG $V results in empty or invalid base image name']],
    ['ARG V\nFROM a:$V', ['2 InvalidDefaultArgInFrom: Default value for ARG a:$V results in empty or invalid base image name']],
    ['ARG V\nFROM a:${V:-1}', []],
    ['ARG V=A B\nFROM b:$V', []],
    ['FROM a\nWORKDIR b', ['2 WorkdirRelativePath: Relative workdir "b" can have unexpected results if the base image changes']],
    ['FROM a\nWORKDIR /b\nWORKDIR c', []],
    ['FROM a AS b\nWORKDIR /b\nFROM b\nWORKDIR c', []],
    ['FROM a\nWORKDIR $X/c', []],
    [
      'FROM a\nCMD ["x"]\nCMD ["y"]',
      ['2 MultipleInstructionsDisallowed: Multiple CMD instructions should not be used in the same stage because only the last one will be used'],
    ],
    ['FROM a AS b\nCMD ["x"]\nFROM b\nCMD ["y"]', []],
    [
      'FROM a\nHEALTHCHECK NONE\nHEALTHCHECK CMD x\nHEALTHCHECK NONE',
      [2, 3].map(
        (line) =>
          `${line} MultipleInstructionsDisallowed: Multiple HEALTHCHECK instructions should not be used in the same stage because only the last one will be used`,
      ),
    ],
    ['FROM a\nENV A b', ['2 LegacyKeyValueFormat: "ENV key=value" should be used instead of legacy "ENV key value" format']],
    ['FROM a\nLABEL A b', ['2 LegacyKeyValueFormat: "LABEL key=value" should be used instead of legacy "LABEL key value" format']],
    ['FROM a\nENV A="b c" \\\n D=e', []],
    [
      'FROM --platform=$TARGETPLATFORM a',
      ['1 RedundantTargetPlatform: Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior'],
    ],
    ['FROM --platform=linux/amd64 a', ['1 FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant value "linux/amd64"']],
    ['FROM --platform=linux/amd64 a AS build_amd64', []],
    ['FROM a\nARG API_TOKEN', ['2 SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG "API_TOKEN")']],
    ['FROM a\nENV password=x', ['2 SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ENV "password")']],
    ['FROM a\nENV PUBLIC_KEY=x MONKEY=y TOKENS=z', []],
    ['FROM a\nEXPOSE 80/TCP', ["2 ExposeProtoCasing: Defined protocol '80/TCP' in EXPOSE instruction should be lowercase"]],
    [
      'FROM a\nEXPOSE 127.0.0.1:80:80 81',
      ["2 ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '127.0.0.1:80:80'"],
    ],
    ['FROM a\nEXPOSE $X/TCP', []],
    ['# other words\nFROM a AS b', []],
    [
      '# check=experimental=all\n# other words\nFROM a AS b',
      ['3 InvalidDefinitionDescription: Comment for FROM should follow the format: `# b <description>`'],
    ],
    ['# check=experimental=InvalidDefinitionDescription\n# b builds\nFROM a AS b', []],
    ['# check=experimental=all\nFROM a AS b', []],
    [
      '# check=experimental=all\n# x\nARG A B\nFROM a',
      ['3 InvalidDefinitionDescription: Comment for ARG should follow the format: `# <arg_key> <description>`'],
    ],
    [
      '# check=skip=StageNameCasing , MaintainerDeprecated\nFROM a AS B\nMAINTAINER me\nCMD x',
      ['4 JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals'],
    ],
    ['# check=skip=all\nFROM a AS B\nCMD x', []],
  ])('in %j', (text, findings) => {
    expect(found(text)).toEqual(findings);
  });
});

it('says of each finding what its rule is and where it is explained', () => {
  expect(parsed('FROM a\n\n  CMD x \\\n y').warnings).toEqual([
    {
      rule: 'JSONArgsRecommended',
      description: 'JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals',
      url: 'https://docs.docker.com/go/dockerfile/rule/json-args-recommended/',
      detail: 'JSON arguments recommended for CMD to prevent unintended behavior related to OS signals',
      range: { start: { line: 3, column: 3 }, end: { line: 4, column: 3 } },
    },
  ]);
});

it.each<[RuleName, string]>([
  ['UndefinedArgInFrom', 'undefined-arg-in-from'],
  ['FromAsCasing', 'from-as-casing'],
  ['SecretsUsedInArgOrEnv', 'secrets-used-in-arg-or-env'],
  ['UndefinedVar', 'undefined-var'],
])('%s is explained at %s', (name, slug) => {
  expect(pageOf(name)).toBe(`https://docs.docker.com/go/dockerfile/rule/${slug}/`);
});

describe('settings', () => {
  it('of the request go before those of the file', () => {
    expect(parsed('# check=skip=all\nFROM a\nCMD x', 'error=true')).toMatchObject({ checks: { isError: true }, warnings: [{ rule: 'JSONArgsRecommended' }] });
  });

  it.each([
    ['often=true', 'invalid check option "often=true"'],
    ['skip', 'invalid check option "skip"'],
    ['error=maybe', 'failed to parse check option "error=maybe"'],
  ])('%s is refused', (text, message) => {
    expect(() => lintSettings(text)).toThrow(expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringContaining(message) as string }));
  });

  it('can make findings end the build', () => {
    const { checks, warnings } = parsed('# check=error=true\nFROM a AS B\nMAINTAINER me\nMAINTAINER you');
    expect(() => refuseFindings(checks, warnings)).toThrow('lint violation found for rules: MaintainerDeprecated, StageNameCasing');
    expect(() => refuseFindings(checks, [])).not.toThrow();
    expect(() => refuseFindings(lintSettings(''), warnings)).not.toThrow();
  });
});

describe('what a plan finds', () => {
  const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } };

  it.each([
    [undefinedVariable(lintSettings(''), 'PTAH', ['PATH', 'HOME'], range), 'UndefinedVar', "Usage of undefined variable '$PTAH' (did you mean $PATH?)"],
    [undefinedVariable(lintSettings(''), 'XYZZY', ['PATH'], range), 'UndefinedVar', "Usage of undefined variable '$XYZZY'"],
    [copyOfIgnored(lintSettings(''), 'ADD', 'a b', range), 'CopyIgnoredFile', 'Attempting to Add file "a b" that is excluded by .dockerignore'],
    [
      otherBasePlatform(lintSettings(''), { reference: 'a:1', actual: 'linux/arm64', expected: 'linux/amd64' }, range),
      'InvalidBaseImagePlatform',
      'Base image a:1 was pulled with platform "linux/arm64", expected "linux/amd64" for current build',
    ],
  ])('%j', (warnings, rule, detail) => {
    expect(warnings).toEqual([{ rule, detail, range, description: RULES[rule as RuleName].description, url: pageOf(rule as RuleName) }]);
  });

  it('is left out where the file says so', () => {
    expect(undefinedVariable(lintSettings('skip=UndefinedVar'), 'X', [], range)).toEqual([]);
  });
});
