import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { z } from 'zod';
import { Keychain, type Login, TOKEN_USER } from '../../credentials/keychain.ts';
import { authConfigOf } from '../../credentials/registry-auth.ts';
import { HUB_SERVER, serverOf } from '../../formats/docker/cli-config.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { Prompt } from '../prompt.ts';

const answerSchema = z.looseObject({ Status: z.string().optional(), IdentityToken: z.string().optional() });

interface Flags {
  readonly username?: string;
  readonly password?: string;
  readonly passwordStdin?: boolean;
}

const UNAUTHORIZED = 401;

export function addLogin(program: Command, context: CliContext): void {
  program
    .command('login [registry]')
    .description('log in to a registry; the login is kept where the docker CLI keeps its own')
    .option('-u, --username <name>', 'the user; without it a login that is kept already is tried, then it is asked for')
    .option('-p, --password <password>', 'the password; others on this machine see it meanwhile')
    .option('--password-stdin', 'take the password from stdin')
    .action(async (registry: string | undefined, flags: Flags) => {
      checkFlags(flags);
      const keychain = new Keychain();
      const server = serverOf(registry ?? '');
      const enter = async (login: Login): Promise<void> => {
        const body = { ...authConfigOf(login), serveraddress: server };
        const { IdentityToken, Status } = await context.engine().json(answerSchema, 'POST', '/auth', { body });
        await keychain.store(server, IdentityToken ? { username: TOKEN_USER, secret: IdentityToken } : login);
        process.stdout.write(`${Status ?? 'Login Succeeded'}\n`);
      };
      const kept = flags.username === undefined ? await keychain.get(server) : undefined;
      if (kept !== undefined && (await isLetIn(kept, enter))) return;
      await enter(await loginFrom(flags, kept?.username ?? ''));
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

function checkFlags({ username, password, passwordStdin }: Flags): void {
  if (password !== undefined && passwordStdin) throw new CliError('--password and --password-stdin are mutually exclusive');
  if (passwordStdin && username === undefined) throw new CliError('must provide --username with --password-stdin');
  if (password !== undefined && username === undefined) throw new CliError('must provide --username with --password');
  if (password !== undefined) process.stderr.write('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
}

/** With a login that was kept. False when it does not hold any more and somebody is here to be asked for another. */
async function isLetIn(kept: Login, enter: (login: Login) => Promise<void>): Promise<boolean> {
  try {
    await enter(kept);
    return true;
  } catch (error) {
    if (!(error instanceof CliError) || error.status !== UNAUTHORIZED || !process.stdin.isTTY) throw error;
    process.stderr.write(`The login that is kept is refused: ${error.message}\n`);
    return false;
  }
}

/** `known`: the user as which somebody was logged in before; empty: nobody was. */
async function loginFrom({ username, password, passwordStdin = false }: Flags, known: string): Promise<Login> {
  if (username !== undefined && password !== undefined) return checked({ username, secret: password });
  if (username !== undefined && passwordStdin) return checked({ username, secret: (await text(process.stdin)).replace(/\r?\n$/, '') });
  using prompt = new Prompt();
  const isKnown = known !== '' && known !== TOKEN_USER;
  const name = username ?? ((await prompt.ask(isKnown ? `Username (${known}): ` : 'Username: ')).trim() || (isKnown ? known : ''));
  if (name === '') throw new CliError('the user name is empty');
  return checked({ username: name, secret: await prompt.ask('Password: ', { isHidden: true }) });
}

function checked(login: Login): Login {
  if (login.secret === '') throw new CliError('the password is empty');
  return login;
}
