import { count } from '../format.ts';
import type { Words } from '../words.ts';

export const reasons: Words['reasons'] = {
  ended: 'El programa terminó por sí mismo y con éxito.',
  failed: (code) => `El programa terminó con el código ${code}, su propia señal de error. El final del registro suele decir más.`,
  notFound: 'La orden no existe en la imagen (código 127).',
  notExecutable: 'La orden existe, pero no se puede ejecutar (código 126).',
  oom: 'El kernel lo terminó: usó toda la memoria permitida. Hay que subir el límite o averiguar qué la retiene.',
  killed: 'Se terminó a la fuerza (SIGKILL): a propósito, o porque se agotó el plazo al detenerlo.',
  terminated: 'Se le pidió que terminara (SIGTERM) y lo hizo.',
  interrupted: 'Se interrumpió (SIGINT), como con Ctrl+C.',
  crashed: 'Falló: accedió a memoria ajena (SIGSEGV).',
  aborted: 'Se abortó a sí mismo (SIGABRT), como tras una comprobación fallida.',
  signal: (name) => `Lo terminó la señal ${name}.`,
  notStarted: (text) => `No se pudo iniciar: ${text}`,
  neverStarted: 'Aún no se ha iniciado.',
  again: (starts, when) =>
    `La política de reinicio lo inicia una y otra vez: ${count(starts, 'inicio')} hasta ahora, ${when === '' ? 'el siguiente es inminente' : `el siguiente ${when}`}.`,
};
