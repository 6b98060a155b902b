import { describe, expect, it } from 'vitest';
import { logSettingsOf, logWarnings } from './log-config.ts';

const settings = (Config: Record<string, string>, Type = 'json-file') => logSettingsOf({ LogConfig: { Type, Config } });

describe('logSettingsOf', () => {
  it('keeps everything by default and nothing with none', () => {
    expect(logSettingsOf({})).toEqual({ driver: 'json-file', maxSize: 0, maxFiles: 1 });
    expect(logSettingsOf({ LogConfig: { Type: '', Config: null } })).toEqual({ driver: 'json-file', maxSize: 0, maxFiles: 1 });
    expect(settings({ anything: 'x' }, 'none')).toBeNull();
  });

  it('gives local five files of 20 MiB', () => {
    expect(settings({}, 'local')).toEqual({ driver: 'local', maxSize: 20 * 2 ** 20, maxFiles: 5 });
    expect(settings({ 'max-size': '1m', 'max-file': '2' }, 'local')).toEqual({ driver: 'local', maxSize: 1_000_000, maxFiles: 2 });
  });

  it.each([
    ['10m', 10_000_000],
    ['1k', 1000],
    ['1.5g', 1_500_000_000],
    ['2 MB', 2_000_000],
    ['3kib', 3000],
    ['77', 77],
    ['-1', 0],
  ])('reads the size %s', (text, maxSize) => {
    expect(settings({ 'max-size': text, 'max-file': '3' })).toEqual({ driver: 'json-file', maxSize, maxFiles: 3 });
  });

  it('takes non-blocking with a buffer, and every option of attributes', () => {
    const options = { mode: 'non-blocking', 'max-buffer-size': '4m', labels: 'a', 'labels-regex': '^x', env: 'B', 'env-regex': 'C$', tag: '{{.Name}}/{{.ID}}' };
    expect(settings(options)).toEqual({ driver: 'json-file', maxSize: 0, maxFiles: 1 });
  });

  it('warns that rotated files are not compressed', () => {
    const Config = { compress: 'true', 'max-size': '1m', 'max-file': '2' };
    expect(settings(Config)).toMatchObject({ maxFiles: 2 });
    expect(logWarnings({ LogConfig: { Type: 'json-file', Config } })).toEqual([expect.stringContaining('compress was ignored')]);
    expect(logWarnings({ LogConfig: { Type: 'json-file', Config: { ...Config, compress: 'false' } } })).toEqual([]);
    expect(logWarnings({})).toEqual([]);
  });

  it.each([
    ['syslog', {}, "logger: no log driver named 'syslog' is registered"],
    ['json-file', { x: '1' }, "unknown log opt 'x' for json-file log driver"],
    ['local', { x: '1' }, "unknown log opt 'x' for log driver local"],
    ['json-file', { 'max-size': 'ten' }, "invalid size: 'ten'"],
    ['json-file', { 'max-size': '0' }, 'max-size must be a positive number'],
    ['json-file', { 'max-size': '1x' }, "invalid size: '1x'"],
    ['json-file', { 'max-file': '0' }, 'max-file cannot be less than 1'],
    ['json-file', { 'max-file': '-3' }, 'max-file cannot be less than 1'],
    ['json-file', { 'max-file': 'a' }, 'invalid value for max-file: strconv.Atoi: parsing "a": invalid syntax'],
    ['json-file', { compress: 'maybe' }, 'strconv.ParseBool: parsing "maybe": invalid syntax'],
    ['json-file', { compress: 'true' }, 'compress cannot be true when max-file is less than 2 or max-size is not set'],
    ['json-file', { mode: 'sometimes' }, 'logger: logging mode not supported: sometimes'],
    ['json-file', { 'max-buffer-size': '1m' }, "logger: max-buffer-size option is only supported with 'mode=non-blocking'"],
    ['json-file', { mode: 'non-blocking', 'max-buffer-size': 'big' }, 'error parsing option max-buffer-size'],
    ['json-file', { 'labels-regex': '(' }, 'log opt labels-regex: error parsing regexp'],
    ['json-file', { tag: '{{.Nothing}}' }, 'log opt tag: there is no field Nothing'],
    ['json-file', { tag: '{{ upper .Name }}' }, 'log opt tag: only fields are understood'],
  ])('refuses %s %j', (Type, Config, text) => {
    expect(() => settings(Config as Record<string, string>, Type)).toThrow(expect.objectContaining({ kind: 'InvalidArgument' }) as Error);
    expect(() => settings(Config as Record<string, string>, Type)).toThrow(text);
  });
});
