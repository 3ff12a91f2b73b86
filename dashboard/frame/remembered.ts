/** What a person chose is kept in their browser, where it lets us; a browser that does not is no reason to fail. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`smart-etl ${name}`);
    else localStorage.setItem(`smart-etl ${name}`, value);
  } catch {
    // Storage is closed or full: the choice holds until the page is left.
  }
}

export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`smart-etl ${name}`);
  } catch {
    return null;
  }
}
