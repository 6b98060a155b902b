import { describe, expect, it } from 'vitest';
import { candidatesOf, checkEnvironment, environmentOf, extendEnvironment, withHome } from './environment.ts';

describe('the environment', () => {
  it('starts from the defaults and replaces in place', () => {
    expect(environmentOf(['A=1', 'PATH=/x', 'A=2'], { hostname: 'h', tty: false })).toEqual(['PATH=/x', 'HOSTNAME=h', 'A=2']);
  });

  it('has TERM with a terminal only', () => {
    expect(environmentOf([], { hostname: 'h', tty: true })).toContain('TERM=xterm');
  });

  it('removes by a bare name', () => {
    expect(environmentOf(['HOSTNAME'], { hostname: 'h', tty: false })).toEqual([expect.stringMatching(/^PATH=/)]);
    expect(extendEnvironment(['A=1', 'B=2'], ['A', 'C=3'])).toEqual(['B=2', 'C=3']);
  });

  it('sets HOME unless it is set', () => {
    expect(withHome(['A=1'], '/root')).toEqual(['A=1', 'HOME=/root']);
    expect(withHome(['HOME=/x'], '/root')).toEqual(['HOME=/x']);
    expect(withHome(['HOME='], '/root')).toEqual(['HOME=/root']);
  });

  it('finds where a command may lie', () => {
    expect(candidatesOf('ls', ['PATH=/a:/b/:'])).toEqual(['/a/ls', '/b/ls', './ls']);
    expect(candidatesOf('./ls', ['PATH=/a'])).toEqual(['./ls']);
    expect(candidatesOf('', ['PATH=/a'])).toEqual([]);
  });

  it('refuses entries without a name or with NUL', () => {
    expect(() => checkEnvironment(['=x'])).toThrow('invalid environment variable: =x');
    expect(() => checkEnvironment(['A=\0'])).toThrow('Env: A contains a NUL byte');
  });
});
