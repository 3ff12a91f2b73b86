const drawn = new WeakMap<Element, string>();

/**
 * Draws a place anew only when what it shows has changed, so that an open list stays open and text stays chosen. The
 * focus stays on what has the same `data-key`.
 *
 * @param shown everything that decides how it looks
 */
export function redraw(
  place: HTMLElement,
  shown: unknown,
  build: () => readonly (Node | null | false)[],
): void {
  const signature = JSON.stringify(shown);
  if (drawn.get(place) === signature && place.hasChildNodes()) return;
  drawn.set(place, signature);
  const focused = place.contains(document.activeElement)
    ? document.activeElement?.closest<HTMLElement>('[data-key]')?.dataset.key
    : undefined;
  const open = new Set(
    [...place.querySelectorAll<HTMLDetailsElement>('details[data-key][open]')].map(
      ({ dataset }) => dataset.key,
    ),
  );
  place.replaceChildren(...build().filter((child) => child !== null && child !== false));
  for (const details of place.querySelectorAll<HTMLDetailsElement>('details[data-key]')) {
    if (open.has(details.dataset.key)) details.open = true;
  }
  if (focused !== undefined) {
    const successor = [...place.querySelectorAll<HTMLElement>('[data-key]')].find(
      ({ dataset }) => dataset.key === focused,
    );
    successor?.focus({ preventScroll: true });
  }
}
