import type { Words } from '../words.ts';

export const copyAs: Words['copyAs'] = {
  title: 'Kopieren als',
  run: 'docker-run-Befehl',
  compose: 'Compose-YAML',
  api: 'API-Aufruf',
  runOf: (name) => `docker-run-Befehl von ${name} kopieren`,
  composeOf: (name) => `${name} als Compose-YAML kopieren`,
  apiOf: (name) => `API-Aufruf von ${name} kopieren`,
  copied: (what) => `Kopiert: ${what}`,
  failed: (name) => `Die Konfiguration von ${name} konnte nicht gelesen werden`,
};
