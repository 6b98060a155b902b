import { app } from 'electron';
import { runApp } from './app.ts';

// A second start shows the window of the first.
if (app.requestSingleInstanceLock()) {
  runApp().catch((error: unknown) => {
    console.error(error);
    app.exit(1);
  });
} else app.quit();
