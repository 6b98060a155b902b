import { contextBridge, ipcRenderer, webUtils } from 'electron';

/**
 * The page's only way out: it asks for a port, main checks who asks and sends one, and the contract runs over it. Beside that it may ask
 * where a file is that was dropped on it. Nothing of Electron or Node reaches the page.
 */
ipcRenderer.on('slipway:port', (event) => {
  window.postMessage('slipway:port', window.location.origin, event.ports);
});

contextBridge.exposeInMainWorld(
  'slipway',
  Object.freeze({ connect: () => ipcRenderer.send('slipway:connect'), pathOf: (file: File) => webUtils.getPathForFile(file) }),
);
