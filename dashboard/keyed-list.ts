const signatures = new WeakMap<Element, string>();

/**
 * Makes the children of a container those of `items`, in order, touching only what changed: an open message stays
 * open, the focus stays where it is, and only what is new can be seen to arrive.
 *
 * @param context what besides the item decides how it looks (the language).
 * @returns the elements of keys that were not there before.
 */
export function updateKeyedList<Item>(
  container: Element,
  items: readonly Item[],
  context: string,
  keyOf: (item: Item) => string,
  build: (item: Item) => HTMLElement,
): HTMLElement[] {
  const old = new Map<string, HTMLElement>();
  for (const child of container.children)
    old.set((child as HTMLElement).dataset.key ?? '', child as HTMLElement);
  const added: HTMLElement[] = [];
  const wanted: HTMLElement[] = [];
  for (const item of items) {
    const key = keyOf(item);
    const signature = context + JSON.stringify(item);
    const known = old.get(key);
    if (known && signatures.get(known) === signature) {
      wanted.push(known);
      continue;
    }
    const made = build(item);
    made.dataset.key = key;
    signatures.set(made, signature);
    wanted.push(made);
    if (!known) added.push(made);
  }
  const focused = container.contains(document.activeElement)
    ? document.activeElement?.closest<HTMLElement>('[data-key]')?.dataset.key
    : undefined;
  const keep = new Set<Element>(wanted);
  for (const child of [...container.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (container.children[index] !== child) container.insertBefore(child, container.children[index] ?? null);
  });
  if (focused !== undefined && !container.contains(document.activeElement)) {
    const successor = wanted.find((child) => child.dataset.key === focused);
    successor?.querySelector<HTMLElement>('button, a, summary')?.focus({ preventScroll: true });
  }
  return added;
}
