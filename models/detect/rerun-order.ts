/** A job that has to run again, and those it is known to follow, victims or not. */
export interface RerunVictim {
  jobId: number;
  /** Learned or declared. */
  upstreams: readonly number[];
}

export interface OrderedVictim {
  jobId: number;
  /** Victims whose re-run must have succeeded before. */
  after: number[];
}

export interface RerunOrder {
  /** Every victim once, upstream before downstream; among equals by id. */
  victims: OrderedVictim[];
  /** Jobs that follow one another in a circle, each with the link that is left out so that something can begin. */
  cycles: { jobIds: number[]; leftOut: { jobId: number; upstream: number } }[];
}

/**
 * The order in which victims run again: topological over the links between them (Kahn, Topological sorting of large
 * networks, 1962). Where all that is left waits for one another, the smallest job of a circle loses the link inside
 * it that makes it wait: the same victims always give the same order, and it is told.
 */
export function orderReruns(victims: readonly RerunVictim[]): RerunOrder {
  const waitsFor = new Map(victims.map(({ jobId }) => [jobId, new Set<number>()]));
  for (const { jobId, upstreams } of victims) {
    for (const upstream of upstreams) {
      if (upstream !== jobId && waitsFor.has(upstream)) waitsFor.get(jobId)!.add(upstream);
    }
  }
  const ids = [...waitsFor.keys()].sort((a, b) => a - b);
  const order: RerunOrder = { victims: [], cycles: [] };
  const placed = new Set<number>();
  const isFree = (id: number) => [...waitsFor.get(id)!].every((upstream) => placed.has(upstream));
  while (placed.size < ids.length) {
    const left = ids.filter((id) => !placed.has(id));
    const free = left.filter(isFree);
    if (free.length === 0) {
      order.cycles.push(breakCycle(left, placed, waitsFor));
      continue;
    }
    for (const jobId of free) {
      placed.add(jobId);
      order.victims.push({ jobId, after: [...waitsFor.get(jobId)!].sort((a, b) => a - b) });
    }
  }
  return order;
}

/** Each of those left waits for another one left: walking upstream from the smallest ends in a circle. */
function breakCycle(
  left: readonly number[],
  placed: ReadonlySet<number>,
  waitsFor: ReadonlyMap<number, Set<number>>,
): RerunOrder['cycles'][number] {
  const next = (id: number) =>
    Math.min(...[...waitsFor.get(id)!].filter((upstream) => !placed.has(upstream)));
  const seen = new Set<number>();
  let at = left[0]!;
  while (!seen.has(at)) {
    seen.add(at);
    at = next(at);
  }
  const circle = [at];
  for (let id = next(at); id !== at; id = next(id)) circle.push(id);
  const jobId = Math.min(...circle);
  const upstream = next(jobId);
  waitsFor.get(jobId)!.delete(upstream);
  return { jobIds: circle.sort((a, b) => a - b), leftOut: { jobId, upstream } };
}
