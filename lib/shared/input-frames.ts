/**
 * How `pilothouse connect` asks for framed input on an upgrade. Proxies (nginx, Caddy) take a half-closed connection
 * for a closed one, and the output of `echo x | docker exec -i` would be lost; with frames the end of the input is a
 * word of its own, and the connection stays whole.
 */
export const framedInputHeader = 'x-pilothouse-input';
export const framedInputValue = 'frames';

/** Bytes of a frame's length, big-endian, in front of each frame. */
export const frameSizeBytes = 4;

/** One frame: its length, then the bytes. Of no bytes: the end of the input. */
export function frameInput(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(frameSizeBytes + bytes.length);
  new DataView(frame.buffer).setUint32(0, bytes.length);
  frame.set(bytes, frameSizeBytes);
  return frame;
}

export const endOfInput = frameInput(new Uint8Array());
