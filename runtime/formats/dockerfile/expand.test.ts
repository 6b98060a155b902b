import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandHeredoc, expandWord, expandWords, unquoted } from './expand.ts';

const values: Readonly<Record<string, string>> = {
  A: 'value',
  B: 'two words',
  E: '',
  P: '/usr/local/lib:/lib',
  F: 'archive.tar.gz',
  V: '1.2.3',
  S: 'a*b?c\\d',
  Q: '"q\'',
  _x1: 'under',
  PWD: '/home',
};
const lookup = (name: string): string | undefined => (Object.hasOwn(values, name) ? values[name] : undefined);
const word = (text: string, escape = '\\'): string => expandWord(text, { lookup, escape });

describe('a word', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['a b', 'a b'],
    ['$A', 'value'],
    ['${A}', 'value'],
    ['x$A-y', 'xvalue-y'],
    ['${A}x', 'valuex'],
    ['$Ax', ''],
    ['$A$E${A}', 'valuevalue'],
    ['$_x1.', 'under.'],
    ['$U', ''],
    ['${U}', ''],
    ['$', '$'],
    ['a$', 'a$'],
    ['$ A', '$ A'],
    ['$.', '$.'],
    ['$1', ''],
    ['$12x', 'x'],
    ['$@ $* $# $? $- $! $0 $$', '       '],
    ['$B', 'two words'],
    ["'$A'", '$A'],
    ['"$A"', 'value'],
    ['"\'$A\'"', "'value'"],
    ['\'"$A"\'', '"$A"'],
    ['a"b c"d', 'ab cd'],
    ['""', ''],
    ["''", ''],
    ['$Q', '"q\''],
    ['\\$A', '$A'],
    ['\\\\', '\\'],
    ['\\\\$A', '\\value'],
    ['\\"', '"'],
    ['\\a', 'a'],
    ['a\\ b', 'a b'],
    ['a\\', 'a'],
    ['"\\$A"', '$A'],
    ['"\\""', '"'],
    ['"\\\\"', '\\'],
    ['"\\a"', '\\a'],
    ["'\\'", '\\'],
    ["'a'\\''b'", "a'b"],
    ['${A:-x}', 'value'],
    ['${U:-x}', 'x'],
    ['${E:-x}', 'x'],
    ['${U-x}', 'x'],
    ['${E-x}', ''],
    ['${U:-}', ''],
    ['${U:-$A}', 'value'],
    ['${U:-${U2:-${A}}}', 'value'],
    ['${U:-"a }b"}', 'a }b'],
    ['${U:-a\\}b}', 'a}b'],
    ["${U:-'$A'}", '$A'],
    ['${U:-a b}', 'a b'],
    ['${A:+x}', 'x'],
    ['${E:+x}', ''],
    ['${U:+x}', ''],
    ['${A+x}', 'x'],
    ['${E+x}', 'x'],
    ['${U+x}', ''],
    ['${A:+${E:-deep}}', 'deep'],
    ['${A:?x}', 'value'],
    ['${E?x}', ''],
    ['${F#*.}', 'tar.gz'],
    ['${F##*.}', 'gz'],
    ['${F%.*}', 'archive.tar'],
    ['${F%%.*}', 'archive'],
    ['${F#archive}', '.tar.gz'],
    ['${F#no}', 'archive.tar.gz'],
    ['${F%gz}', 'archive.tar.'],
    ['${F#?}', 'rchive.tar.gz'],
    ['${F%??}', 'archive.tar.'],
    ['${F#*}', 'archive.tar.gz'],
    ['${F##*}', ''],
    ['${F%*}', 'archive.tar.gz'],
    ['${F%%*}', ''],
    ['${P%%:*}', '/usr/local/lib'],
    ['${P#*/}', 'usr/local/lib:/lib'],
    ['${P##*/}', 'lib'],
    ['${S#a\\*}', 'b?c\\d'],
    ['${S#a\\*b\\?c}', '\\d'],
    ['${S%\\\\d}', 'a*b?c'],
    ['${U#x}', ''],
    ['${V#${E}1.}', '2.3'],
    ['${V/./-}', '1-2.3'],
    ['${V//./-}', '1-2-3'],
    ['${V//.}', undefined],
    ['${V/1.*/x}', 'x'],
    ['${V//?/x}', 'xxxxx'],
    ['${V//./}', '123'],
    ['${V/9/x}', '1.2.3'],
    ['${P//\\//_}', '_usr_local_lib:_lib'],
    ['${P//l*b/L}', '/usr/L'],
    ['${A/v/$V}', '1.2.3alue'],
    ['${A/$E/x}', 'value'],
    ['${A/a/"}"}', 'v}lue'],
    ['${U/a/b}', ''],
    ['${é}', ''],
  ])('%s is %j', (text, expected) => {
    if (expected === undefined) expect(() => word(text)).toThrow("missing '/'");
    else expect(word(text)).toBe(expected);
  });

  it.each([
    ['`$A', '$A'],
    ['c:\\dir\\$A', 'c:\\dir\\value'],
    ['"`"a`""', '"a"'],
    ['"``"', '`'],
    ['\\', '\\'],
  ])('%s with a backtick for the escape is %j', (text, expected) => {
    expect(word(text, '`')).toBe(expected);
  });

  it.each([
    ["'a", 'unexpected end of statement while looking for matching single-quote'],
    ['"a', 'unexpected end of statement while looking for matching double-quote'],
    ['"${U:-"}', 'double-quote'],
    ['${A', "syntax error: missing '}'"],
    ['${', "syntax error: missing '}'"],
    ['${A:-x', "syntax error: missing '}'"],
    ['${A#x', "syntax error: missing '}'"],
    ['${A/x', "syntax error: missing '/' in ${}"],
    ['${A/x/y', "syntax error: missing '}'"],
    ['${}', 'syntax error: bad substitution'],
    ['${{A}}', 'syntax error: bad substitution'],
    ['${:-x}', 'syntax error: bad substitution'],
    ['${A:x}', 'unsupported modifier (:x) in substitution'],
    ['${A:#x}', 'unsupported modifier (:#) in substitution'],
    ['${A^}', 'unsupported modifier (^) in substitution'],
    ['${A[0]}', 'unsupported modifier ([) in substitution'],
    ['${U:?}', 'U: is not allowed to be unset'],
    ['${E:?}', 'E: is not allowed to be empty'],
    ['${U?give $A}', 'U: give value'],
    [`${'${U:-'.repeat(60)}${'}'.repeat(60)}`, 'nested more than 50 times'],
  ])('%s is refused', (text, message) => {
    expect(() => word(text)).toThrow(expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringMatching(/^failed to process "/) as string }));
    expect(() => word(text)).toThrow(message);
  });

  it('does not grow without bound', () => {
    const large = { lookup: () => 'x'.repeat(1024 * 1024) };
    expect(() => expandWord('$A$A$A$A$A', large)).toThrow('the result is longer than');
    expect(() => expandWord('${A//a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*q*r*s*t*u*v*w*x*y*z/-}', large)).toThrow('too long for its value');
  });

  it('tells which variables were missing, unless it says what to do then', () => {
    const missing: string[] = [];
    expandWord('$A $U ${V2} ${U3:-x} ${U4:+x} ${U5#x} ${U6/a/$U7}', { lookup, onUndefined: (name) => missing.push(name) });
    expect(missing).toEqual(['U', 'V2', 'U5', 'U7', 'U6']);
  });
});

describe('words', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['a  b\tc', ['a', 'b', 'c']],
    ['"a b" c', ['a b', 'c']],
    ['a\\ b c', ['a b', 'c']],
    ['$B', ['two', 'words']],
    ['"$B"', ['two words']],
    ['x$B-y', ['xtwo', 'words-y']],
    ['$E a $U', ['a']],
    ['"" a', ['a']],
    ['${U:-a b} c', ['a', 'b', 'c']],
  ])('%s', (text, words) => {
    expect(expandWords(text, { lookup })).toEqual(words);
  });
});

describe("a here-document's content", () => {
  it.each([
    ['a "$A" \'$A\'\n', 'a "value" \'value\'\n'],
    ['\\$A \\\\ "unended\n', '$A \\ "unended\n'],
    ["it's ${U:-fine}\n", "it's fine\n"],
  ])('%j', (text, expected) => {
    expect(expandHeredoc(text, { lookup })).toBe(expected);
  });
});

it.each([
  ['"a b"c', 'a bc'],
  ["'$A'$A", '$A$A'],
  ['\\"', '"'],
])('unquoted(%s)', (text, expected) => {
  expect(unquoted(text)).toBe(expected);
});

it('gives back any text between single quotes, and any escaped text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const plain = text.replaceAll("'", '');
      expect(word(`'${plain}'`)).toBe(plain);
      expect(word(Array.from(text, (char) => `\\${char}`).join(''))).toBe(text);
    }),
  );
});

it('ends any text in a value or in InvalidArgument, soon', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('$', '{', '}', ':', '-', '#', '%', '/', '*', '?', '"', "'", '\\', 'A', 'U', ' ', 'x'), { maxLength: 40 }), (parts) => {
      const begun = performance.now();
      try {
        expect(typeof word(parts.join(''))).toBe('string');
      } catch (error) {
        expect(error).toMatchObject({ kind: 'InvalidArgument' });
      }
      expect(performance.now() - begun).toBeLessThan(1_000);
    }),
    { numRuns: 2_000 },
  );
});
