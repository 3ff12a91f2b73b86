import type { Suspect } from './causes-in-common.ts';

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
  private readonly suspects: readonly Suspect[];

  constructor(suspects: readonly Suspect[]) {
    this.suspects = suspects;
    this.places = new Map(suspects.map((suspect, place) => [suspect, place]));
    this.parents = suspects.map((_, place) => place);
    this.incidents = suspects.map(({ incidentId }) => incidentId);
    // What is in an incident is together already.
    const first = new Map<number, number>();
    for (const [place, { incidentId }] of suspects.entries()) {
      if (incidentId === null) continue;
      const known = first.get(incidentId);
      if (known === undefined) first.set(incidentId, place);
      else this.parents[place] = known;
    }
  }

  /** Puts them together, as far as they are not of different incidents. */
  unite(suspects: readonly Suspect[]): void {
    const roots = suspects.map((suspect) => this.rootOf(this.places.get(suspect)!));
    const into = roots.find((root) => this.incidents[root] !== null) ?? roots[0];
    if (into === undefined) return;
    for (const root of roots) {
      if (this.incidents[root] === null) this.parents[root] = into;
    }
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
