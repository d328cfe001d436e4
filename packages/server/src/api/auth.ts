import { LIMITS } from '@roomcast/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials, Login } from '../auth/accounts.ts';
import type { Auth, AuthSettings } from '../auth/auth.ts';
import { noSessionCookie, readSessionCookie, sessionCookie } from '../auth/session-cookie.ts';
import type { Session } from '../auth/sessions.ts';
import type { Peers } from '../http/peer.ts';
import { isoTime } from '../util/clock.ts';
import {
  AUTH_CONFIG,
  LOGIN,
  LOGIN_BODY,
  ME,
  NOTHING,
  PASSWORD_BODY,
  PROBLEMS,
  REGISTER_BODY,
  TICKET,
} from './schemas.ts';

export interface AuthRoutesOptions {
  readonly auth: Auth;
  readonly peers: Peers;
  /** `sessionLifetime`: in milliseconds; the cookie lives as long. */
  readonly settings: Pick<AuthSettings, 'preset' | 'sessionLifetime'>;
}

interface PasswordBody {
  readonly currentPassword?: string;
  readonly newPassword: string;
}

const tags = ['Accounts'];
/** Bytes: two passwords of the greatest length, each character escaped. */
const bodyLimit = 2 * 12 * LIMITS.passwordMax + 1024;
const SESSION_NEEDED = [{ session: [] }, { cookie: [] }];

/** `/api/auth/…`: register, log in and out, change the password, see who one is. */
export function authRoutes(app: FastifyInstance, { auth, peers, settings }: AuthRoutesOptions): void {
  const { accounts, identifier, tickets } = auth;
  const { preset, sessionLifetime } = settings;
  const onRequest = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.header('cache-control', 'no-store');
  };
  const addressOf = ({ raw }: FastifyRequest): string => peers.addressOf(raw);
  const answerLogin = ({ raw }: FastifyRequest, reply: FastifyReply, { token, session }: Login) => {
    reply.header('set-cookie', sessionCookie(token, sessionLifetime, peers.isSecure(raw)));
    return { token, ...sessionView(session) };
  };
  const answerLogout = ({ raw }: FastifyRequest, reply: FastifyReply): FastifyReply =>
    reply
      .header('set-cookie', noSessionCookie(peers.isSecure(raw)))
      .code(204)
      .send();

  app.get('/api/auth/config', {
    onRequest,
    schema: { summary: 'What a login needs here', tags, response: { 200: AUTH_CONFIG } },
    handler: async () => ({
      preset,
      usernameMin: LIMITS.usernameMin,
      usernameMax: LIMITS.usernameMax,
      passwordMin: LIMITS.passwordMin,
    }),
  });

  app.post<{ Body: Credentials }>('/api/auth/register', {
    onRequest,
    bodyLimit,
    schema: {
      summary: 'Create an account',
      description: 'Answers as the login does and sets the cookie: who has registered is logged in.',
      tags,
      security: [],
      body: REGISTER_BODY,
      response: { 201: LOGIN, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      const login = await accounts.register(request.body, peers.peerOf(request.raw));
      reply.code(201);
      return answerLogin(request, reply, login);
    },
  });

  app.post<{ Body: Credentials }>('/api/auth/login', {
    onRequest,
    bodyLimit,
    schema: {
      summary: 'Log in',
      description:
        'Sets a cookie for browsers; other clients keep the token. With the preset `open` the username alone is ' +
        'enough, a password is ignored, and an unknown user is created.',
      tags,
      security: [],
      body: LOGIN_BODY,
      response: { 200: LOGIN, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      return answerLogin(request, reply, await accounts.login(request.body, peers.peerOf(request.raw)));
    },
  });

  app.post('/api/auth/logout', {
    onRequest,
    bodyLimit,
    schema: {
      summary: 'Log out',
      description: 'Ends this session and its connections. Whoever is not logged in is answered the same.',
      tags,
      security: SESSION_NEEDED,
      response: { 204: NOTHING, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      await accounts.logout(identifier.credentialOf(request.raw)?.hash ?? null, addressOf(request));
      return answerLogout(request, reply);
    },
  });

  app.post('/api/auth/logout-all', {
    onRequest,
    bodyLimit,
    schema: {
      summary: 'Log out everywhere',
      description: 'Ends all sessions of this user, this one too, and their connections.',
      tags,
      security: SESSION_NEEDED,
      response: { 204: NOTHING, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      await accounts.logoutEverywhere(await identifier.session(request.raw), addressOf(request));
      return answerLogout(request, reply);
    },
  });

  app.post<{ Body: PasswordBody }>('/api/auth/password', {
    onRequest,
    bodyLimit,
    schema: {
      summary: 'Change the password',
      description:
        'Ends all other sessions of this user. This one stays. A user of the preset `open`, who has none, sets the ' +
        'first without a current one: it is what lets them in when the preset becomes `accounts`.',
      tags,
      security: SESSION_NEEDED,
      body: PASSWORD_BODY,
      response: { 204: NOTHING, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      const session = await identifier.session(request.raw);
      const { currentPassword = '', newPassword } = request.body;
      await accounts.changePassword(session, currentPassword, newPassword, addressOf(request));
      return reply.code(204).send();
    },
  });

  app.post('/api/auth/ticket', {
    onRequest,
    bodyLimit,
    schema: {
      summary: 'Get a ticket for a WebSocket',
      description:
        'For clients that cannot set headers: `wss://HOST/ws/chat?ticket=…`. It is good once, for 30 seconds.',
      tags,
      security: SESSION_NEEDED,
      response: { 200: TICKET, ...PROBLEMS },
    },
    handler: async ({ raw }) => {
      const { identity } = await identifier.session(raw);
      const { ticket, expiresAt } = tickets.issue(identity.sessionHash);
      return { ticket, expiresAt: isoTime(expiresAt) };
    },
  });

  app.get('/api/auth/me', {
    onRequest,
    schema: {
      summary: 'Who am I?',
      description: 'Counts as a use of the session, and renews the cookie.',
      tags,
      security: SESSION_NEEDED,
      response: { 200: ME, ...PROBLEMS },
    },
    handler: async ({ raw }, reply) => {
      const session = await identifier.session(raw);
      const secure = peers.isSecure(raw);
      const token = identifier.credentialOf(raw)?.kind === 'cookie' ? readSessionCookie(raw, secure) : null;
      if (token !== null) reply.header('set-cookie', sessionCookie(token, sessionLifetime, secure));
      return { ...sessionView(session), preset };
    },
  });
}

function sessionView({ identity, userSince, expiresAt }: Session) {
  const { userId, username } = identity;
  return { user: { id: userId, username, createdAt: isoTime(userSince) }, expiresAt: isoTime(expiresAt) };
}
