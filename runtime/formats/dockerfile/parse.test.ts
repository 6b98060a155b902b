import { describe, expect, it } from 'vitest';
import type { Instruction } from './ast.ts';
import { parseDockerfile } from './parse.ts';

const parsed = (text: string) => parseDockerfile(text, { fileName: 'Dockerfile' });

/** The instructions of a stage, without their places and texts. */
function inStage(text: string): unknown[] {
  return (parsed(`FROM scratch\n${text}`).stages[0]?.instructions ?? []).map(bare);
}

function bare({ text: _, range: __, ...rest }: Instruction): unknown {
  return rest;
}

const run = (line: string, more: object = {}) => ({ kind: 'RUN', command: { form: 'shell', line }, heredocs: [], mounts: [], ...more });
const copy = (sources: unknown[], destination: string, more: object = {}) => ({
  sources,
  destination,
  link: false,
  parents: false,
  exclude: [],
  ...more,
});

describe('lines of a Dockerfile', () => {
  it.each<[string, string, unknown[]]>([
    ['continued by a backslash', 'RUN a \\\n  b', [run('a   b')]],
    ['joined without a space', 'RUN a\\\nb', [run('ab')]],
    ['with white space behind the backslash', 'RUN a \\ \t\n b', [run('a  b')]],
    ['with an escaped backslash at the end', 'RUN a \\\\\nRUN b', [run('a \\\\'), run('b')]],
    ['with CRLF', 'RUN a \\\r\n b\r\nRUN c\r\n', [run('a  b'), run('c')]],
    ['with comments inside', 'RUN a \\\n# not this\n  # nor this\n b', [run('a  b')]],
    ['with an empty line inside', 'RUN a \\\n\n b', [run('a  b')]],
    ['with a hash that begins no comment', 'RUN echo # x', [run('echo # x')]],
    ['with nothing behind the last backslash', 'RUN a \\', [run('a')]],
    ['with a lone backslash first', '\\\nRUN a', [run('a')]],
    ['indented', '   RUN a\n\t\tRUN b', [run('a'), run('b')]],
    ['in small letters', 'run a', [run('a')]],
    ['with a form feed between', 'RUN\fa', [run('a')]],
  ])('%s', (_, text, instructions) => {
    expect(inStage(text)).toEqual(instructions);
  });

  it('take a backtick for the escape when a directive says so', () => {
    const file = parsed('# escape=`\nFROM scratch\nRUN dir c:\\ `\n  /w\n');
    expect(file.escape).toBe('`');
    expect(file.stages[0]?.instructions.map(bare)).toEqual([run('dir c:\\   /w')]);
  });

  it('say where an instruction is and how it was written', () => {
    const [first, second] = parsed('FROM scratch\n\n  run a \\\n# c\n   && b\ncopy <<E /\nx\nE\n').stages[0]?.instructions ?? [];
    expect(first).toMatchObject({ text: 'RUN a    && b', range: { start: { line: 3, column: 3 }, end: { line: 5, column: 8 } } });
    expect(second).toMatchObject({ text: 'COPY <<E /', range: { start: { line: 6, column: 1 }, end: { line: 8, column: 2 } } });
  });
});

describe('directives', () => {
  it.each([
    ['# syntax=docker/dockerfile:1\nFROM a', { syntax: 'docker/dockerfile:1', escape: '\\' }],
    ['#SYNTAX = x y \n# escape = `\nFROM a', { syntax: 'x y', escape: '`' }],
    ['\uFEFF# escape=`\nFROM a', { escape: '`' }],
    ['# other=1\n# escape=`\nFROM a', { escape: '\\' }],
    ['# a comment\n# escape=`\nFROM a', { escape: '\\' }],
    ['\n# escape=`\nFROM a', { escape: '\\' }],
    ['FROM a\n# escape=`', { escape: '\\' }],
  ])('%j', (text, directives) => {
    expect(parsed(text)).toMatchObject(directives);
  });
});

describe('instructions', () => {
  it.each<[string, unknown]>([
    ['ADD a b /c/', { kind: 'ADD', copy: copy(['a', 'b'], '/c/'), keepGitDir: false }],
    ['ADD ["a b", "c d"]', { kind: 'ADD', copy: copy(['a b'], 'c d'), keepGitDir: false }],
    [
      'ADD --checksum=sha256:ab --keep-git-dir --unpack=false --chown=1:2 --chmod=u+x --link https://x.test/a /',
      {
        kind: 'ADD',
        copy: copy(['https://x.test/a'], '/', { chown: '1:2', chmod: 'u+x', link: true }),
        checksum: 'sha256:ab',
        keepGitDir: true,
        unpack: false,
      },
    ],
    [
      'COPY --from=build --parents --exclude=*.md --exclude="a b" x y',
      { kind: 'COPY', copy: copy(['x'], 'y', { parents: true, exclude: ['*.md', 'a b'] }), from: 'build' },
    ],
    ['COPY --link=false x y', { kind: 'COPY', copy: copy(['x'], 'y') }],
    ['COPY $A ${B:-c} /', { kind: 'COPY', copy: copy(['$A', '${B:-c}'], '/') }],
    ['COPY ["a" b', { kind: 'COPY', copy: copy(['["a"'], 'b') }],
    ['ARG A', { kind: 'ARG', args: [{ key: 'A' }] }],
    ['ARG A=1 B C="x y"', { kind: 'ARG', args: [{ key: 'A', value: '1' }, { key: 'B' }, { key: 'C', value: '"x y"' }] }],
    ['ARG A=', { kind: 'ARG', args: [{ key: 'A', value: '' }] }],
    ['CMD ["a", "b"]', { kind: 'CMD', command: { form: 'exec', argv: ['a', 'b'] } }],
    ["CMD ['a']", { kind: 'CMD', command: { form: 'shell', line: "['a']" } }],
    ['CMD [ -f x ] && y', { kind: 'CMD', command: { form: 'shell', line: '[ -f x ] && y' } }],
    ['CMD a b', { kind: 'CMD', command: { form: 'shell', line: 'a b' } }],
    ['CMD []', { kind: 'CMD', command: { form: 'exec', argv: [] } }],
    ['CMD', { kind: 'CMD', command: { form: 'shell', line: '' } }],
    ['ENTRYPOINT ["/e"]', { kind: 'ENTRYPOINT', command: { form: 'exec', argv: ['/e'] } }],
    [
      'ENV A=1 B="x y" C=a\\ b',
      {
        kind: 'ENV',
        pairs: [
          { key: 'A', value: '1' },
          { key: 'B', value: '"x y"' },
          { key: 'C', value: 'a\\ b' },
        ],
      },
    ],
    ['ENV A one  two', { kind: 'ENV', pairs: [{ key: 'A', value: 'one  two' }] }],
    [
      'LABEL "a b"=c d=',
      {
        kind: 'LABEL',
        pairs: [
          { key: '"a b"', value: 'c' },
          { key: 'd', value: '' },
        ],
      },
    ],
    ['EXPOSE 80 $P/udp 1-2/tcp', { kind: 'EXPOSE', ports: ['80', '$P/udp', '1-2/tcp'] }],
    ['HEALTHCHECK NONE', { kind: 'HEALTHCHECK', health: { none: true } }],
    [
      'HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=2s --start-interval=1s --retries=3 CMD test -f /x',
      {
        kind: 'HEALTHCHECK',
        health: { none: false, command: { form: 'shell', line: 'test -f /x' }, interval: 90e9, timeout: 5e8, startPeriod: 2e9, startInterval: 1e9, retries: 3 },
      },
    ],
    ['HEALTHCHECK cmd ["/c"]', { kind: 'HEALTHCHECK', health: { none: false, command: { form: 'exec', argv: ['/c'] } } }],
    ['MAINTAINER a <b@c>', { kind: 'MAINTAINER', value: 'a <b@c>' }],
    ['ONBUILD run make  x', { kind: 'ONBUILD', instruction: 'run make  x' }],
    ['ONBUILD COPY <<E /\nx\nE', { kind: 'ONBUILD', instruction: 'COPY <<E /\nx\nE' }],
    ['RUN ["a", "b"]', run('', { command: { form: 'exec', argv: ['a', 'b'] } })],
    ['RUN --network=none --security=insecure x --y', run('x --y', { network: 'none', security: 'insecure' })],
    ['RUN -- x', run('x')],
    ['SHELL ["bash", "-c"]', { kind: 'SHELL', argv: ['bash', '-c'] }],
    ['STOPSIGNAL $S', { kind: 'STOPSIGNAL', value: '$S' }],
    ['USER a:b', { kind: 'USER', value: 'a:b' }],
    ['VOLUME /a /b', { kind: 'VOLUME', paths: ['/a', '/b'] }],
    ['VOLUME ["/a b"]', { kind: 'VOLUME', paths: ['/a b'] }],
    ['WORKDIR /a b', { kind: 'WORKDIR', value: '/a b' }],
  ])('%s', (text, instruction) => {
    expect(inStage(text)).toEqual([instruction]);
  });

  it.each<[string, object]>([
    ['type=cache,target=/x', { type: 'cache', options: { type: 'cache', target: '/x' } }],
    ['type=bind,src=a,dst=b,ro', { type: 'bind', options: { type: 'bind', source: 'a', target: 'b', readonly: 'true' } }],
    ['target=/x,rw', { type: 'bind', options: { target: '/x', readonly: 'false' } }],
    ['target=/x,rw=false', { type: 'bind', options: { target: '/x', readonly: 'true' } }],
    [
      'type=cache,id=$X,destination=/x,sharing=locked,mode=0755,uid=1',
      { type: 'cache', options: { type: 'cache', id: '$X', target: '/x', sharing: 'locked', mode: '0755', uid: '1' } },
    ],
    ['type=tmpfs,target=/t,size=10m', { type: 'tmpfs', options: { type: 'tmpfs', target: '/t', size: '10m' } }],
    ['type=secret,id=s,required,env=S', { type: 'secret', options: { type: 'secret', id: 's', required: 'true', env: 'S' } }],
    ['type=ssh', { type: 'ssh', options: { type: 'ssh' } }],
    ['"target=/a,b",from=x', { type: 'bind', options: { target: '/a,b', from: 'x' } }],
  ])('RUN --mount=%s', (text, mount) => {
    expect(inStage(`RUN --mount='${text}' x`)).toEqual([run('x', { mounts: [mount] })]);
  });
});

describe('here-documents', () => {
  const doc = (name: string, content: string, more: object = {}) => ({ name, content, expand: true, chomp: false, ...more });

  it.each<[string, unknown[]]>([
    ['RUN <<EOF\na\n b\nEOF\nRUN c', [run('<<EOF', { heredocs: [doc('EOF', 'a\n b\n')] }), run('c')]],
    ['RUN <<-EOF\n\t\ta\n\tEOF', [run('<<-EOF', { heredocs: [doc('EOF', 'a\n', { chomp: true, written: '\t\ta\n' })] })]],
    ['RUN <<"EOF" cat\n$A\nEOF', [run('<<"EOF" cat', { heredocs: [doc('EOF', '$A\n', { expand: false })] })]],
    ["RUN <<E'O'F\nEOF", [run("<<E'O'F", { heredocs: [doc('EOF', '', { expand: false })] })]],
    ['RUN a 3<<X <<Y\n1\nX\n2\nY', [run('a 3<<X <<Y', { heredocs: [doc('X', '1\n'), doc('Y', '2\n')] })]],
    ['COPY <<a.txt <<b.txt /d/\n1\na.txt\n# kept\n\nb.txt', [{ kind: 'COPY', copy: copy([doc('a.txt', '1\n'), doc('b.txt', '# kept\n\n')], '/d/') }]],
    ['ADD <<a x /d/\n1\na', [{ kind: 'ADD', copy: copy([doc('a', '1\n'), 'x'], '/d/'), keepGitDir: false }]],
    ["RUN <<'A B' cat\nx\nA B", [run("<<'A B' cat", { heredocs: [doc('A B', 'x\n', { expand: false })] })]],
    ['RUN cat <<< x', [run('cat <<< x')]],
    ['RUN echo "<<EOF"', [run('echo "<<EOF"')]],
    ['RUN echo $((1 << 2))', [run('echo $((1 << 2))')]],
    ['RUN ["cat", "<<EOF"]', [run('', { command: { form: 'exec', argv: ['cat', '<<EOF'] } })]],
    ['CMD cat <<EOF', [{ kind: 'CMD', command: { form: 'shell', line: 'cat <<EOF' } }]],
    ['RUN <<EOF\na \\\nEOF', [run('<<EOF', { heredocs: [doc('EOF', 'a \\\n')] })]],
    ['RUN <<EOF\r\na\r\nEOF\r\n', [run('<<EOF', { heredocs: [doc('EOF', 'a\r\n')] })]],
  ])('%j', (text, instructions) => {
    expect(inStage(text)).toEqual(instructions);
  });
});

describe('stages', () => {
  it('have names in small letters, and arguments before the first are global', () => {
    const file = parsed('ARG V=1\nARG W\nFROM --platform=$BUILDPLATFORM a:$V AS Build\nRUN x\nFROM build\n');
    expect(file.globalArgs.map(bare)).toEqual([
      { kind: 'ARG', args: [{ key: 'V', value: '1' }] },
      { kind: 'ARG', args: [{ key: 'W' }] },
    ]);
    expect(file.stages.map(({ index, name, from, instructions }) => ({ index, name, from: bare(from), count: instructions.length }))).toEqual([
      { index: 0, name: 'build', from: { kind: 'FROM', image: 'a:$V', platform: '$BUILDPLATFORM', name: 'Build' }, count: 1 },
      { index: 1, name: undefined, from: { kind: 'FROM', image: 'build' }, count: 0 },
    ]);
  });
});

describe('what is wrong', () => {
  it.each<[string, string, number, number]>([
    ['RUNN x', 'dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)', 2, 1],
    ['\n  copi a b', 'dockerfile parse error on line 3: unknown instruction: copi (did you mean COPY?)', 3, 3],
    ['XYZZY', 'dockerfile parse error on line 2: unknown instruction: XYZZY', 2, 1],
    ['constructor', 'unknown instruction: constructor', 2, 1],
    ['COPY --form=x a b', 'dockerfile parse error on line 2: unknown flag: --form (did you mean from?)', 2, 6],
    ['COPY --link \\\n  --chwon=1 a b', 'dockerfile parse error on line 3: unknown flag: --chwon (did you mean chown?)', 3, 3],
    ['CMD --x', 'unknown flag: --x', 2, 5],
    ['COPY --from=a --from=b c d', 'duplicate flag specified: --from', 2, 15],
    ['COPY --from a b', 'missing a value on flag: --from', 2, 6],
    ['COPY --link= a b', 'missing a value on flag: --link', 2, 6],
    ['COPY --link=often a b', 'expecting boolean value for flag --link, not: often', 2, 6],
    ['COPY a', 'COPY requires at least two arguments, but only one was provided. Destination could not be determined', 2, 1],
    ['ADD', 'ADD requires at least two arguments', 2, 1],
    ['COPY a <<E\nE', 'COPY cannot accept a heredoc as a destination', 2, 8],
    ['COPY <<E /\nx', 'unterminated heredoc', 2, 1],
    ['COPY ["a", 1]', 'arrays must be comprised of strings only', 2, 6],
    ['FROM', 'FROM requires either one or three arguments', 2, 1],
    ['FROM a b', 'FROM requires either one or three arguments', 2, 1],
    ['FROM a at b', 'FROM requires either one or three arguments', 2, 1],
    ['FROM a as 1b', 'invalid name for build stage: "1b", name can\'t start with a number or contain symbols', 2, 11],
    ['ENV', 'ENV requires at least one argument', 2, 1],
    ['ENV A', 'ENV must have two arguments', 2, 1],
    ['ENV A=1 B', 'Syntax error - can\'t find = in "B". Must be of the form: name=value', 2, 9],
    ['ENV =1', 'ENV names can not be blank', 2, 5],
    ['LABEL A', 'LABEL must have two arguments', 2, 1],
    ['ARG', 'ARG requires at least one argument', 2, 1],
    ['ARG =x', 'ARG names can not be blank', 2, 5],
    ['ENTRYPOINT', 'ENTRYPOINT requires at least one argument', 2, 1],
    ['RUN', 'RUN requires at least one argument', 2, 1],
    ['SHELL bash -c', 'SHELL requires the arguments to be in JSON form', 2, 1],
    ['SHELL []', 'SHELL requires at least one argument', 2, 1],
    ['EXPOSE', 'EXPOSE requires at least one argument', 2, 1],
    ['USER', 'USER requires exactly one argument', 2, 1],
    ['WORKDIR', 'WORKDIR requires exactly one argument', 2, 1],
    ['STOPSIGNAL', 'STOPSIGNAL requires exactly one argument', 2, 1],
    ['MAINTAINER', 'MAINTAINER requires exactly one argument', 2, 1],
    ['VOLUME [""]', 'VOLUME specified can not be an empty string', 2, 1],
    ['VOLUME []', 'VOLUME requires at least one argument', 2, 1],
    ['HEALTHCHECK', 'HEALTHCHECK requires at least one argument', 2, 1],
    ['HEALTHCHECK NONE x', 'HEALTHCHECK NONE takes no arguments', 2, 13],
    ['HEALTHCHECK CMD', 'Missing command after HEALTHCHECK CMD', 2, 13],
    ['HEALTHCHECK curl x', 'Unknown type "CURL" in HEALTHCHECK (try CMD)', 2, 13],
    ['HEALTHCHECK --interval=1 CMD x', 'invalid duration "1" for --interval', 2, 1],
    ['HEALTHCHECK --interval=1us CMD x', 'Interval "interval" cannot be less than 1ms', 2, 1],
    ['HEALTHCHECK --retries=-1 CMD x', '--retries cannot be less than 0 (-1)', 2, 1],
    ['HEALTHCHECK --retries=x CMD x', '--retries must be a number', 2, 1],
    ['ONBUILD', 'ONBUILD requires at least one argument', 2, 1],
    ['ONBUILD ONBUILD RUN x', "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", 2, 9],
    ['ONBUILD FROM x', "FROM isn't allowed as an ONBUILD trigger", 2, 9],
    ['ONBUILD RUNN x', 'dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)', 2, 9],
    ['RUN --mount=type=bnd,target=/x y', 'unsupported mount type "bnd" (did you mean bind?)', 2, 5],
    ['RUN --mount=targett=/x y', "unexpected key 'targett' in 'targett=/x' (did you mean target?)", 2, 5],
    ['RUN --mount=target y', "invalid field 'target' must be a key=value pair", 2, 5],
    ['RUN --mount=from=$X,target=/x y', "'from' doesn't support variable expansion", 2, 5],
    ['RUN --mount=target=/x,sharing=locked y', "unexpected key 'sharing' for mount type 'bind'", 2, 5],
    ['RUN --mount=type=cache,target=/x,sharing=some y', 'unsupported sharing value "some"', 2, 5],
    ['RUN --mount=type=cache,target=/x,mode=9 y', 'invalid value for mode: 9', 2, 5],
    ['RUN --mount=type=tmpfs,target=/x,size=many y', 'invalid value for size: many', 2, 5],
    ['RUN --mount=type=secret y', 'invalid secret mount. one of source, target required', 2, 5],
    ['RUN --mount=type=secret,id=a,src=b y', "both source and id can't be set", 2, 5],
    ["RUN --mount='\"target=/x' y", 'failed to parse csv mounts', 2, 5],
    ['RUN --network=bridge y', 'network mode "bridge" is not one of default, none, host', 2, 1],
    ['RUN a\0b', 'a NUL byte', 2, 6],
    [`RUN ${'a'.repeat(70_000)}`, 'dockerfile line greater than max allowed size of 65535', 2, 65_536],
  ])('%j', (text, message, line, column) => {
    expect(() => parsed(`FROM scratch\n${text}`)).toThrow(
      expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringContaining(message) as string, details: { line, column } }),
    );
  });

  it.each([
    ['', 'the Dockerfile cannot be empty'],
    ['# only this\n\n', 'file with no instructions'],
    ['\\', 'file with no instructions'],
    ['RUN x\nFROM y', 'dockerfile parse error on line 1: no build stage in current context'],
    ['# escape=x\nFROM a', "dockerfile parse error on line 1: invalid escape token 'x' does not match ` or \\"],
    ['# escape=`\n# escape=`\nFROM a', 'dockerfile parse error on line 2: only one escape parser directive can be used'],
    ['RUN x\n'.repeat(10_001), 'more than 10000 instructions'],
    ['#'.repeat(3 * 1024 * 1024), 'Dockerfile is larger than 2097152 bytes'],
  ])('in the whole: %.40j', (text, message) => {
    expect(() => parsed(text)).toThrow(expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringContaining(message) as string }));
  });
});
