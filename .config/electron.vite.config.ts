import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = join(import.meta.dirname, '..');

export default defineConfig({
  main: {
    root,
    build: {
      outDir: join(root, 'dist/main'),
      externalizeDeps: true,
      rollupOptions: { input: { main: join(root, 'electron/main.ts') }, output: { format: 'es', entryFileNames: '[name].js' } },
    },
  },
  preload: {
    root,
    build: {
      outDir: join(root, 'dist/preload'),
      // A sandboxed preload has no module loader: one CommonJS file with everything in it.
      externalizeDeps: false,
      rollupOptions: { input: { preload: join(root, 'electron/preload/preload.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: join(root, 'renderer'),
    plugins: [react()],
    build: {
      outDir: join(root, 'dist/renderer'),
      emptyOutDir: true,
      // Half of the bytes to read and to parse before the first frame.
      minify: true,
      // Fonts and pictures stay files, so that the content policy needs no exception for them.
      assetsInlineLimit: 0,
      rollupOptions: { input: join(root, 'renderer/index.html') },
    },
  },
});
