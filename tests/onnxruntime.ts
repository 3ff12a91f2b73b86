import { InferenceSession, Tensor } from 'onnxruntime-web';
import type { FeatureMatrix } from '../models/features/feature-matrix.ts';

/** What onnxruntime says of every row: one list per output of doubles or floats. */
export async function runInOnnxRuntime(
  model: Uint8Array,
  matrix: Pick<FeatureMatrix, 'rows' | 'columns'>,
): Promise<Record<string, Float64Array>> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  try {
    const width = matrix.columns.length;
    const rows = new Float64Array(matrix.rows * width);
    matrix.columns.forEach((column, f) => {
      for (let r = 0; r < matrix.rows; r++) rows[r * width + f] = column[r]!;
    });
    const input = new Tensor('float64', rows, [matrix.rows, width]);
    const answers = await session.run({ [session.inputNames[0]!]: input });
    return Object.fromEntries(
      Object.entries(answers).map(([name, { data }]) => [name, Float64Array.from(data as Float64Array)]),
    );
  } finally {
    await session.release();
  }
}
