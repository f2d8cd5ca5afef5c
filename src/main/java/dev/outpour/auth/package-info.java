/**
 * Who a caller is, and what they may do: tokens, API keys, rights, revocation. It does not know
 * HTTP. Internal: applications do not import it, but for {@code AuthSettings}.
 */
@NullMarked
package dev.outpour.auth;

import org.jspecify.annotations.NullMarked;
