import { InferenceSession, Tensor } from 'onnxruntime-web';
import type { FeatureMatrix } from '../models/features/feature-matrix.ts';

/** What onnxruntime says of every row: one list per output. `type` is what the model's input is made of. */
export async function runInOnnxRuntime(
  model: Uint8Array,
  matrix: Pick<FeatureMatrix, 'rows' | 'columns'>,
  type: 'float64' | 'float32' = 'float64',
): Promise<Record<string, Float64Array>> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  try {
    const width = matrix.columns.length;
    const rows = new Float64Array(matrix.rows * width);
    matrix.columns.forEach((column, f) => {
      for (let r = 0; r < matrix.rows; r++) rows[r * width + f] = column[r]!;
    });
    const dims = [matrix.rows, width];
    const input =
      type === 'float64' ? new Tensor(type, rows, dims) : new Tensor(type, Float32Array.from(rows), dims);
    const answers = await session.run({ [session.inputNames[0]!]: input });
    return Object.fromEntries(
      Object.entries(answers).map(([name, { data }]) => [
        name,
        Float64Array.from(data as Float64Array, Number),
      ]),
    );
  } finally {
    await session.release();
  }
}
