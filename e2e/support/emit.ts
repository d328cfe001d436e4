/** Emits into a room as a backend does. @returns how many clients it reached */
export async function emit(origin: string, room: string, data: unknown): Promise<number> {
  const response = await fetch(`${origin}/api/emit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ room, data }),
  });
  if (!response.ok) throw new Error(`Emit was refused: ${response.status} ${await response.text()}`);
  const { delivered } = (await response.json()) as { delivered: number };
  return delivered;
}
