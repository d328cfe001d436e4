/**
 * The shell command that emits into a bridge room.
 * @param origin of the server, as `http://127.0.0.1:8080`
 * @param room bare name
 */
export function emitCommand(origin: string, room: string): string {
  const body = JSON.stringify({ room, data: { text: 'Hello from curl' } });
  return [`curl ${origin}/api/emit \\`, `  -H 'content-type: application/json' \\`, `  -d ${shellQuote(body)}`].join(
    '\n',
  );
}

/** One word for any POSIX shell, whatever the text holds. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
