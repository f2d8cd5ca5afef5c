/**
 * The HTTP verticle: listeners, routes, life cycle. It does not know how requests are answered.
 * Applications may import {@code HttpVerticle}, {@code HttpMount} and {@code HttpSettings}; the
 * rest is internal.
 */
@NullMarked
package dev.outpour.http;

import org.jspecify.annotations.NullMarked;
