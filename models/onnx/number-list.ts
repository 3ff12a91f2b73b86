import { OnnxNotUnderstood } from './onnx-not-understood.ts';

/** How many numbers and texts a file may still put into lists; shared by all of them. */
export interface Room {
  left: number;
}

/** @throws OnnxNotUnderstood when there is none left */
export function takeRoom(room: Room): void {
  if (room.left-- <= 0) throw new OnnxNotUnderstood('file', 'lists of a bearable length', 'longer ones');
}

/** Numbers one after the other, 8 bytes each, of a count not known beforehand. */
export class NumberList {
  private readonly room: Room;
  private buffer = new Float64Array(4);
  length = 0;

  constructor(room: Room) {
    this.room = room;
  }

  /** @throws OnnxNotUnderstood when there is no room left */
  push(value: number): void {
    takeRoom(this.room);
    if (this.length === this.buffer.length) {
      const wider = new Float64Array(2 * this.length);
      wider.set(this.buffer);
      this.buffer = wider;
    }
    this.buffer[this.length++] = value;
  }

  /** The numbers so far; a view, not a copy. */
  get values(): Float64Array {
    return this.buffer.subarray(0, this.length);
  }
}
