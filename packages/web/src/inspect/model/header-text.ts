/** Headers as they are written: a line each, `name: value`. */
export function headerText(headers: readonly (readonly [name: string, value: string])[]): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n');
}

/** Reads such lines; empty ones are left out. What is wrong is the server's to say, but for a missing colon. */
export function readHeaderText(text: string): readonly (readonly [name: string, value: string])[] | { fault: string } {
  const headers: (readonly [string, string])[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon < 1) return { fault: `"${line}" is no header: there must be a colon between its name and its value.` };
    headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  return headers;
}
