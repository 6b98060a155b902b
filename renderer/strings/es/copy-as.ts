import type { Words } from '../words.ts';

export const copyAs: Words['copyAs'] = {
  title: 'Copiar como',
  run: 'comando docker run',
  compose: 'YAML de Compose',
  api: 'llamada a la API',
  runOf: (name) => `Copiar el comando docker run de ${name}`,
  composeOf: (name) => `Copiar ${name} como YAML de Compose`,
  apiOf: (name) => `Copiar la llamada a la API de ${name}`,
  copied: (what) => `Copiado: ${what}`,
  failed: (name) => `No se pudo leer la configuración de ${name}`,
};
