import type { RawData, WebSocket } from 'ws';
import type { ServerMessage } from '../ipc/contract.ts';
import type { ServerPort } from '../ipc/handle.ts';

/** Close code for a frame that is not of the contract (RFC 6455, 7.4.1). */
const PROTOCOL_ERROR = 1002;

/**
 * Carries the contract over a WebSocket: a message is one JSON text frame, save `data` whose value is bytes, a binary
 * frame with the stream's id as four bytes, most significant first, and the bytes.
 */
export function webSocketPort(socket: WebSocket): ServerPort {
  return {
    send(message) {
      socket.send(encodeFrame(message));
    },
    listen(onMessage, onClose) {
      socket.on('message', (data, isBinary) => {
        const message = decodeFrame(data, isBinary);
        if (message === undefined) socket.close(PROTOCOL_ERROR);
        else onMessage(message);
      });
      socket.on('close', onClose);
    },
    close: () => socket.close(PROTOCOL_ERROR),
  };
}

function encodeFrame(message: ServerMessage): string | Uint8Array {
  if (message.type !== 'data' || !(message.value instanceof Uint8Array)) return JSON.stringify(message);
  const frame = Buffer.allocUnsafe(4 + message.value.byteLength);
  frame.writeUInt32BE(message.id);
  frame.set(message.value, 4);
  return frame;
}

/** Undefined: not a frame of the contract. */
function decodeFrame(data: RawData, isBinary: boolean): unknown {
  if (!Buffer.isBuffer(data)) return undefined;
  try {
    if (!isBinary) return JSON.parse(data.toString('utf8'));
    return { type: 'data', id: data.readUInt32BE(0), value: new Uint8Array(data.subarray(4)) };
  } catch {
    return undefined;
  }
}
