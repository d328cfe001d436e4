import type { Database } from 'better-sqlite3';
import type { StoredClientSession } from '../client-session-store.ts';

/** Writes of the sessions of Socket.IO clients. */
export function clientSessionOperations(db: Database) {
  const put = db.prepare<[string, string, number]>(
    `INSERT INTO client_sessions (pid, session, seen_at) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET session = excluded.session, seen_at = excluded.seen_at`,
  );
  const remove = db.prepare<[string]>('DELETE FROM client_sessions WHERE pid = ?');
  return {
    putClientSession(session: StoredClientSession): void {
      put.run(session.pid, JSON.stringify(session), session.seenAt);
    },
    deleteClientSessions(pids: readonly string[]): void {
      for (const pid of pids) remove.run(pid);
    },
  };
}

export function clientSessionReads(db: Database) {
  const all = db.prepare<[], string>('SELECT session FROM client_sessions ORDER BY seen_at').pluck();
  return {
    loadClientSessions: (): readonly StoredClientSession[] => all.all().map((session) => read(JSON.parse(session))),
  };
}

type Early = Omit<StoredClientSession, 'announced' | 'subject' | 'restorable' | 'placed'>;

/** What was written before some of it was known lacks that. Native clients used their connection's id for both names. */
function read(session: Early & Partial<StoredClientSession>): StoredClientSession {
  const { pid, sid, number } = session;
  const { announced = number > 0, subject = null, restorable = pid !== sid, placed = [] } = session;
  return { ...session, announced, subject, restorable, placed };
}
