import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { z } from 'zod';
import { Keychain, type Login, TOKEN_USER } from '../../credentials/keychain.ts';
import { authConfigOf } from '../../credentials/registry-auth.ts';
import { HUB_SERVER, serverOf } from '../../formats/docker/cli-config.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';

const answerSchema = z.looseObject({ Status: z.string().optional(), IdentityToken: z.string().optional() });

interface Flags {
  readonly username?: string;
  readonly passwordStdin?: boolean;
}

export function addLogin(program: Command, context: CliContext): void {
  program
    .command('login [registry]')
    .description('log in to a registry; the login is kept where the docker CLI keeps its own')
    .option('-u, --username <name>', 'the user; without it a login that is kept already is tried')
    .option('--password-stdin', 'take the password from stdin')
    .action(async (registry: string | undefined, flags: Flags) => {
      const keychain = new Keychain();
      const server = serverOf(registry ?? '');
      const login = await loginFrom(flags, () => keychain.get(server));
      const body = { ...authConfigOf(login), serveraddress: server };
      const { IdentityToken, Status } = await context.engine().json(answerSchema, 'POST', '/auth', { body });
      await keychain.store(server, IdentityToken ? { username: TOKEN_USER, secret: IdentityToken } : login);
      process.stdout.write(`${Status ?? 'Login Succeeded'}\n`);
    });
}

export function addLogout(program: Command): void {
  program
    .command('logout [registry]')
    .description('forget the login of a registry')
    .action(async (registry?: string) => {
      const server = serverOf(registry ?? '');
      const had = await new Keychain().erase(server);
      const shown = server === HUB_SERVER ? 'docker.io' : server;
      process.stdout.write(had ? `Removing login credentials for ${shown}\n` : `Not logged in to ${shown}\n`);
    });
}

async function loginFrom({ username, passwordStdin = false }: Flags, kept: () => Promise<Login | undefined>): Promise<Login> {
  if (username === undefined) {
    const login = passwordStdin ? undefined : await kept();
    if (login === undefined) throw new CliError('give a user with --username and the password with --password-stdin');
    return login;
  }
  if (!passwordStdin) throw new CliError('give the password with --password-stdin: it would be seen on the command line');
  const secret = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (secret === '') throw new CliError('the password is empty');
  return { username, secret };
}
