/** A job of which two versions say different things. */
export interface Move {
  job: string;
  /** Probability of at least one failed run in the coming week. */
  before: number;
  after: number;
}

/** Less is told by nobody: both round to about the same. */
const LEAST_MOVE = 0.02;

/**
 * The jobs whose probability changes most when another version forecasts, the largest change first. A job that only
 * one of both forecasts is left out: there is nothing to compare.
 */
export function biggestMoves(
  before: readonly { jobId: number; probability: number }[],
  after: readonly { jobId: number; probability: number }[],
  nameOf: (jobId: number) => string | undefined,
  most = 5,
): Move[] {
  const was = new Map(before.map(({ jobId, probability }) => [jobId, probability]));
  return after
    .flatMap(({ jobId, probability }) => {
      const earlier = was.get(jobId);
      const job = nameOf(jobId);
      if (earlier === undefined || job === undefined) return [];
      return [{ job, before: earlier, after: probability }];
    })
    .filter((move) => sizeOf(move) >= LEAST_MOVE)
    .sort((a, b) => sizeOf(b) - sizeOf(a) || (a.job < b.job ? -1 : 1))
    .slice(0, most);
}

const sizeOf = ({ before, after }: Move): number => Math.abs(after - before);
