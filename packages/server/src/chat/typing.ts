/** Who is typing where, as pure state: tracked per connection, reported per user. */
export class Typing<Connection extends object> {
  /** By room, then by user: the connections on which they type, each with the number of its latest start. */
  readonly #rooms = new Map<string, Map<string, Map<Connection, number>>>();
  #starts = 0;

  /** How many connections are typing, in all rooms. */
  get size(): number {
    let size = 0;
    for (const users of this.#rooms.values()) for (const connections of users.values()) size += connections.size;
    return size;
  }

  /** Returns whether the user was not typing before, and the number of this start. */
  start(roomId: string, userId: string, connection: Connection): { readonly changed: boolean; readonly start: number } {
    const users = this.#rooms.get(roomId) ?? new Map<string, Map<Connection, number>>();
    const connections = users.get(userId) ?? new Map<Connection, number>();
    const changed = connections.size === 0;
    const start = ++this.#starts;
    connections.set(connection, start);
    users.set(userId, connections);
    this.#rooms.set(roomId, users);
    return { changed, start };
  }

  /**
   * Returns whether the user has ceased to type with that.
   * @param start ends that start alone: one that has been renewed goes on
   */
  stop(roomId: string, userId: string, connection: Connection, start?: number): boolean {
    const users = this.#rooms.get(roomId);
    const connections = users?.get(userId);
    const current = connections?.get(connection);
    if (!users || !connections || current === undefined) return false;
    if (start !== undefined && start !== current) return false;
    connections.delete(connection);
    if (connections.size > 0) return false;
    users.delete(userId);
    if (users.size === 0) this.#rooms.delete(roomId);
    return true;
  }

  /** Ids of the users who are typing in a room, in the order in which they began. */
  in(roomId: string): readonly string[] {
    return [...(this.#rooms.get(roomId)?.keys() ?? [])];
  }
}
