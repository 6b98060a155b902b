import type { ClientMessage, ServerMessage } from '../../electron/ipc/contract.ts';

/**
 * A message is one JSON text frame, save `data` whose value is bytes: a binary frame with the stream's id as four
 * bytes, most significant first, and the bytes.
 */
export function encodeFrame(message: ClientMessage): string | Uint8Array<ArrayBuffer> {
  if (message.type !== 'data' || !(message.value instanceof Uint8Array)) return JSON.stringify(message);
  const frame = new Uint8Array(4 + message.value.byteLength);
  new DataView(frame.buffer).setUint32(0, message.id);
  frame.set(message.value, 4);
  return frame;
}

export function decodeFrame(frame: string | ArrayBuffer): ServerMessage {
  if (typeof frame === 'string') return JSON.parse(frame) as ServerMessage;
  return { type: 'data', id: new DataView(frame).getUint32(0), value: new Uint8Array(frame, 4) };
}
