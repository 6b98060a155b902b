import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds or serves the gallery alone; it is never part of the app. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: { assetsInlineLimit: 0, outDir: '../../../dist/gallery', emptyOutDir: true, chunkSizeWarningLimit: 4000 },
});
