import type { FastifyInstance } from 'fastify';

/** An address of an application, as it was added, and the methods it takes. */
export interface KnownAddress {
  url: string;
  methods: string[];
}
/** Asked for an address that does not take a method; undefined: there is none. */
export type MethodsOf = (path: string) => KnownAddress | undefined;

/** Learns from every route that is added from now on. */
export function rememberMethods(app: FastifyInstance): MethodsOf {
  const known = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const entry = known.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const one of [method].flat()) entry.methods.add(one);
    known.set(url, entry);
  });
  return (path) => {
    const matching = [...known].filter(([, { pattern }]) => pattern.test(path));
    // An address of its own goes before one with a parameter in that place: "rollback" is no version of a model.
    const nearest = matching.sort(([one], [other]) => placeOf(one).localeCompare(placeOf(other)))[0];
    return nearest && { url: nearest[0], methods: [...nearest[1].methods].sort() };
  };
}

/** Sorts words before parameters, part by part. */
const placeOf = (url: string): string =>
  url
    .split('/')
    .map((part) => (part.startsWith(':') ? '1' : '0'))
    .join('');

const patternOf = (url: string): RegExp =>
  new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]\w*/g, '[^/]+')}$`);
