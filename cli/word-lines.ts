/** Lines of at most `width` characters, broken between words; a longer word has a line of its own. */
export function wordLines(text: string, width: number): string[] {
  return text.split('\n').flatMap((part) => {
    const lines = [''];
    for (const word of part.split(' ')) {
      const last = lines.at(-1)!;
      if (last === '') lines[lines.length - 1] = word;
      else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    return lines;
  });
}
