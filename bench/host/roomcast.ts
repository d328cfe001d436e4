import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './folder.ts';
import { launch, type ServerProcess } from './process.ts';

const SERVER = fileURLToPath(new URL('../../packages/server/bin/roomcast.cjs', import.meta.url));
const BUILT = fileURLToPath(new URL('../../packages/server/dist/main.js', import.meta.url));

/** The bounds for people, lifted as an operator would lift them. */
const UNLIMITED = {
  ROOMCAST_CHAT_MESSAGE_RATE: '0',
  ROOMCAST_ROOM_SWITCH_RATE: '0',
  ROOMCAST_ROOM_CREATION_RATE: '0',
  ROOMCAST_MESSAGE_RATE: '0',
  ROOMCAST_LOGIN_ATTEMPTS: '0',
  ROOMCAST_REGISTRATION_RATE: '0',
};

/** A running Roomcast. */
export interface RoomcastServer extends ServerProcess {
  /** Milliseconds from the start of the process to its first answer. */
  readonly startUp: number;
}

export function isBuilt(): boolean {
  return existsSync(BUILT);
}

/**
 * Starts the built server as `npm start` does, and waits for its first answer. Not pinned to a core: its threads are what
 * keeps the disk's work off the main one.
 * @param profile folder for a CPU profile of each thread, written when the server stops; null = none
 * @throws Error with the server's output where it does not start
 */
export async function startRoomcast(dataDir: string, profile: string | null): Promise<RoomcastServer> {
  if (profile !== null) mkdirSync(profile, { recursive: true });
  const profiling = profile === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profile];
  const args = ['--min-semi-space-size=16', ...profiling, SERVER, '--port', '0', '--data-dir', dataDir];
  const begin = performance.now();
  const env = { ...process.env, ...UNLIMITED };
  const server = await launch([process.execPath, ...args], join(dataDir, 'output.log'), env);
  await fetch(`http://127.0.0.1:${server.port}/ready`);
  return { ...server, startUp: performance.now() - begin };
}

/** Measures on a server of its own, with an empty database. */
export async function onFreshRoomcast<Outcome>(
  profile: string | null,
  measure: (server: RoomcastServer) => Promise<Outcome>,
): Promise<Outcome> {
  const folder = makeFolder();
  try {
    const server = await startRoomcast(folder.path, profile);
    try {
      return await measure(server);
    } finally {
      await server.stop();
    }
  } finally {
    folder.remove();
  }
}
