import { randomInt } from 'node:crypto';
import { EngineError } from '../base/errors.ts';

const PATTERN = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const LIMIT = 255;

const ADJECTIVES = `able agile amber bold brave brisk calm candid clever cosy crisp daring deft eager early easy fair fleet fond frank fresh
gentle glad golden grand happy hardy honest humble jolly keen kind lively loyal lucid lucky mellow merry mild neat nimble noble patient plucky
polite prompt proud quick quiet ready robust serene sharp shiny silent simple smart snug solid spry steady stout sunny swift tidy tough tranquil
trusty upbeat vivid warm wise witty zesty`.split(/\s+/);
/** Seafarers, shipwrights and makers of charts. */
const SURNAMES = `amundsen anson baffin banks baret barents beaufort bering bligh bougainville brunel byron cabot cabral chichester cook cousteau
davis drake elcano eriksson flinders franklin fram frobisher gama harrison heyerdahl hudson humboldt ibnmajid joyon juet knox kuhn laperouse
magellan maury mercator moitessier nansen nelson parry piri polo pytheas quiros ross scott shackleton slocum sturmey tabarly tasman torres tupaia
vancouver vespucci weddell worsley zheng`.split(/\s+/);

/** `name` without its slash. Throws InvalidArgument in Docker's words when it is no valid container name. */
export function checkName(name: string): string {
  if (!PATTERN.test(name) || name.length > LIMIT) {
    throw new EngineError('InvalidArgument', `Invalid container name (${name.slice(0, LIMIT)}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  }
  return name.replace(/^\//, '');
}

/** A random `adjective_surname` for which `isTaken` is false; a digit is appended once plain pairs seem used up. */
export function randomName(isTaken: (name: string) => boolean, random: (below: number) => number = randomInt): string {
  for (let attempt = 0; ; attempt++) {
    const pair = `${ADJECTIVES[random(ADJECTIVES.length)]}_${SURNAMES[random(SURNAMES.length)]}`;
    const name = attempt < 6 ? pair : `${pair}${random(10 ** Math.min(attempt - 5, 9))}`;
    if (!isTaken(name)) return name;
  }
}
