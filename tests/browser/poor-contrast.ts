/**
 * Runs in a page: texts whose contrast with the colour behind them is below 4.5 (3 for large ones). axe leaves out what it
 * is not sure of, this does not.
 * Formula: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export function findPoorContrast(): string[] {
  // The page's own types are unknown here, where programs run without one.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  const { document, getComputedStyle } = globalThis as any;
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const paint = (...colours: string[]): number[] => {
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb: number[]): number => {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor: string[] = [];
  for (const element of document.querySelectorAll('body *')) {
    const texts = [...element.childNodes].filter(
      (node) => node.nodeType === 3 && node.textContent.trim() !== '',
    );
    if (texts.length === 0 || element.getClientRects().length === 0 || element.closest('svg, noscript'))
      continue;
    const layers: string[] = [];
    for (let behind = element; behind; behind = behind.parentElement) {
      layers.unshift(getComputedStyle(behind).backgroundColor);
    }
    const style = getComputedStyle(element);
    const back = luminance(paint('#fff', ...layers));
    const front = luminance(paint('#fff', ...layers, style.color));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    const sizePx = Number.parseFloat(style.fontSize);
    const isLarge = sizePx >= 24 || (sizePx >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5))
      poor.push(`${ratio.toFixed(2)} ${element.className} "${texts[0].textContent}"`);
  }
  return poor;
}
