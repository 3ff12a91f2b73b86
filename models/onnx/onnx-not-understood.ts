/**
 * A file is no ONNX model, is damaged or hostile, or says something this reader does not know. Never cured by
 * trying again. The message says where in the model, what was expected and what was found.
 */
export class OnnxNotUnderstood extends Error {
  override name = 'OnnxNotUnderstood';

  constructor(where: string, expected: string, found: string) {
    super(`ONNX ${where}: expected ${expected}, found ${found}`);
  }

  /** The same, saying in which of several files. */
  inFile(file: string): this {
    this.message = `${file}: ${this.message}`;
    return this;
  }
}
