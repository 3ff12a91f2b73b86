import type { Suspect } from './shared-cause.ts';

/** Of a set, that it goes along with some of it: more. */
const MOST = 0.5;

export interface Group {
  /** null: what is in it is all news. */
  incidentId: number | null;
  /** The news in it, by onset. */
  members: Suspect[];
}

/**
 * Disjoint sets of suspects (union-find), each with at most one open incident: what would join two joins the one
 * that is named first, and the other stays apart.
 */
export class SuspectSets {
  private readonly places: Map<Suspect, number>;
  private readonly parents: number[];
  private readonly incidents: (number | null)[];
  /** How many each root stands for. */
  private readonly sizes: number[];
  private readonly suspects: readonly Suspect[];

  constructor(suspects: readonly Suspect[]) {
    this.suspects = suspects;
    this.places = new Map(suspects.map((suspect, place) => [suspect, place]));
    this.parents = suspects.map((_, place) => place);
    this.incidents = suspects.map(({ incidentId }) => incidentId);
    this.sizes = suspects.map(() => 1);
    // What is in an incident is together already.
    const first = new Map<number, number>();
    for (const [place, { incidentId }] of suspects.entries()) {
      if (incidentId === null) continue;
      const known = first.get(incidentId);
      if (known === undefined) first.set(incidentId, place);
      else this.parents[place] = known;
    }
  }

  /**
   * Puts them together, as far as they are not of different incidents. A set of several goes along only when most of it
   * has a reason to: that one job of fifty that stand still had failed before does not make the fifty failures of that.
   */
  unite(suspects: readonly Suspect[]): void {
    const concerned = new Map<number, number>();
    for (const suspect of suspects) {
      const root = this.rootOf(this.places.get(suspect)!);
      concerned.set(root, (concerned.get(root) ?? 0) + 1);
    }
    const roots = [...concerned.keys()];
    const into = roots.find((root) => this.incidents[root] !== null) ?? this.largest(roots);
    if (into === undefined) return;
    for (const [root, count] of concerned) {
      if (root === into || this.incidents[root] !== null || count <= this.sizes[root]! * MOST) continue;
      this.parents[root] = into;
      this.sizes[into]! += this.sizes[root]!;
    }
  }

  private largest(roots: readonly number[]): number | undefined {
    return roots.reduce<number | undefined>(
      (best, root) => (best === undefined || this.sizes[root]! > this.sizes[best]! ? root : best),
      undefined,
    );
  }

  /** The sets that have news. */
  newsByGroup(): Group[] {
    const news = this.suspects.filter(({ incidentId }) => incidentId === null);
    const groups = Map.groupBy(news, (suspect) => this.rootOf(this.places.get(suspect)!));
    return [...groups].map(([root, members]) => ({ incidentId: this.incidents[root]!, members }));
  }

  private rootOf(place: number): number {
    let root = place;
    while (this.parents[root] !== root) root = this.parents[root]!;
    for (let at = place; at !== root; ) {
      const next = this.parents[at]!;
      this.parents[at] = root;
      at = next;
    }
    return root;
  }
}
