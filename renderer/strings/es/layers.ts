import { count, thousands } from '../format.ts';
import type { Words } from '../words.ts';

export const layers: Words['layers'] = {
  list: 'Capas',
  tree: (step) => `Archivos de la capa ${step}`,
  summary: (total, layers) => `${total} en ${count(layers, 'capa', 'capas')}`,
  efficiency: (percent) => `${percent} aprovechado`,
  wasted: (size) => `${size} desperdiciados`,
  wastedTitle: 'Espacio desperdiciado',
  wastedText: 'Archivos que una capa posterior sustituyó o borró. Ocupan un espacio que nadie ve.',
  noWaste: 'No se desperdicia nada',
  noWasteText: 'Ninguna capa sustituye ni borra un archivo de otra anterior.',
  times: (number) => `${thousands(number)} veces`,
  files: 'Archivos',
  changesOnly: 'Solo cambios',
  find: 'Buscar archivos',
  marks: { same: 'sin cambios', added: 'añadido', changed: 'cambiado', deleted: 'borrado' },
  letters: { same: '', added: 'A', changed: 'C', deleted: 'D' },
  below: (added, changed, deleted) =>
    [added && `+${thousands(added)}`, changed && `~${thousands(changed)}`, deleted && `−${thousands(deleted)}`].filter(Boolean).join(' '),
  more: (number) => `Mostrar ${thousands(number)} más`,
  nothing: 'Esta capa no tiene archivos',
  noChanges: 'Esta capa no cambió ningún archivo',
  noMatch: 'Ningún archivo coincide',
  failed: 'No se pudieron leer las capas',
  failedTree: 'No se pudieron leer los archivos',
  reading: 'Leyendo las capas…',
  base: 'Capa base',
  unknownStep: 'La imagen no dice cómo se hizo esta capa.',
};
