const sheets = new Map<string, Promise<void>>();

/** Resolves once a page's style sheets are there; a page without its styles is better than none, so failure is not told. */
export async function loadStyles(addresses: readonly string[]): Promise<void> {
  await Promise.all(addresses.map((address) => sheets.get(address) ?? load(address)));
}

function load(address: string): Promise<void> {
  const loading = new Promise<void>((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = address;
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => {
      sheets.delete(address);
      link.remove();
      resolve();
    });
    // Before the sheet of widths, which has the last word on phones.
    document.head.insertBefore(link, document.querySelector('link[href="/widths.css"]'));
  });
  sheets.set(address, loading);
  return loading;
}
