import { describe, expect, it } from 'vitest';
import { applyChanges, type RunConfig } from './changes.ts';

const changed = (line: string | string[], config: RunConfig = {}): RunConfig => applyChanges(config, [line].flat());

describe('applyChanges', () => {
  it.each<[string, RunConfig, RunConfig]>([
    ['CMD ["x", "a b"]', {}, { Cmd: ['x', 'a b'] }],
    ['CMD echo $HOME "a"', {}, { Cmd: ['/bin/sh', '-c', 'echo $HOME "a"'] }],
    ['CMD echo', { Shell: ['/bin/bash', '-lc'] }, { Shell: ['/bin/bash', '-lc'], Cmd: ['/bin/bash', '-lc', 'echo'] }],
    ['cmd []', { Cmd: ['x'] }, { Cmd: [] }],
    ['ENTRYPOINT ["e"]', { Cmd: ['of the image'] }, { Entrypoint: ['e'], Cmd: null }],
    ['ENV A=1 B="two words" C=a\\ b', { Env: ['A=0', 'X=x'] }, { Env: ['A=1', 'X=x', 'B=two words', 'C=a b'] }],
    ['ENV A the rest of it', {}, { Env: ['A=the rest of it'] }],
    ["ENV P=$P:/x Q=${P} R='$P' S=${N:-none} T=${P:+set} U=\\$P", { Env: ['P=/bin'] }, { Env: ['P=/bin:/x', 'Q=/bin', 'R=$P', 'S=none', 'T=set', 'U=$P'] }],
    [
      'EXPOSE 80 53/UDP 8000-8002',
      { ExposedPorts: { '1/tcp': {} } },
      { ExposedPorts: { '1/tcp': {}, '80/tcp': {}, '53/udp': {}, '8000/tcp': {}, '8001/tcp': {}, '8002/tcp': {} } },
    ],
    ['LABEL a=1 "b c"="d e"', { Labels: { a: '0', z: 'z' } }, { Labels: { a: '1', z: 'z', 'b c': 'd e' } }],
    ['LABEL only this', {}, { Labels: { only: 'this' } }],
    ['ONBUILD RUN make', { OnBuild: ['COPY . .'] }, { OnBuild: ['COPY . .', 'RUN make'] }],
    ['USER $NAME:staff', { Env: ['NAME=me'] }, { Env: ['NAME=me'], User: 'me:staff' }],
    ['EXPOSE 127.0.0.1:80:8080/udp [::1]::9 7:8', {}, { ExposedPorts: { '8080/udp': {}, '9/tcp': {}, '8/tcp': {} } }],
    ['VOLUME /a /b', {}, { Volumes: { '/a': {}, '/b': {} } }],
    ['VOLUME ["/a b"]', {}, { Volumes: { '/a b': {} } }],
    ['WORKDIR sub', { WorkingDir: '/srv' }, { WorkingDir: '/srv/sub' }],
    ['WORKDIR /other/../x', { WorkingDir: '/srv' }, { WorkingDir: '/x' }],
    ['STOPSIGNAL SIGUSR1', {}, { StopSignal: 'SIGUSR1' }],
    ['HEALTHCHECK NONE', {}, { Healthcheck: { Test: ['NONE'] } }],
    [
      'HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=2s --start-interval=1s --retries=3 CMD test -f /x',
      {},
      {
        Healthcheck: {
          Test: ['CMD-SHELL', 'test -f /x'],
          Interval: 90e9,
          Timeout: 5e8,
          StartPeriod: 2e9,
          StartInterval: 1e9,
          Retries: 3,
        },
      },
    ],
    ['HEALTHCHECK CMD ["/check"]', {}, { Healthcheck: { Test: ['CMD', '/check'] } }],
  ])('%s', (line, before, after) => {
    expect(changed(line, before)).toEqual(after);
  });

  it('takes several lines, in one text or in many, continued ones and comments', () => {
    expect(changed(['# nothing\n\nENV A=1 \\\n  B=$A', 'USER u'])).toEqual({ Env: ['A=1', 'B='], User: 'u' });
  });

  it('keeps a command that is set before the entry point', () => {
    expect(changed(['CMD ["c"]', 'ENTRYPOINT ["e"]'])).toEqual({ Cmd: ['c'], Entrypoint: ['e'] });
  });

  it.each([
    ['FROM scratch', 'FROM is not a valid change command'],
    ['run make', 'RUN is not a valid change command'],
    ['FLY away', 'unknown instruction: FLY'],
    ['ENV A', 'ENV must have two arguments'],
    ['ENV A=1 B', 'can\'t find = in "B"'],
    ['ENV =x', 'ENV names can not be blank'],
    ['LABEL a="b', 'double-quote'],
    ['EXPOSE http', 'EXPOSE: invalid containerPort: http'],
    ['EXPOSE 70000', 'EXPOSE: invalid containerPort: 70000'],
    ['EXPOSE 9-8', 'EXPOSE: invalid containerPort: 9-8'],
    ['ONBUILD ONBUILD RUN x', 'Chaining ONBUILD'],
    ['ONBUILD FROM x', "FROM isn't allowed as an ONBUILD trigger"],
    ['USER', 'USER requires exactly one argument'],
    ['VOLUME [""]', 'VOLUME specified can not be an empty string'],
    ['STOPSIGNAL now!', 'STOPSIGNAL: invalid signal'],
    ['HEALTHCHECK --interval=1 CMD x', 'invalid duration "1" for --interval'],
    ['HEALTHCHECK --interval=1us CMD x', 'cannot be less than 1ms'],
    ['HEALTHCHECK --often=1s CMD x', 'unknown flag: --often'],
    ['HEALTHCHECK --retries=-1 CMD x', 'retries'],
    ['HEALTHCHECK CMD', 'Missing command after HEALTHCHECK CMD'],
    ['HEALTHCHECK x', 'Unknown type "X" in HEALTHCHECK'],
    ['USER ${A:?x}', 'A: x'],
    ['ENV $A=x', 'ENV names can not be blank'],
  ])('refuses %s', (line, message) => {
    expect(() => changed(line)).toThrow(expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringContaining(message) as string }));
  });
});
