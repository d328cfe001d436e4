/**
 * A token that is not accepted. The message is a sentence for whoever made the token; it never quotes the token, a
 * claim's value or a secret, so that it may be sent and logged.
 */
export class TokenFault extends Error {
  override readonly name = 'TokenFault';
  readonly code: 'TOKEN_INVALID' | 'TOKEN_EXPIRED';

  constructor(message: string, code: TokenFault['code'] = 'TOKEN_INVALID') {
    super(message);
    this.code = code;
  }
}
