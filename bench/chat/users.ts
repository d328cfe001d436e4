/** A registered user who is logged in. */
export interface BenchUser {
  readonly username: string;
  readonly token: string;
}

/** Registers users; each costs the server one hashed password. @throws Error where the server refuses */
export async function registerUsers(port: number, count: number): Promise<readonly BenchUser[]> {
  const users: BenchUser[] = [];
  for (let i = 0; i < count; i++) users.push(await register(port, `user${i}`));
  return users;
}

async function register(port: number, username: string): Promise<BenchUser> {
  const response = await fetch(`http://127.0.0.1:${port}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: `password of ${username}` }),
  });
  const answer = (await response.json()) as { readonly token?: string };
  if (answer.token === undefined) throw new Error(`registering ${username}: ${JSON.stringify(answer)}`);
  return { username, token: answer.token };
}
