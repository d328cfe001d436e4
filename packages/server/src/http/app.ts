import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { ErrorCode } from '@roomcast/protocol';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Fastify from 'fastify';
import Schema from 'typebox/schema';
import type { Caller } from '../auth/access.ts';
import type { Origins } from '../auth/origin.ts';
import type { Logger } from '../telemetry/log.ts';
import { newId } from '../util/ids.ts';
import { isTooDeep, TOO_DEEP } from '../util/nesting.ts';
import { describeFault } from '../util/schema-fault.ts';
import { Connections } from './connection.ts';
import { headersOf, PROBLEM_TYPE, type Problem, ProblemError, problem, problemOfError } from './problem.ts';
import { createTlsServer, type TlsFiles } from './tls.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, where it is JSON. */
    bodyText: string;
    /** The same, byte for byte. */
    bodyBytes: Buffer | null;
    /** Who asks, where a guard has found out. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** A request without a body says what one with `{}` would. */
    bodyIsOptional?: boolean;
  }
}

export interface AppOptions {
  readonly log: Logger;
  readonly origins: Origins;
  /** Largest body in bytes. */
  readonly bodyLimit: number;
  /** Milliseconds for the headers of a request, from the first byte of the connection on. */
  readonly handshakeTimeout: number;
  /** Told of each problem that is answered. */
  readonly onProblem?: (code: ErrorCode) => void;
  /** With it the server speaks HTTPS, without it HTTP. */
  readonly tls?: TlsFiles | null;
  /** Takes care of requests that are none of the application's; returns whether it did. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /**
   * Whether a request is taken as it is, whatever it asks for: an upgrade, or that the server expect something. It is
   * answered even where its sender has ended its side; and "100 Continue" is the business of who intercepts it.
   */
  readonly takesAsIs?: (request: IncomingMessage) => boolean;
}

/** Methods that change nothing, so that any page may use them. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The HTTP application without routes: parsing, validation, the origin check, and errors as problem+json. */
export function createApp(options: AppOptions): FastifyInstance {
  const { log, origins, bodyLimit, handshakeTimeout, onProblem, tls, intercept } = options;
  const takesAsIs = options.takesAsIs ?? (() => false);
  const answer = (reply: FastifyReply, found: Problem) => {
    onProblem?.(found.code);
    return reply.code(found.status).headers(headersOf(found)).type(PROBLEM_TYPE).send(JSON.stringify(found));
  };
  const answerError = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const found = problemOf(error);
    if (found) return answer(reply, found);
    log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'request failed');
    const detail = `The server failed. Its log names this request: ${request.id}.`;
    return answer(reply, problem('INTERNAL_ERROR', detail));
  };
  const app = Fastify({
    bodyLimit,
    frameworkErrors: answerError, // of the router, before there is a route: a path that cannot be decoded
    genReqId: newId,
    requestTimeout: Math.max(handshakeTimeout, 30_000),
    routerOptions: { maxParamLength: 2048 },
    serverFactory: (application) => {
      const connections = new Connections();
      const handler: RequestListener = (request, response) => {
        if (!connections.note(request, response, takesAsIs(request))) return;
        if (!intercept?.(request, response)) application(request, response);
      };
      const serverOptions: ServerOptions = {
        // Clients that offer HTTP/2 over plain TCP (Java's, curl --http2) want their answer all the same.
        shouldUpgradeCallback: (request) =>
          request.headers.upgrade?.toLowerCase() === 'websocket' && !takesAsIs(request),
        headersTimeout: handshakeTimeout,
        requestTimeout: Math.max(handshakeTimeout, 30_000),
        connectionsCheckingInterval: Math.min(1000, handshakeTimeout),
      };
      const server = tls ? createTlsServer(tls, serverOptions, handler) : createServer(serverOptions, handler);
      Object.assign(server, { httpAllowHalfOpen: true }); // Node's own types do not know it; see Connections
      answerBrokenRequests(server);
      server.on('checkContinue', (request, response) => {
        if (!takesAsIs(request)) response.writeContinue();
        handler(request, response);
      });
      server.on('checkExpectation', (request, response) => {
        if (takesAsIs(request)) handler(request, response);
        else response.writeHead(417, { connection: 'close', 'content-length': 0 }).end();
      });
      return server;
    },
  });
  parseJsonOnly(app);
  app.setValidatorCompiler(({ schema, httpPart }) => compile(schema as object, httpPart ?? 'body'));
  app.setErrorHandler<FastifyError>(answerError);
  app.setNotFoundHandler((request, reply) => {
    const found = missing(app, request.method, request.url);
    if (Array.isArray(found['allow'])) reply.header('allow', found['allow'].join(', '));
    return answer(reply, found);
  });
  app.decorateRequest('caller', 'anonymous');
  allowOrigins(app, origins);
  app.addHook('onRequest', async (request) => {
    if (SAFE.has(request.method) || origins.allows(request.raw)) return;
    const detail = 'Pages of this origin may not do this. The option --allowed-origins lists those that may.';
    throw new ProblemError('ORIGIN_NOT_ALLOWED', detail);
  });
  return app;
}

/** Pages of allowed origins may read answers, and ask beforehand whether they may send. */
function allowOrigins(app: FastifyInstance, origins: Origins): void {
  app.register(cors, {
    delegator: ({ raw }: FastifyRequest, done: (error: null, options: FastifyCorsOptions) => void) => {
      done(null, {
        origin: raw.headers.origin !== undefined && origins.allows(raw) ? raw.headers.origin : false,
        methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        allowedHeaders: ['content-type', 'authorization', 'x-api-key', 'x-webhook-secret', 'x-webhook-password'],
        maxAge: 600,
        strictPreflight: false, // an OPTIONS that asks for nothing is answered like any other request
      });
    },
  });
}

/**
 * Bodies are JSON and say so: `application/json` cannot be sent across origins without the browser asking first.
 * The text is kept, for data that is handed on as it was written.
 */
function parseJsonOnly(app: FastifyInstance): void {
  app.decorateRequest('bodyText', '');
  app.decorateRequest('bodyBytes', null);
  app.removeAllContentTypeParsers();
  app.addHook('preValidation', async (request) => {
    if (request.routeOptions.config.bodyIsOptional) request.body ??= {};
  });
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { schema, config } = request.routeOptions;
    if (body.length === 0 && (!schema?.body || config.bodyIsOptional)) {
      done(null, undefined); // where nothing has to be said, nothing may be
      return;
    }
    request.bodyBytes = body;
    request.bodyText = body.toString();
    let parsed: unknown;
    try {
      parsed = JSON.parse(request.bodyText);
    } catch {
      done(new ProblemError('INVALID_JSON', 'The body is not JSON.'));
      return;
    }
    if (isTooDeep(parsed)) done(new ProblemError('VALIDATION_ERROR', `The body ${TOO_DEEP}`, { field: 'body' }));
    else done(null, parsed);
  });
}

function compile(schema: object, part: string) {
  const validator = Schema.Compile(schema);
  return (value: unknown) => {
    if (validator.Check(value)) return { value };
    const [, errors] = validator.Errors(value);
    const { field, message } = describeFault(errors, part === 'querystring' ? 'query' : part);
    return { error: new ProblemError('VALIDATION_ERROR', message, { field }) };
  };
}

/** Fastify's own errors in our codes. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'INVALID_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'VALIDATION_ERROR',
  FST_ERR_BAD_URL: 'VALIDATION_ERROR',
  FST_ERR_NOT_FOUND: 'NOT_FOUND',
};

const DETAILS: Partial<Record<ErrorCode, string>> = {
  UNSUPPORTED_MEDIA_TYPE: 'Send the body as JSON, with the header "content-type: application/json".',
};

function problemOf(error: FastifyError) {
  const own = problemOfError(error);
  if (own) return own;
  const code = CODES[error.code];
  if (code) return problem(code, DETAILS[code] ?? error.message);
  return error.statusCode !== undefined && error.statusCode < 500 ? problem('VALIDATION_ERROR', error.message) : null;
}

/** 405 where the address exists with another method, else 404. */
function missing(app: FastifyInstance, method: string, url: string) {
  const [path = '/'] = url.split('?');
  const others = (['GET', 'POST', 'PATCH', 'DELETE'] as const).filter((other) => {
    return other !== method && app.findRoute({ method: other, url: path }) !== null;
  });
  return others.length > 0
    ? problem('METHOD_NOT_ALLOWED', `Use ${others.join(' or ')} here.`, { allow: others })
    : problem(
        'NOT_FOUND',
        'There is nothing at this address. The pages are /, /chat, /bridge and /inspect, the API is at /docs.',
      );
}

/** What is not HTTP at all, or too slow, is answered in a line and cut off. */
function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || error.code === 'ECONNRESET' || isHandshake(error)) {
      socket.destroy();
      return;
    }
    const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
    const oversize = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : status;
    socket.once('finish', () => socket.destroy());
    socket.end(`HTTP/1.1 ${oversize}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
}

/** Whether a TLS handshake failed: then there is nobody who could read an answer. */
function isHandshake({ code }: NodeJS.ErrnoException): boolean {
  return code !== undefined && /^ERR_(SSL|TLS)_/.test(code);
}
