/**
 * Authenticates and authorizes callers: tokens, API keys, rights, revocation. It does not know
 * HTTP. Internal: applications import only {@code AuthSettings}.
 */
@NullMarked
package dev.outpour.auth;

import org.jspecify.annotations.NullMarked;
